"""Checks that each automation fires and names the person and the place."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

from tools.demo.api import Api, Socket
from tools.demo.automations import EMPTIED, NAMING, OVERDUE, automation_entities
from tools.demo.boxes import Box
from tools.demo.devices import Devices
from tools.demo.progress import step
from tools.demo.visitors import VISITORS, Visitor, enroll_visitor

from .failure import wait_until_empty
from .table import print_table

_SECONDS = 30
# Until the end of a visit; a slow machine must get the visitor in before.
_SHORT_STAY = timedelta(seconds=4)
_WIDTHS = (36, 6, 70)


async def check_automations(
    api: Api, devices: Devices, boxes: list[Box], language: str
) -> None:
    """Cause each automation, and check its traces and its notification."""
    places = {device.name for device in devices.capture_devices}
    visitors = VISITORS[language]
    names = {person.name for box in boxes for person in box.emulated.people}
    names.add(visitors.overstaying.name)

    def is_complete(key: str, message: str) -> bool:
        """Return whether the message contains all that its template names."""
        return any(place in message for place in places) and (
            key not in NAMING or any(name in message for name in names)
        )

    async with step("Waiting for the automations"), api.socket() as socket:
        for box in boxes:
            await box.trigger_automations()
        for site in devices.sites:
            await socket.command(
                "call_service",
                domain="se_aibox",
                service="start_roll_call",
                target={"device_id": site.device_id},
                return_response=True,
            )
        await boxes[0].show(visitors.expected.name)
        await _repeat_until_fired(socket, EMPTIED, boxes[0].empty_house)
        # Afterwards, because no box sees a deleted visitor leave: the house stays
        # occupied.
        await _repeat_until_fired(
            socket,
            OVERDUE,
            partial(_let_overstay, api, boxes[0], visitors.overstaying),
        )
        entity_ids = await automation_entities(socket)

        async def missing() -> list[str]:
            messages = await _notifications(socket)
            return [
                f"{key} ({messages.get(key, 'no notification')})"
                for key in entity_ids
                if not await _finished(socket, key)
                or not is_complete(key, messages.get(key, ""))
            ]

        await wait_until_empty(missing, _SECONDS, "Automations that did not fire")
        messages = await _notifications(socket)
        rows = [
            (entity_id, str(await _finished(socket, key)), messages[key])
            for key, entity_id in entity_ids.items()
        ]
    print_table(("Automation", "Traces", "Notification"), _WIDTHS, rows)


async def _let_overstay(api: Api, box: Box, visitor: Visitor) -> None:
    """Let a visitor be inside near the end of the visit."""
    # A visitor who left before the end comes for another visit.
    if not box.has_enrolled(visitor.name):
        await enroll_visitor(api, box, visitor, _SHORT_STAY)
    await box.show(visitor.name)


async def _repeat_until_fired(
    socket: Socket, key: str, cause: Callable[[], Awaitable[None]]
) -> None:
    """Cause an automation again until it fires: others walk in and out meanwhile."""

    async def missing() -> list[str]:
        if key in await _notifications(socket):
            return []
        await cause()
        return [key]

    await wait_until_empty(missing, _SECONDS, "Automations that did not fire")


async def _finished(socket: Socket, automation_id: str) -> int:
    """Return the number of traces that no condition stopped."""
    traces = await socket.command(
        "trace/list", domain="automation", item_id=automation_id
    )
    return sum(trace["script_execution"] == "finished" for trace in traces)


async def _notifications(socket: Socket) -> dict[str, str]:
    notifications = await socket.command("persistent_notification/get")
    return {item["notification_id"]: item["message"] for item in notifications}
