"""Finds the dialect and REST port of a box, which an update may change."""

from math import inf

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util.hass_dict import HassKey

from ..aibox.exceptions import AiBoxBusyError, AiBoxConnectionError, AiBoxError
from ..aibox.models import Dialect
from ..aibox.rest_port import find_rest
from ..const import CONF_DIALECT, DOMAIN, LOGGER
from .address import Address, port_data
from .session import async_get_session

_API_VERSIONS = {Dialect.NESTED: "1.x", Dialect.FLAT: "2.0"}
# Two boxes may answer in turn, each with its own dialect. Every search can cause a
# reload.
_SEARCH_SECONDS = 600.0
# By entry id; kept across reloads.
_SEARCHED_AT: HassKey[dict[str, float]] = HassKey(f"{DOMAIN}_dialect_searched_at")


async def async_find_dialect(hass: HomeAssistant, entry: ConfigEntry) -> Dialect:
    """Return the dialect of a box; store it and the port of its calls.

    Raises `AiBoxError`.
    """
    address = Address.from_entry(entry.data)
    stored = Dialect(entry.data[CONF_DIALECT])
    ports, dialect = await find_rest(
        async_get_session(hass), address.host, address.ports, first=stored
    )
    if ports != address.ports:
        LOGGER.info(
            "The calls of %s answer on port %d now, and no longer on port %d",
            entry.title,
            ports.rest,
            address.ports.rest,
        )
    if dialect is not stored:
        LOGGER.info(
            "%s answers with API %s now, and no longer with API %s",
            entry.title,
            _API_VERSIONS[dialect],
            _API_VERSIONS[stored],
        )
    if (ports, dialect) != (address.ports, stored):
        hass.config_entries.async_update_entry(
            entry, data={**entry.data, **port_data(ports), CONF_DIALECT: dialect}
        )
    return dialect


async def async_find_dialect_again(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Find the dialect of a loaded box; a new one reloads it.

    Does nothing within ten minutes after the box answered the last time.
    """
    searched_at = hass.data.setdefault(_SEARCHED_AT, {})
    now = hass.loop.time()
    if now - searched_at.get(entry.entry_id, -inf) < _SEARCH_SECONDS:
        return
    searched_at[entry.entry_id] = now
    try:
        await async_find_dialect(hass, entry)
    except AiBoxConnectionError, AiBoxBusyError:
        # It starts, perhaps after an update.
        del searched_at[entry.entry_id]
    except AiBoxError:
        # No dialect. The failed call that led here is reported already.
        pass
