"""Recognitions as event entities."""

from typing import override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .aibox.models import PersonType, Recognition
from .coordinator import SeAiBoxConfigEntry
from .entity import CaptureDeviceEntity, async_add_per_capture_device
from .people import is_people_entry
from .person_entity import async_add_per_person
from .person_event import PersonRecognitionEvent

PARALLEL_UPDATES = 0

RECOGNITION = EventEntityDescription(
    key="recognition",
    translation_key="recognition",
    event_types=[person_type.value for person_type in PersonType],
)


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


class RecognitionEvent(CaptureDeviceEntity, EventEntity):
    """Fires once per live recognition, typed by person."""

    _state_follows_recognitions = False
    # The bus event already has these in the database.
    _unrecorded_attributes = frozenset(
        {"identity_id", "identity_name", "score", "group_name", "recognition_id"}
    )

    @override
    async def async_added_to_hass(self) -> None:
        """Listen once the entity can write its state."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self.coordinator.async_add_recognition_listener(
                self._async_handle_recognition, self._capture_device_id
            )
        )

    @callback
    def _async_handle_recognition(self, recognition: Recognition) -> None:
        self._trigger_event(
            recognition.person_type.value,
            {
                "identity_id": recognition.identity_id,
                "identity_name": recognition.identity_name,
                "score": recognition.score,
                "group_name": recognition.group_name,
                "recognition_id": recognition.recognition_id,
            },
        )
        self.async_write_ha_state()
