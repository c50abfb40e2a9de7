"""Tools for a real box: probe it, listen to it, record what it sends."""

import logging

# The client imports Home Assistant, which warns of libraries that nothing here needs.
logging.getLogger("homeassistant").addHandler(logging.NullHandler())
