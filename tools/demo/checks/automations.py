"""Automations: every trigger and the condition fired, and said who and where."""

from tools.demo.api import Api, Socket
from tools.demo.automations import NAMING, automation_entities
from tools.demo.boxes import Box
from tools.demo.devices import Devices
from tools.demo.progress import step

from .failure import wait_until_empty
from .table import print_table

_SECONDS = 30
_WIDTHS = (36, 6, 70)


async def check_automations(api: Api, devices: Devices, boxes: list[Box]) -> None:
    """Cause what each automation waits for, and check their traces and notifications."""
    places = {device.name for device in devices.capture_devices}
    names = {person.name for box in boxes for person in box.emulated.people}

    def says_all(key: str, message: str) -> bool:
        """Return whether the message's template had everything that it asks for."""
        return any(place in message for place in places) and (
            key not in NAMING or any(name in message for name in names)
        )

    async with step("Waiting for the automations"), api.socket() as socket:
        for box in boxes:
            await box.cause_automations()
        entity_ids = await automation_entities(socket)

        async def silent() -> list[str]:
            told = await _notifications(socket)
            return [
                f"{key} ({told.get(key, 'no notification')})"
                for key in entity_ids
                if not await _finished(socket, key)
                or not says_all(key, told.get(key, ""))
            ]

        await wait_until_empty(silent, _SECONDS, "Automations that did not fire")
        told = await _notifications(socket)
        rows = [
            (entity_id, str(await _finished(socket, key)), told[key])
            for key, entity_id in entity_ids.items()
        ]
    print_table(("Automation", "Traces", "Says"), _WIDTHS, rows)


async def _finished(socket: Socket, automation_id: str) -> int:
    """Return how many of the kept traces ran to the end, not stopped by a condition."""
    traces = await socket.command(
        "trace/list", domain="automation", item_id=automation_id
    )
    return sum(trace["script_execution"] == "finished" for trace in traces)


async def _notifications(socket: Socket) -> dict[str, str]:
    notifications = await socket.command("persistent_notification/get")
    return {item["notification_id"]: item["message"] for item in notifications}
