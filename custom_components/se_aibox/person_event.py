"""Recognitions of followed people as event entities."""

from typing import override

from homeassistant.core import callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from .people.following import People, Sighting
from .person_entity import PersonEntity
from .recognition_event import RECOGNITION, RecognitionEventEntity


class PersonRecognitionEvent(PersonEntity, RecognitionEventEntity):
    """Fires once per live recognition of the person, on whichever box."""

    def __init__(self, people: People, subentry_id: str) -> None:
        """Take its place on the person's device."""
        super().__init__(people, subentry_id, RECOGNITION)

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
        self._async_fire(sighting.recognition, capture_device_name=sighting.place)
