"""Recognitions as event entities."""

from typing import override

from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import SeAiBoxConfigEntry
from .entity import CaptureDeviceEntity, async_add_per_capture_device
from .people.following import is_people_entry
from .person_entity import async_add_per_person
from .person_event import PersonRecognitionEvent
from .recognition_event import RECOGNITION, RecognitionEventEntity

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: SeAiBoxConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up an event entity for each capture device, or each followed person."""
    if is_people_entry(entry):
        async_add_per_person(entry, async_add_entities, PersonRecognitionEvent)
        return
    async_add_per_capture_device(
        entry,
        async_add_entities,
        lambda device: [RecognitionEvent(entry.runtime_data, device, RECOGNITION)],
    )


class RecognitionEvent(CaptureDeviceEntity, RecognitionEventEntity):
    """Fires once per live recognition on the capture device."""

    _state_follows_recognitions = False

    @override
    async def async_added_to_hass(self) -> None:
        """Listen once the entity can write its state."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self.coordinator.async_add_recognition_listener(
                self._async_fire, self._capture_device_id
            )
        )
