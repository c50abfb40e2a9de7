"""Base classes of the entities."""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, override

from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
)
from homeassistant.const import EntityStateAttribute
from homeassistant.core import callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.restore_state import ExtraStoredData, RestoreEntity
from homeassistant.helpers.update_coordinator import CoordinatorEntity
from homeassistant.util.signal_type import SignalType

from .aibox.models import CaptureDevice, PictureKind, Recognition
from .box.doors import DoorRequest, Way
from .box.picture_consent import SIGNAL_PICTURES
from .box.registry import (
    box_device_info,
    capture_device_identifier,
    capture_device_info,
)
from .const import DOMAIN
from .coordinator import SeAiBoxConfigEntry, SeAiBoxCoordinator, async_loaded_box
from .people.following import People, PeopleConfigEntry, person_identifier
from .pictures.shown import ShownRecognition
from .recognition.faces import async_shown_faces
from .recognition.sighting import Sighting
from .site.presence import Site


@callback
def async_add_per_capture_device(
    entry: SeAiBoxConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    entities_of: Callable[[CaptureDevice], Iterable[Entity]],
    fits: Callable[[CaptureDevice], bool] = lambda _: True,
) -> None:
    """Add entities per selected capture device, now and later."""
    coordinator = entry.runtime_data
    added: set[str] = set()

    @callback
    def _add_new() -> None:
        selected = coordinator.data.selected
        new = [
            device
            for key, device in selected.items()
            if key not in added and fits(device)
        ]
        # Those of one that was added anew stay until the user has answered.
        added.intersection_update((*selected, *coordinator.added_anew))
        added.update(device.capture_device_id for device in new)
        async_add_entities(entity for device in new for entity in entities_of(device))

    _add_new()
    entry.async_on_unload(coordinator.async_add_listener(_add_new))


@callback
def async_add_per_person(
    entry: PeopleConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    *kinds: Callable[[People, str], PersonEntity],
) -> None:
    """Add entities per followed person, now and later."""
    people = entry.runtime_data
    added: set[str] = set()

    @callback
    def _add_new() -> None:
        new = people.followed.keys() - added
        added.intersection_update(people.followed)
        added.update(new)
        for subentry_id in new:
            async_add_entities(
                (kind(people, subentry_id) for kind in kinds),
                config_subentry_id=subentry_id,
            )

    _add_new()
    entry.async_on_unload(
        async_dispatcher_connect(people.hass, people.signal_changed, _add_new)
    )


@dataclass(frozen=True, slots=True)
class _WithFace(ExtraStoredData):
    """The stored data of an entity, and its face."""

    others: ExtraStoredData | None
    face: ShownRecognition | None

    @override
    def as_dict(self) -> dict[str, Any]:
        """Return the data to store."""
        others = self.others.as_dict() if self.others else {}
        return {**others, "face": self.face and self.face.as_dict()}


class FaceSource(Entity):
    """An entity of a capture device or person."""

    @abstractmethod
    def _may_show(self, face: ShownRecognition) -> bool:
        """Return whether the box may show the face."""


class FaceEntity(FaceSource, RestoreEntity):
    """An entity whose picture is the face that its state is about."""

    # The path cannot be used later.
    _unrecorded_attributes = frozenset({EntityStateAttribute.ENTITY_PICTURE})
    _face: ShownRecognition | None = None

    @override
    async def async_added_to_hass(self) -> None:
        """Restore which face was shown."""
        if (stored := await self.async_get_last_extra_data()) is not None:
            face = stored.as_dict().get("face")
            if isinstance(face, dict):
                self._face = ShownRecognition.from_dict(face)
        await super().async_added_to_hass()

    @override
    async def async_will_remove_from_hass(self) -> None:
        """Stop showing the face."""
        await super().async_will_remove_from_hass()
        async_shown_faces(self.hass).async_show(self.entity_id, None)

    @property
    @override
    def entity_picture(self) -> str | None:
        """Return the signed path of the face, None while it is forbidden."""
        face = self._face
        return async_shown_faces(self.hass).async_show(
            self.entity_id, face if face and self._may_show(face) else None
        )

    @property
    @override
    # Sensors and events declare more specific types.
    def extra_restore_state_data(self) -> Any:
        """Return the data to store, with the face."""
        return _WithFace(super().extra_restore_state_data, self._face)

    @callback
    def _show(self, entry_id: str, recognition: Recognition) -> None:
        """Show the face of a new recognition, or none if it has none."""
        self._face = ShownRecognition.with_picture(
            entry_id, recognition, PictureKind.FACE
        )


class BoxEntity(CoordinatorEntity[SeAiBoxCoordinator]):
    """An entity of the box itself."""

    _attr_has_entity_name = True

    def __init__(
        self, coordinator: SeAiBoxCoordinator, description: EntityDescription
    ) -> None:
        """Create an entity on the box's device."""
        super().__init__(coordinator)
        self.entity_description = description
        entry = coordinator.config_entry
        self._attr_unique_id = f"{entry.entry_id}_{description.key}"
        self._attr_device_info = box_device_info(entry, coordinator.data.info)


class CaptureDeviceEntity(CoordinatorEntity[SeAiBoxCoordinator], FaceSource):
    """An entity of a capture device."""

    _attr_has_entity_name = True
    # False if the state does not depend on recognitions, to save needless writes.
    _state_follows_recognitions: ClassVar[bool] = True

    def __init__(
        self,
        coordinator: SeAiBoxCoordinator,
        device: CaptureDevice,
        description: EntityDescription,
    ) -> None:
        """Create an entity on the capture device's device."""
        self._capture_device_id = device.capture_device_id
        super().__init__(
            coordinator,
            context=device.capture_device_id
            if self._state_follows_recognitions
            else None,
        )
        self.entity_description = description
        entry = coordinator.config_entry
        identifier = capture_device_identifier(entry, device.capture_device_id)
        self._attr_unique_id = f"{identifier[1]}_{description.key}"
        self._attr_device_info = capture_device_info(coordinator.hass, entry, device)

    @property
    @override
    def available(self) -> bool:
        """Return True while the box lists the capture device."""
        # Also while the box is disconnected: the last recognition stays true, and an
        # entity that returns from unavailable would make state triggers act on an old
        # face.
        return self.device is not None

    @property
    def device(self) -> CaptureDevice | None:
        """Return the capture device as listed now, if selected."""
        return self.coordinator.data.selected.get(self._capture_device_id)

    @override
    def _may_show(self, face: ShownRecognition) -> bool:
        """Return whether the face is of this box and may leave it."""
        box = self.coordinator
        return (
            face.is_of_box(box.config_entry)
            and PictureKind.FACE in box.picture_consent.picture_kinds
        )

    @property
    def last(self) -> Recognition | None:
        """Return the newest live recognition since the start."""
        return self.coordinator.data.last.get(self._capture_device_id)


class DoorEntity(CaptureDeviceEntity):
    """An entity that opens the door of a capture device."""

    _state_follows_recognitions = False

    @property
    @override
    def available(self) -> bool:
        """Return whether the capture device has a door."""
        # The box can open it even while the event socket is down.
        box = self.coordinator
        return box.doors.find(box.data, self._capture_device_id) is not None

    async def _async_open(self, way: Way, code: str | None = None) -> None:
        """Open the door, in one attempt."""
        box = self.coordinator
        await box.doors.async_open(
            box.data,
            DoorRequest(self._capture_device_id, way, self._context, code=code),
        )


class PersonEntity(FaceSource):
    """An entity of a followed person.

    It is always available, because the last sighting stays true. Subclasses set the
    description.
    """

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, people: People, subentry_id: str) -> None:
        """Create an entity on the person's device."""
        self._people = people
        self._subentry_id = subentry_id
        identifier = person_identifier(people.entry, subentry_id)
        self._attr_unique_id = f"{identifier[1]}_{self.entity_description.key}"
        self._attr_device_info = people.device_info(subentry_id)

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to sightings, and to changes that the user makes."""
        await super().async_added_to_hass()
        self._listen(self._people.signal_changed, self._handle_change)
        self._listen(self._sightings, self._handle_sighting)
        self._listen(SIGNAL_PICTURES, self._handle_change)
        self._listen(SIGNAL_CONFIG_ENTRY_CHANGED, self._handle_entry)

    @property
    def _sightings(self) -> SignalType[Sighting]:
        """The signal of the person's live sightings."""
        return self._people.signal_state(self._subentry_id)

    @callback
    @abstractmethod
    def _handle_sighting(self, sighting: Sighting) -> None:
        """Write the state after a live sighting."""

    @callback
    def _listen[*Ts](
        self, signal: SignalType[*Ts], handler: Callable[[*Ts], None]
    ) -> None:
        """Call the handler on each signal until removal."""
        self.async_on_remove(async_dispatcher_connect(self.hass, signal, handler))

    @callback
    def _handle_entry(self, _: ConfigEntryChange, entry: ConfigEntry) -> None:
        """Hide the face of a box that was removed or has pictures off."""
        if entry.domain == DOMAIN and entry is not self._people.entry:
            self._handle_change()

    @override
    def _may_show(self, face: ShownRecognition) -> bool:
        """Return whether the box may show the face."""
        if not face.is_of_box(self.hass.config_entries.async_get_entry(face.entry_id)):
            return False
        # The box may be loaded later. A picture that disappears and returns would
        # change the state, and run automations for an old face.
        box = async_loaded_box(self.hass, face.entry_id)
        return box is None or PictureKind.FACE in box.picture_consent.picture_kinds

    @callback
    def _handle_change(self) -> None:
        if self._subentry_id in self._people.followed:
            self.async_write_ha_state()

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """Return the linked person entity, if any."""
        # Home Assistant may still ask while it removes the entity.
        followed = self._people.followed.get(self._subentry_id)
        if followed is None or followed.person is None:
            return None
        registry = er.async_get(self.hass)
        return {
            "person_entity_id": er.async_resolve_entity_id(registry, followed.person)
        }


class SiteEntity(Entity):
    """An entity of a site.

    It is always available, because the books stay true.
    """

    _attr_has_entity_name = True
    _attr_should_poll = False
    # Whether it shows the books.
    _follows_books = True

    def __init__(self, site: Site, description: EntityDescription) -> None:
        """Create an entity on the site's device."""
        self.entity_description = description
        self._site = site
        self._attr_unique_id = f"{site.entry.entry_id}_{description.key}"
        self._attr_device_info = site.device_info

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the books."""
        await super().async_added_to_hass()
        if self._follows_books:
            self.async_on_remove(
                async_dispatcher_connect(self.hass, self._changes, self._handle_change)
            )

    @property
    def _changes(self) -> SignalType[()]:
        """The signal after which the state is written."""
        return self._site.signal_changed

    @callback
    def _handle_change(self) -> None:
        self.async_write_ha_state()


class RollCallEntity(SiteEntity):
    """An entity of the roll call of a site."""

    @property
    @override
    def _changes(self) -> SignalType[()]:
        """The signal after which the state is written."""
        return self._site.roll_calls.signal_changed
