"""Run Home Assistant with an installed zip; print what happens and what it has.

Usage: upgraded.py FOLDER [PORTS]. With ports, as JSON, it adds a box and a site. It
prints a line for each recognition, and at the end of its input what there is.
"""

import json
from pathlib import Path
import sys
from typing import Any

from homeassistant import runner
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from tools.soak.inside.start import start, write_http

_HOST = "127.0.0.1"


def _print(kind: str, value: object) -> None:
    sys.stdout.write(json.dumps({"kind": kind, "value": value}) + "\n")
    sys.stdout.flush()


async def _answer(hass: HomeAssistant, *answers: dict[str, Any]) -> ConfigEntry:
    flows = hass.config_entries.flow
    result = await flows.async_init("se_aibox", context={"source": "user"})
    for answer in answers:
        result = await flows.async_configure(result["flow_id"], answer)
    entry: ConfigEntry = result["result"]
    return entry


async def _add(hass: HomeAssistant, ports: dict[str, int], doors: list[str]) -> None:
    box = await _answer(
        hass,
        {"next_step_id": "box"},
        {"host": _HOST, "ports": ports},
        {"capture_devices": doors},
    )
    devices = [
        device.id
        for door in doors
        if (
            device := dr.async_get(hass).async_get_device_by_identifier(
                ("se_aibox", f"{box.entry_id}_{door}"), box.entry_id
            )
        )
    ]
    await _answer(
        hass,
        {"next_step_id": "site"},
        {"name": "House", "entrances": devices[:1], "exits": devices[1:]},
    )


async def _inside(hass: HomeAssistant) -> list[str]:
    site = hass.config_entries.async_entries("se_aibox")[-1]
    [device] = dr.async_entries_for_config_entry(dr.async_get(hass), site.entry_id)
    response: Any = await hass.services.async_call(
        "se_aibox",
        "get_people_inside",
        {"device_id": [device.id]},
        blocking=True,
        return_response=True,
    )
    return sorted(person["identity_name"] for person in response["sites"][0]["people"])


async def _holdings(hass: HomeAssistant) -> dict[str, object]:
    entries = hass.config_entries.async_entries("se_aibox")
    entities = er.async_get(hass).entities.values()
    return {
        "entries": [[entry.entry_id, entry.title] for entry in entries],
        "states": [str(entry.state) for entry in entries],
        "devices": {device.id: device.name for device in dr.async_get(hass).devices},
        "entities": {entity.entity_id: entity.unique_id for entity in entities},
        "inside": await _inside(hass),
    }


def _listen(hass: HomeAssistant) -> None:
    @callback
    def _report(event: Event) -> None:
        _print(str(event.event_type), event.data["identity_name"])

    for event_type in ("se_aibox_recognition", "se_aibox_recognition_recovered"):
        hass.bus.async_listen(event_type, _report)


async def _run(folder: Path, *addition: str) -> None:
    if addition:
        write_http(folder)
    # What was missed may be recovered before the start is over.
    hass = await start(folder, _listen)
    if addition:
        ports, doors = json.loads(addition[0])
        await _add(hass, ports, doors)
    _print("started", None)
    while command := await hass.async_add_executor_job(sys.stdin.readline):
        _print(command.strip(), await _holdings(hass))
    await hass.async_stop()


if __name__ == "__main__":
    runner.create_event_loop().run_until_complete(
        _run(Path(sys.argv[1]), *sys.argv[2:])
    )
