"""The HTTP session for all boxes, and the calls of one of them."""

from aiohttp import ClientSession, DummyCookieJar

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_HOMEASSISTANT_CLOSE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_create_clientsession
from homeassistant.util.hass_dict import HassKey

from ..aibox.http import refuse_redirects
from ..aibox.models import Dialect
from ..aibox.rest import Rest
from ..const import CONF_DIALECT, DOMAIN
from .address import Address

_SESSION: HassKey[ClientSession] = HassKey(f"{DOMAIN}_session")


@callback
def async_get_session(hass: HomeAssistant) -> ClientSession:
    """Return the session that all boxes share."""
    # Home Assistant's own shared session would follow redirects.
    if (session := hass.data.get(_SESSION)) is None:
        # Automatic cleanup would close it with the entry that is set up first.
        session = hass.data[_SESSION] = async_create_clientsession(
            hass,
            auto_cleanup=False,
            # Keep no cookies of a box.
            cookie_jar=DummyCookieJar(),
            middlewares=(refuse_redirects,),
        )

        @callback
        def _detach(_: Event) -> None:
            session.detach()

        hass.bus.async_listen_once(EVENT_HOMEASSISTANT_CLOSE, _detach)
    return session


@callback
def async_stored_rest(hass: HomeAssistant, entry: ConfigEntry) -> Rest:
    """Return the REST calls of a box that need not be loaded."""
    address = Address.from_entry(entry.data)
    dialect = Dialect(entry.data[CONF_DIALECT])
    return Rest(async_get_session(hass), address.host, address.ports, dialect)
