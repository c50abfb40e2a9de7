"""The HTTP session for all boxes."""

from aiohttp import ClientSession, DummyCookieJar

from homeassistant.const import EVENT_HOMEASSISTANT_CLOSE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_create_clientsession
from homeassistant.util.hass_dict import HassKey

from ..aibox.http import refuse_redirects
from ..const import DOMAIN

_SESSION: HassKey[ClientSession] = HassKey(f"{DOMAIN}_session")


@callback
def async_get_session(hass: HomeAssistant) -> ClientSession:
    """Return the session; not Home Assistant's shared one, which would follow a redirect."""
    if (session := hass.data.get(_SESSION)) is None:
        # Automatic clean-up would end it with the entry that happens to be set up first.
        session = hass.data[_SESSION] = async_create_clientsession(
            hass,
            auto_cleanup=False,
            # What a box would have us keep.
            cookie_jar=DummyCookieJar(),
            middlewares=(refuse_redirects,),
        )

        @callback
        def _detach(_: Event) -> None:
            session.detach()

        hass.bus.async_listen_once(EVENT_HOMEASSISTANT_CLOSE, _detach)
    return session
