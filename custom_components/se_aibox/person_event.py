"""Recognitions of followed people as event entities."""

from typing import override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from .aibox.models import PersonType
from .people import People, Sighting
from .person_entity import PersonEntity

PERSON_RECOGNITION = EventEntityDescription(
    key="recognition",
    translation_key="recognition",
    event_types=[person_type.value for person_type in PersonType],
)


class PersonRecognitionEvent(PersonEntity, EventEntity):
    """Fires once per live recognition of the person, on whichever box."""

    # The bus event already has these in the database.
    _unrecorded_attributes = frozenset(
        {
            "capture_device_name",
            "group_name",
            "identity_id",
            "identity_name",
            "recognition_id",
            "score",
        }
    )

    def __init__(self, people: People, subentry_id: str) -> None:
        """Take its place on the person's device."""
        super().__init__(people, subentry_id, PERSON_RECOGNITION)

    @override
    async def async_added_to_hass(self) -> None:
        """Listen once the entity can write its state."""
        await super().async_added_to_hass()
        self.async_on_remove(
            async_dispatcher_connect(
                self.hass,
                self._people.signal_event(self._subentry_id),
                self._handle_sighting,
            )
        )

    @callback
    def _handle_sighting(self, sighting: Sighting) -> None:
        recognition = sighting.recognition
        self._trigger_event(
            recognition.person_type.value,
            {
                "capture_device_name": sighting.place,
                "group_name": recognition.group_name,
                "identity_id": recognition.identity_id,
                "identity_name": recognition.identity_name,
                "recognition_id": recognition.recognition_id,
                "score": recognition.score,
            },
        )
        self.async_write_ha_state()
