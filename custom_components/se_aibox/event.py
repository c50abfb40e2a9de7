"""Event entities of capture devices, followed people and sites."""

from typing import override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.const import EntityStateAttribute
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util.signal_type import SignalType

from .aibox.models import PersonType, Recognition
from .box.doors import DoorResult
from .coordinator import SeAiBoxConfigEntry
from .entity import (
    CaptureDeviceEntity,
    FaceEntity,
    PersonEntity,
    SiteEntity,
    async_add_per_capture_device,
    async_add_per_person,
)
from .people.following import is_people_entry
from .recognition.sighting import Sighting
from .site.books import Kind
from .site.passages import Passage
from .site.presence import is_site_entry

PARALLEL_UPDATES = 0

_OPENED, _FAILED = "opened", "failed"

RECOGNITION = EventEntityDescription(
    key="recognition",
    translation_key="recognition",
    event_types=[person_type.value for person_type in PersonType],
)

# Off by default: triggers would offer it as a target beside the recognition.
DOOR = EventEntityDescription(
    key="door",
    translation_key="door",
    event_types=[_OPENED, _FAILED],
    entity_registry_enabled_default=False,
)

PASSAGE = EventEntityDescription(
    key="passage",
    translation_key="passage",
    event_types=[kind.value for kind in Kind],
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: SeAiBoxConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up an event entity per capture device, followed person or site."""
    if is_site_entry(entry):
        async_add_entities([PassageEvent(entry.runtime_data, PASSAGE)])
        return
    if is_people_entry(entry):
        async_add_per_person(entry, async_add_entities, PersonRecognitionEvent)
        return
    async_add_per_capture_device(
        entry,
        async_add_entities,
        lambda device: [RecognitionEvent(entry.runtime_data, device, RECOGNITION)],
    )
    async_add_per_capture_device(
        entry,
        async_add_entities,
        lambda device: [DoorEvent(entry.runtime_data, device, DOOR)],
        entry.runtime_data.client.rest.can_open_door,
    )


class RecognitionEventEntity(FaceEntity, EventEntity):
    """Fires once for each live recognition, with the type of person."""

    # The recorder already stores these with the event on the bus.
    _unrecorded_attributes = frozenset(
        {
            EntityStateAttribute.ENTITY_PICTURE,
            "capture_device_name",
            "group_name",
            "identity_id",
            "identity_name",
            "recognition_id",
            "score",
        }
    )

    @callback
    def _async_fire(
        self, entry_id: str, recognition: Recognition, **where: str
    ) -> None:
        self._show(entry_id, recognition)
        self._trigger_event(
            recognition.person_type.value,
            {
                "group_name": recognition.group_name,
                "identity_id": recognition.identity_id,
                "identity_name": recognition.identity_name,
                "recognition_id": recognition.recognition_id,
                "score": recognition.score,
                **where,
            },
        )
        self.async_write_ha_state()


class RecognitionEvent(CaptureDeviceEntity, RecognitionEventEntity):
    """Fires for recognitions on one capture device."""

    _state_follows_recognitions = False

    @override
    async def async_added_to_hass(self) -> None:
        """Listen once the entity can write its state."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self.coordinator.async_add_recognition_listener(
                self._handle_recognition, self._capture_device_id
            )
        )

    @callback
    def _handle_recognition(self, recognition: Recognition) -> None:
        self._async_fire(self.coordinator.config_entry.entry_id, recognition)


class DoorEvent(CaptureDeviceEntity, EventEntity):
    """Fires after each attempt of Home Assistant to open a door.

    Boxes do not report the doors that they open by themselves.
    """

    _state_follows_recognitions = False

    @override
    async def async_added_to_hass(self) -> None:
        """Listen once the entity can write its state."""
        await super().async_added_to_hass()
        signal = self.coordinator.doors.signal_result(self._capture_device_id)
        self.async_on_remove(
            async_dispatcher_connect(self.hass, signal, self._handle_result)
        )

    @callback
    def _handle_result(self, result: DoorResult) -> None:
        request, reason = result.request, result.reason
        self._trigger_event(
            _OPENED if reason is None else _FAILED,
            {
                # Without the name: Home Assistant shows the user by the context.
                "called_by": "automation" if result.user_name is None else "user",
                "way": request.way.value,
                "reason": reason and reason.value,
            },
        )
        if request.context is not None:
            self.async_set_context(request.context)
        self.async_write_ha_state()


class PersonRecognitionEvent(PersonEntity, RecognitionEventEntity):
    """Fires for recognitions of a followed person on any box."""

    entity_description = RECOGNITION

    @property
    @override
    def _sightings(self) -> SignalType[Sighting]:
        """The signal that comes after all states are written."""
        return self._people.signal_event(self._subentry_id)

    @callback
    @override
    def _handle_sighting(self, sighting: Sighting) -> None:
        self._async_fire(
            sighting.entry_id,
            sighting.recognition,
            capture_device_name=sighting.place,
        )


class PassageEvent(SiteEntity, EventEntity):
    """Fires when someone enters or leaves a site."""

    # The recorder already stores these with the event on the bus.
    _unrecorded_attributes = frozenset(
        {
            "capture_device_name",
            "count_inside",
            "identity_id",
            "identity_name",
            "recognition_id",
        }
    )

    @override
    async def async_added_to_hass(self) -> None:
        """Listen once the entity can write its state."""
        await super().async_added_to_hass()
        self.async_on_remove(
            async_dispatcher_connect(
                self.hass, self._site.signal_passage, self._handle_passage
            )
        )

    @callback
    def _handle_passage(self, passage: Passage) -> None:
        sighting = passage.sighting
        who = sighting and sighting.recognition
        self._trigger_event(
            passage.kind.value,
            {
                "capture_device_name": sighting and sighting.place,
                "count_inside": passage.count_inside,
                "identity_id": who and who.identity_id,
                "identity_name": who and who.identity_name,
                "recognition_id": who and who.recognition_id,
            },
        )
        self.async_write_ha_state()
