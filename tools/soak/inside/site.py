"""A site that all boxes serve, with followed people, and what it says."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.const import STATE_HOME, STATE_UNAVAILABLE
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.setup import async_setup_component
from tools.demo.configuration import DOMAIN
from tools.soak.site import PEOPLE, SITE

type Report = Callable[[dict[str, object]], None]

_PASSAGE_EVENT: Final = f"{DOMAIN}_passage"
_EMPTIED_EVENT: Final = "soak_site_emptied"


class SoakedSite:
    """The site and the followed people; `report` takes what they say."""

    def __init__(self, hass: HomeAssistant, report: Report) -> None:
        """Initialize without entries."""
        self._hass = hass
        self._report = report
        # The followed people's identity ids, by their device trackers.
        self._trackers: dict[str, str] = {}

    async def add(
        self,
        ways: Mapping[str, Mapping[str, str]],
        people: Mapping[str, str],
        make_entry: Callable[[dict[str, Any]], ConfigEntry[Any]],
    ) -> None:
        """Add the site, the people, and an automation for the trigger.

        `ways` is by box and capture device, `people` are names by identity id.
        """
        entries = self._hass.config_entries
        followed = make_entry(_entry(PEOPLE, {}))
        await entries.async_add(followed)
        # While it is not loaded: the device trackers are disabled by default.
        await entries.async_unload(PEOPLE)
        for identity_id, name in people.items():
            self._follow(followed, identity_id, dict.fromkeys(ways, name))
        await entries.async_setup(PEOPLE)
        await entries.async_add(make_entry(_entry(SITE, self._options(ways))))
        await self._automate()
        bus = self._hass.bus
        bus.async_listen(_PASSAGE_EVENT, self._handle_passage)
        bus.async_listen(_EMPTIED_EVENT, self._handle_emptied)
        async_track_state_change_event(
            self._hass, tuple(self._trackers), self._handle_tracker
        )

    async def look(self) -> dict[str, list[str]]:
        """Return who is inside, and whose device tracker is home."""
        response = await self._hass.services.async_call(
            DOMAIN,
            "get_people_inside",
            {"device_id": [self._device_id(SITE, SITE)]},
            blocking=True,
            return_response=True,
        )
        found: Any = response
        return {
            "inside": [person["identity_id"] for person in found["sites"][0]["people"]],
            "home": [
                identity_id
                for entity_id, identity_id in self._trackers.items()
                if self._hass.states.is_state(entity_id, STATE_HOME)
            ],
        }

    def _device_id(self, entry_id: str, key: str) -> str:
        device = dr.async_get(self._hass).async_get_device_by_identifier(
            (DOMAIN, f"{entry_id}_{key}"), entry_id
        )
        assert device is not None, key
        return device.id

    def _options(self, ways: Mapping[str, Mapping[str, str]]) -> dict[str, object]:
        lists: dict[str, list[str]] = {"entrances": [], "exits": [], "inside": []}
        for box, capture_devices in ways.items():
            for capture_device_id, way in capture_devices.items():
                lists[way].append(self._device_id(box, capture_device_id))
        return {
            **lists,
            "assembly_points": [],
            "person_types": ["visitor", "vip"],
            "forget_after": 16,
            "emptied_when_forgotten": False,
        }

    def _follow(
        self, entry: ConfigEntry[Any], identity_id: str, names: Mapping[str, str]
    ) -> None:
        identity = {"identity_id": identity_id, "names": names, "renaming": None}
        person = ConfigSubentry(
            data=MappingProxyType({"identities": [identity], "person": None}),
            subentry_id=identity_id,
            subentry_type="person",
            title=identity_id,
            unique_id=None,
        )
        self._hass.config_entries.async_add_subentry(entry, person)
        tracker = er.async_get(self._hass).async_get_or_create(
            "device_tracker",
            DOMAIN,
            f"{PEOPLE}_{identity_id}_presence",
            config_entry=entry,
            config_subentry_id=identity_id,
        )
        self._trackers[tracker.entity_id] = identity_id

    async def _automate(self) -> None:
        automation = {
            "id": _EMPTIED_EVENT,
            "alias": _EMPTIED_EVENT,
            "mode": "queued",
            "max": 100,
            "triggers": {
                "trigger": f"{DOMAIN}.site_emptied",
                "target": {"device_id": self._device_id(SITE, SITE)},
            },
            "actions": {
                "event": _EMPTIED_EVENT,
                "event_data": {"trigger": "{{ trigger }}"},
            },
        }
        if not await async_setup_component(
            self._hass, "automation", {"automation": [automation]}
        ):
            raise RuntimeError("Setting up the automation failed. See the log above")

    @callback
    def _handle_passage(self, event: Event[dict[str, Any]]) -> None:
        data = event.data
        self._report(
            {
                "passage": {
                    "box": data["entry_id"],
                    "recognition_id": data["recognition_id"],
                    "kind": data["kind"],
                    "count": data["count_inside"],
                }
            }
        )

    @callback
    def _handle_emptied(self, event: Event[dict[str, Any]]) -> None:
        trigger = event.data["trigger"]
        self._report({"emptied": [trigger["entry_id"], trigger["recognition_id"]]})

    @callback
    def _handle_tracker(self, event: Event[EventStateChangedData]) -> None:
        old, new = event.data["old_state"], event.data["new_state"]
        if new is None or new.state != STATE_HOME:
            return
        # A tracker that is restored was there before.
        if old is not None and old.state not in (STATE_HOME, STATE_UNAVAILABLE):
            self._report({"turned_home": self._trackers[new.entity_id]})


def _entry(kind: str, options: Mapping[str, object]) -> dict[str, Any]:
    return {
        "entry_id": kind,
        "title": kind,
        "unique_id": None,
        "data": {"entry_type": kind},
        "options": options,
    }
