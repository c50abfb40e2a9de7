"""What the entities have in common."""

from collections.abc import Callable, Iterable
from typing import ClassVar, override

from homeassistant.core import callback
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .aibox.models import CaptureDevice, Recognition
from .box.registry import (
    box_device_info,
    capture_device_identifier,
    capture_device_info,
)
from .coordinator import SeAiBoxConfigEntry, SeAiBoxCoordinator


@callback
def async_add_per_capture_device(
    entry: SeAiBoxConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    entities_of: Callable[[CaptureDevice], Iterable[Entity]],
    fits: Callable[[CaptureDevice], bool] = lambda _: True,
) -> None:
    """Add entities for each chosen capture device that they fit, now and whenever one appears."""
    coordinator = entry.runtime_data
    added: set[str] = set()

    @callback
    def _add_new() -> None:
        chosen = coordinator.data.chosen
        new = [
            device
            for key, device in chosen.items()
            if key not in added and fits(device)
        ]
        added.intersection_update(chosen)
        added.update(device.capture_device_id for device in new)
        async_add_entities(entity for device in new for entity in entities_of(device))

    _add_new()
    entry.async_on_unload(coordinator.async_add_listener(_add_new))


class BoxEntity(CoordinatorEntity[SeAiBoxCoordinator]):
    """An entity of the box itself."""

    _attr_has_entity_name = True

    def __init__(
        self, coordinator: SeAiBoxCoordinator, description: EntityDescription
    ) -> None:
        """Take its place on the box's device."""
        super().__init__(coordinator)
        self.entity_description = description
        self._attr_unique_id = f"{coordinator.config_entry.unique_id}_{description.key}"
        self._attr_device_info = box_device_info(
            coordinator.config_entry, coordinator.data.info
        )


class CaptureDeviceEntity(CoordinatorEntity[SeAiBoxCoordinator]):
    """An entity of a capture device.

    It stays available while the box is away: what was seen last stays true, and an entity that comes back
    from unavailable would make state triggers act on an old face.
    """

    _attr_has_entity_name = True
    # False where a recognition changes nothing that the coordinator's data says: no write is wasted.
    _state_follows_recognitions: ClassVar[bool] = True

    def __init__(
        self,
        coordinator: SeAiBoxCoordinator,
        device: CaptureDevice,
        description: EntityDescription,
    ) -> None:
        """Take its place on the capture device, below the box."""
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
        """Whether the box still has the capture device, as far as is known."""
        return self.device is not None

    @property
    def device(self) -> CaptureDevice | None:
        """The capture device as the box has it now."""
        return self.coordinator.data.chosen.get(self._capture_device_id)

    @property
    def last(self) -> Recognition | None:
        """The newest live recognition since the start."""
        return self.coordinator.data.last.get(self._capture_device_id)
