"""The entities of the followed person Tom, and recognitions of people."""

from http import HTTPStatus
from typing import Any

from emulator import EmulatedBox, Identity
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from tests.integration.conftest import Look
from tests.integration.helpers import NOBODY, FiredEvents, state_of

from .followed_people import TOM, person_of

EVENT = "event.tom_recognition"
FACE = "image.tom_face"
SEEN = "sensor.tom_last_seen"
SEEN_AT = "sensor.tom_last_location"
ENTITIES = (EVENT, FACE, SEEN, SEEN_AT)


class Changes:
    """The state changes of some entities, in order."""

    def __init__(self, hass: HomeAssistant, *entity_ids: str) -> None:
        """Listen from now on."""
        self.seen: list[tuple[str, str]] = []
        self._entity_ids = entity_ids
        hass.bus.async_listen(EVENT_STATE_CHANGED, self._receive)

    @callback
    def _receive(self, event: Event[EventStateChangedData]) -> None:
        new = event.data["new_state"]
        if event.data["entity_id"] in self._entity_ids:
            self.seen.append((event.data["entity_id"], new.state if new else "gone"))


async def see(
    fired: FiredEvents, box: EmulatedBox, identity: Identity | None, **how: Any
) -> dict[str, Any]:
    """Let a box recognize an identity, and return the bus event."""
    await box.recognize(box.devices[0], identity, **how)
    return await fired.next()


async def fires(
    hass: HomeAssistant,
    box: EmulatedBox,
    fired: FiredEvents,
    identity_id: str = TOM,
    entity_id: str = EVENT,
) -> bool:
    """Return whether a recognition with an id fires a person's event."""
    before = state_of(hass, entity_id)
    await see(fired, box, person_of(box, identity_id))
    return state_of(hass, entity_id) != before


def attributes(hass: HomeAssistant, entity_id: str) -> dict[str, Any]:
    """Return the attributes of an entity."""
    state = hass.states.get(entity_id)
    assert state is not None
    return dict(state.attributes)


async def assert_nobody(look: Look) -> None:
    """Assert that the face is the placeholder."""
    response = await look(f"/api/image_proxy/{FACE}")
    assert response.status == HTTPStatus.OK
    assert response.content_type == "image/png"
    assert await response.read() == NOBODY
