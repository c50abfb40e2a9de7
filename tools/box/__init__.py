"""Tools for a real box: probe it, listen to it, record its messages."""

import logging

# The client is in a package that imports Home Assistant, which warns of libraries that
# nothing here needs.
logging.getLogger("homeassistant").addHandler(logging.NullHandler())
