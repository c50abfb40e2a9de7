"""Automations that report what ran them, and devices for their targets."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from custom_components.se_aibox.box.registry import (
    box_identifier,
    capture_device_identifier,
)
from custom_components.se_aibox.recognition import memory
from emulator import Device, Emitted, EmulatedBox, Identity, PersonType
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from tests.integration.conftest import ClientGenerator, WebSocketGenerator
from tests.integration.helpers import RECOGNITION, FiredEvents

type Config = Mapping[str, object]

RAN = "automation_ran"
# The trigger of an automation whose conditions `holds` tests.
ASK = {"trigger": "event", "event_type": "ask"}

FRIEND = Identity("10023", "小明")
COLLEAGUE = Identity("10042", "Tom")
GUEST = Identity("20001", "Anna", PersonType.VISITOR)
CHIEF = Identity("30001", "Ms. Wu", PersonType.VIP)
CULPRIT = Identity("66600", "Mallory", PersonType.BLACKLIST)


class Clock:
    """A clock for the memory only; the timers of sockets use the real one."""

    def __init__(self) -> None:
        """Start at zero."""
        self._seconds = 0.0

    def now(self) -> float:
        """Return the seconds."""
        return self._seconds

    def tick(self, seconds: int) -> None:
        """Let time pass."""
        self._seconds += seconds


def replace_clock(hass: HomeAssistant) -> Clock:
    """Replace the clock of the memory."""
    clock = Clock()
    hass.data[memory._MEMORY] = memory.SightingMemory(clock.now)
    return clock


class Door:
    """A capture device that people pass."""

    def __init__(
        self, hass: HomeAssistant, box: EmulatedBox, entry: ConfigEntry, device: Device
    ) -> None:
        """Use a capture device of a box that is set up."""
        self._hass = hass
        self._box = box
        self._fired = FiredEvents(hass, RECOGNITION)
        self._device = device
        self._entry = entry

    @property
    def device_id(self) -> str:
        """The id in the device registry."""
        return registered(
            self._hass,
            self._entry,
            capture_device_identifier(self._entry, self._device.device_id),
        )

    async def sees(self, identity: Identity | None = None, **how: Any) -> Emitted:
        """Recognize a person, and wait until everything that runs on it has run."""
        emitted = await self._box.recognize(self._device, identity, **how)
        while (await self._fired.next())["capture_device_id"] != emitted.device_id:
            pass
        await self._hass.async_block_till_done()
        return emitted


def doors_of(hass: HomeAssistant, box: EmulatedBox, entry: ConfigEntry) -> list[Door]:
    """Return the capture devices of a box that is set up."""
    return [Door(hass, box, entry, device) for device in box.devices]


def registered(
    hass: HomeAssistant, entry: ConfigEntry, identifier: tuple[str, str]
) -> str:
    """Return the id of a device that must be in the registry."""
    device = dr.async_get(hass).async_get_device_by_identifier(
        identifier, entry.entry_id
    )
    assert device is not None, identifier
    return device.id


def box_device_id(hass: HomeAssistant, entry: ConfigEntry) -> str:
    """Return the box's id in the device registry."""
    return registered(hass, entry, box_identifier(entry))


def recognized(target: Config, **options: object) -> dict[str, object]:
    """Return the trigger *Person recognized*."""
    return {
        "trigger": "se_aibox.person_recognized",
        "target": target,
        "options": options,
    }


def seen(trigger: str, target: Config, **options: object) -> dict[str, object]:
    """Return a trigger for strangers or blocklisted people."""
    return {
        "trigger": f"se_aibox.{trigger}",
        "target": target,
        **({"options": options} if options else {}),
    }


def recognized_within(target: Config, **options: object) -> dict[str, object]:
    """Return the condition *Person is recently recognized*."""
    return {
        "condition": "se_aibox.is_recognized_within",
        "target": target,
        "options": options,
    }


def automation(triggers: object, *conditions: object) -> dict[str, object]:
    """Return an automation that reports what ran it."""
    return {
        "id": "report",
        "alias": "Report",
        "mode": "queued",
        "triggers": triggers,
        "conditions": list(conditions),
        "actions": {"event": RAN, "event_data": {"trigger": "{{ trigger }}"}},
    }


async def automate(
    hass: HomeAssistant, triggers: object, *conditions: object
) -> FiredEvents:
    """Set up an automation and return its runs."""
    runs = FiredEvents(hass, RAN)
    config = {"automation": automation(triggers, *conditions)}
    assert await async_setup_component(hass, "automation", config)
    await hass.async_block_till_done()
    state = hass.states.get("automation.report")
    assert state is not None
    assert state.state == "on"
    return runs


async def ran(runs: FiredEvents) -> list[dict[str, Any]]:
    """Return the triggers that ran an automation since the last call."""
    return [(await runs.next())["trigger"] for _ in range(runs.unread)]


async def holds(hass: HomeAssistant, runs: FiredEvents) -> bool:
    """Return whether the conditions of an automation hold now."""
    before = runs.unread
    hass.bus.async_fire("ask")
    await hass.async_block_till_done()
    return runs.unread > before


async def not_triggered(hass_ws_client: WebSocketGenerator) -> dict[str, Any]:
    """Return the result of the trigger in the automation's newest trace."""
    client = await hass_ws_client()
    about = {"domain": "automation", "item_id": "report"}
    await client.send_json_auto_id({"type": "trace/list", **about})
    *_, listed = (await client.receive_json())["result"]
    run_id = {"run_id": listed["run_id"]}
    await client.send_json_auto_id({"type": "trace/get", **about, **run_id})
    trace = (await client.receive_json())["result"]["trace"]
    [step] = next(steps for path, steps in trace.items() if path.startswith("trigger/"))
    result: dict[str, Any] = step.get("result", {})
    return result


async def complaint_on_saving(
    hass: HomeAssistant,
    hass_client: ClientGenerator,
    triggers: object,
    *conditions: object,
) -> str:
    """Save an invalid automation as the editor does; return the error."""
    assert await async_setup_component(hass, "config", {})
    assert await async_setup_component(hass, "automation", {})
    client = await hass_client()
    config = automation(triggers, *conditions)
    config.pop("id")
    answer = await client.post("/api/config/automation/config/report", json=config)
    assert answer.status == HTTPStatus.BAD_REQUEST
    message: str = (await answer.json())["message"]
    return message
