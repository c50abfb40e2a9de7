"""Looks at a real box: what it is, what it says, and a recording that may be shared."""

import logging

# Home Assistant comes along with the client, and complains of libraries that nothing here needs.
logging.getLogger("homeassistant").addHandler(logging.NullHandler())
