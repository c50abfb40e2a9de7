"""Makes identity ids that nobody had before."""

from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN

_LAST: HassKey[int] = HassKey(f"{DOMAIN}_last_new_id")


@callback
def async_new_id(hass: HomeAssistant) -> str:
    """Return an id made of date and time."""
    # The lowest free number could have been somebody else's, whom records and
    # automations still name. Two people may be enrolled within a second.
    now = int(f"{dt_util.now():%Y%m%d%H%M%S}")
    new = hass.data[_LAST] = max(now, hass.data.get(_LAST, 0) + 1)
    return str(new)
