"""Triggers for visitors who arrive or stay too long."""

from typing import override

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.trigger import (
    TriggerActionRunner,
    TriggerNotTriggeredReporter,
)

from ..aibox.models import PictureKind
from ..aibox.names import id_key
from ..box.registry import async_event_entity_id, box_key, device_name
from ..people.visit import Visitor
from ..people.visitors import SIGNAL_ARRIVED, Arrival
from ..recognition.events import event_data, picture_path
from ..recognition.memory import async_get_memory
from ..recognition.sighting import Sighting
from ..recognition.targets import async_target_device_ids
from ..recognition.triggers import TargetTrigger
from .books import Seen
from .overdue import SIGNAL_OVERDUE, Overdue
from .presence import async_loaded_sites
from .triggers import SiteTrigger, around


class VisitorArrivedTrigger(TargetTrigger):
    """A visitor was seen for the first time, in its target."""

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        """Run the action for each arrival until detached."""

        @callback
        def _handle(arrival: Arrival) -> None:
            visitor, sighting = arrival.visit.visitor, arrival.sighting
            device_ids = async_target_device_ids(self._hass, self._target)
            if sighting.concerns(device_ids):
                run_action(
                    {
                        **event_data(sighting),
                        **_site_of(self._hass, sighting.device_id),
                        **_visit_data(visitor),
                        "reason": "arrived",
                        **around(self._hass, sighting),
                    },
                    f"visitor {visitor.name} arrived at {sighting.place}",
                )

        return async_dispatcher_connect(self._hass, SIGNAL_ARRIVED, _handle)


class VisitorOverdueTrigger(SiteTrigger):
    """A visitor is inside a site after the end of the visit."""

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        """Run the action for each overdue visitor until detached."""

        @callback
        def _handle(overdue: Overdue) -> None:
            if self._concerns(overdue.site_device_id):
                visitor = overdue.visit.visitor
                run_action(
                    {
                        "site_entry_id": overdue.site_entry_id,
                        "site_device_id": overdue.site_device_id,
                        "site_name": overdue.site_name,
                        **_last_seen(self._hass, overdue.seen),
                        **_visit_data(visitor),
                        "reason": "overdue",
                    },
                    f"visitor {visitor.name} is overdue in {overdue.site_name}",
                )

        return async_dispatcher_connect(self._hass, SIGNAL_OVERDUE, _handle)


def _visit_data(visitor: Visitor) -> dict[str, object]:
    return {
        "host": visitor.host,
        "company": visitor.company,
        "purpose": visitor.purpose,
        "valid_from": visitor.valid_from.isoformat(),
        "valid_until": visitor.valid_until.isoformat(),
    }


@callback
def _site_of(hass: HomeAssistant, device_id: str | None) -> dict[str, object]:
    """Return the site that a capture device belongs to, null without one."""
    site = next(
        (
            site
            for site in async_loaded_sites(hass)
            if device_id in site.options.rules.ways
        ),
        None,
    )
    return {
        "site_entry_id": site and site.entry.entry_id,
        "site_device_id": site and site.device_id,
        "site_name": site and site.entry.title,
    }


@callback
def _last_seen(hass: HomeAssistant, seen: Seen) -> dict[str, object]:
    """Return the data of the last recognition in the books."""
    for sighting in reversed(async_get_memory(hass).async_all()):
        if _is_of(sighting, seen):
            return {**event_data(sighting), **around(hass, sighting)}
    # After a restart, only the data in the books is known.
    device = dr.async_get(hass).async_get(seen.device_id)
    pictures: dict[str, str] = {}
    entry = hass.config_entries.async_get_entry(seen.entry_id)
    if seen.face_id is not None and entry is not None:
        key = box_key(entry)
        pictures["face"] = picture_path(key, seen.face_id, PictureKind.FACE)
    return {
        **event_data(None),
        "entry_id": seen.entry_id,
        "device_id": seen.device_id,
        "capture_device_name": device_name(device),
        "recognition_id": seen.face_id,
        "identity_id": seen.identity_id,
        "identity_name": seen.identity_name,
        "person_type": seen.person_type.value,
        "matched": True,
        "occurred_at": seen.at.isoformat(),
        "entity_id": async_event_entity_id(hass, seen.device_id),
        "simulated": False,
        "attributes": {},
        "pictures": pictures,
        **around(hass, None),
    }


def _is_of(sighting: Sighting, seen: Seen) -> bool:
    return (
        sighting.entry_id == seen.entry_id
        and sighting.device_id == seen.device_id
        and id_key(sighting.recognition.identity_id) == id_key(seen.identity_id)
        and sighting.seen_at == seen.at
    )
