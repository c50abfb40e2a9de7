"""Sends the roll call of a site to dashboards."""

from collections.abc import Callable

from homeassistant.auth.permissions.const import POLICY_CONTROL, POLICY_READ
from homeassistant.components.todo import DOMAIN as TODO_DOMAIN
from homeassistant.components.websocket_api import ActiveConnection
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from ..const import DOMAIN
from ..recognition.faces import async_signed_path
from ..site.books import Seen
from ..site.faces import async_face_path
from ..site.presence import Site, async_loaded_sites
from ..site.roll_call import Listed
from ..site.roll_call_keeper import SIGNAL_ROLL_CALLS
from .changes import Changes
from .view import async_view_of

type _Message = dict[str, object] | None


class _Subscription:
    """The subscription of one card to the roll call of a site."""

    def __init__(
        self,
        hass: HomeAssistant,
        connection: ActiveConnection,
        number: int,
        device_id: str,
    ) -> None:
        """Send the roll call, and from now on its changes."""
        self._hass = hass
        self._connection = connection
        self._number = number
        self._device_id = device_id
        # A card would load a face again whose path changed.
        self._signed: dict[str, str] = {}
        self._changes = Changes(hass, self._async_look)
        # Many leave at once.
        self._stop = async_dispatcher_connect(
            hass, SIGNAL_ROLL_CALLS, self._changes.async_changed
        )
        self._sent = self._async_message()
        self._send()

    @callback
    def async_stop(self) -> None:
        """Send nothing any longer."""
        self._stop()
        self._changes.async_stop()

    @callback
    def _async_look(self) -> None:
        """Send the roll call if it is not what was sent."""
        if (message := self._async_message()) != self._sent:
            self._sent = message
            self._send()

    def _send(self) -> None:
        self._connection.send_event(self._number, self._sent)

    @callback
    def _async_message(self) -> _Message:
        """Return the roll call as plain JSON, None without one to see."""
        sites = async_loaded_sites(self._hass)
        site = next((one for one in sites if one.device_id == self._device_id), None)
        if (
            site is None
            or (roll_call := site.roll_calls.current) is None
            or not self._async_may(site, POLICY_READ)
        ):
            return None
        view = async_view_of(self._hass, self._connection.user)
        places = {door.device_id: door.name for door in view.doors}
        return {
            "started_at": roll_call.started_at.isoformat(),
            "may_check": self._async_may(site, POLICY_CONTROL),
            "people": [
                self._async_person(site, listed, places)
                for listed in roll_call.listed.values()
            ],
        }

    @callback
    def _async_may(self, site: Site, policy: str) -> bool:
        """Return whether the user has a right to the site's to-do list."""
        entity_id = er.async_get(self._hass).async_get_entity_id(
            TODO_DOMAIN, DOMAIN, f"{site.entry.entry_id}_roll_call"
        )
        # Without the entity, only users who may do everything pass.
        return self._connection.user.permissions.check_entity(entity_id or "", policy)

    @callback
    def _async_person(
        self, site: Site, listed: Listed, places: dict[str, str]
    ) -> dict[str, object]:
        """Return somebody on the list; `places` are those that the user may see."""
        stay = listed.stay
        who = stay.who

        def is_readable(seen: Seen) -> bool:
            return seen.device_id in places

        face = async_face_path(self._hass, stay, is_readable)
        return {
            "uid": listed.uid,
            # As on the to-do list.
            "name": site.async_label(who).strip(),
            "type": who.person_type.value,
            "place": places.get(who.device_id),
            "inside_since": stay.since.isoformat(),
            "last_seen": stay.last_seen.isoformat(),
            "accounted_at": listed.accounted_at and listed.accounted_at.isoformat(),
            "face": face and self._async_sign(face),
        }

    @callback
    def _async_sign(self, path: str) -> str:
        if path not in self._signed:
            self._signed[path] = async_signed_path(
                self._hass, path, self._connection.refresh_token_id
            )
        return self._signed[path]


@callback
def async_subscribe_roll_call(
    hass: HomeAssistant, connection: ActiveConnection, number: int, device_id: str
) -> Callable[[], None]:
    """Send the roll call of a site; return how to stop."""
    return _Subscription(hass, connection, number, device_id).async_stop
