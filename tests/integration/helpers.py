"""Waits that tests share, and facts about an emulated box."""

import asyncio
import base64
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from unittest.mock import AsyncMock, patch

# It ships no py.typed.
from pytest_homeassistant_custom_component.common import (  # type: ignore[import-untyped]
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.const import DOMAIN
from custom_components.se_aibox.coordinator import SeAiBoxConfigEntry
from custom_components.se_aibox.pictures import placeholder
from emulator import Emitted, EmulatedBox, EmulatedSe3, Identity, PictureKind
from emulator.model import JsonObject
from emulator.pictures import paint
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState, Event, HomeAssistant, State, callback
from homeassistant.helpers import restore_state
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util
from tools.demo.ports import port_fields

type Dialect = Literal["nested", "flat"]

ENTRY_ID = "01SEAIBOX000000000000ENTRY"
SERIAL_NUMBER = "HQATEVBAIAIAI0001"
MAC_ADDRESS = "e0:a5:09:00:42:6c"
RECOGNITION = "se_aibox_recognition"

# The placeholder of a camera or image without a person.
NOBODY = Path(placeholder.__file__).with_name("placeholder.png").read_bytes()

NEAR: Mapping[str, object] = {"entity_id": "event.front_door_recognition"}
# The states of a capture device that a recognition changes, besides event and camera.
STATES_OF_A_FACE = frozenset(
    {
        "binary_sensor.front_door_recently_seen",
        "image.front_door_enrolled_photo",
        "image.front_door_face",
        "image.front_door_scene_picture",
        "sensor.front_door_last_person",
        "sensor.front_door_last_person_type",
        "sensor.front_door_last_recognition",
        "sensor.front_door_last_score",
        "sensor.front_door_recognitions",
    }
)

# Only guards against hanging: a busy machine may need a while.
PATIENCE_SECONDS = 30


class FiredEvents:
    """The bus events of one type, in order of arrival."""

    def __init__(self, hass: HomeAssistant, event_type: str) -> None:
        """Listen from now on."""
        self._events: asyncio.Queue[Event[dict[str, Any]]] = asyncio.Queue()
        hass.bus.async_listen(event_type, self._put)

    @callback
    def _put(self, event: Event[dict[str, Any]]) -> None:
        self._events.put_nowait(event)

    async def next(self) -> dict[str, Any]:
        """Wait for the next event and return its data."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return dict((await self._events.get()).data)

    @property
    def unread(self) -> int:
        """The number of events that `next` has not returned yet."""
        return self._events.qsize()


def ports_of(box: EmulatedBox | EmulatedSe3) -> dict[str, int]:
    """Return the ports of a box as a config entry has them."""
    return port_fields(box.ports)


def make_entry(
    box: EmulatedBox | EmulatedSe3,
    *,
    domain: str = DOMAIN,
    entry_id: str = ENTRY_ID,
    data: Mapping[str, object] | None = None,
    options: Mapping[str, object] | None = None,
) -> SeAiBoxConfigEntry:
    """Return a config entry as the flow makes it, with changes."""
    entry: SeAiBoxConfigEntry = MockConfigEntry(
        domain=domain,
        entry_id=entry_id,
        title="BM1684-180",
        unique_id=box.serial_number,
        data={
            "host": box.host,
            **ports_of(box),
            "dialect": box.dialect,
            "serial_number": box.serial_number,
            "mac_addresses": [box.mac],
            **(data or {}),
        },
        options={
            "capture_devices": [device.device_id for device in box.devices],
            "ignored_capture_devices": [],
            "add_new_capture_devices": True,
            "pictures": ["captured", "reference"],
            **(options or {}),
        },
    )
    return entry


async def until(condition: Callable[[], bool]) -> None:
    """Wait for a condition that nothing announces."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110 - there is no event to wait for
            await asyncio.sleep(0.002)


@asynccontextmanager
async def held(owner: object, method: str) -> AsyncGenerator[AsyncMock]:
    """Let calls of a method wait for the end of the block."""
    is_over = asyncio.Event()
    call = getattr(owner, method)

    async def _call_late(*args: object, **options: object) -> object:
        await is_over.wait()
        return await call(*args, **options)

    with patch.object(owner, method, AsyncMock(side_effect=_call_late)) as calls:
        try:
            yield calls
        finally:
            is_over.set()


async def state_where(
    hass: HomeAssistant, entity_id: str, condition: Callable[[State], bool]
) -> State:
    """Return the entity's state once it meets the condition."""
    met: asyncio.Future[State] = hass.loop.create_future()

    @callback
    def _look(_: object = None) -> None:
        state = hass.states.get(entity_id)
        if state is not None and condition(state) and not met.done():
            met.set_result(state)

    stop = async_track_state_change_event(hass, entity_id, _look)
    _look()
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await met
    finally:
        stop()


async def state_becomes(hass: HomeAssistant, entity_id: str, value: str) -> State:
    """Return the entity's state once it has the value."""
    return await state_where(hass, entity_id, lambda state: state.state == value)


def state_of(hass: HomeAssistant, entity_id: str) -> str:
    """Return the state of an entity that must exist."""
    state = hass.states.get(entity_id)
    assert state is not None, entity_id
    return state.state


def let_time_pass(hass: HomeAssistant, span: timedelta) -> None:
    """Run every timer that is due within that time."""
    async_fire_time_changed(hass, dt_util.utcnow() + span)


def jpeg(box: EmulatedBox, kind: PictureKind, record: int = -1) -> bytes:
    """Return a picture of a history record, by default the newest."""
    return paint(box.state.drawing(box.history[record], kind)).jpeg


def face_field(box: EmulatedBox, content: str) -> JsonObject:
    """Return the fields that replace the face in a live message."""
    if box.dialect == "nested":
        return {"ext_data": {"recognize_face": content}}
    return {"recognize_face_image": content}


def encoded(content: bytes) -> str:
    """Return the content as base64."""
    return base64.b64encode(content).decode()


async def record(
    box: EmulatedBox,
    moment: datetime,
    identity: Identity | None = None,
    door: int = 0,
    **how: Any,
) -> Emitted:
    """Add a history record at one of a box's capture devices, by number."""
    return await box.recognize(
        box.devices[door],
        identity,
        timestamp_ms=round(moment.timestamp() * 1000),
        push=False,
        **how,
    )


def device_list_path(box: EmulatedBox) -> str:
    """Return the path of the device list."""
    if box.dialect == "nested":
        return "/SophonDevice/api/Devices"
    return "/sophon/v2/face/getmediadevices"


def history_path(box: EmulatedBox) -> str:
    """Return the path of the history."""
    if box.dialect == "nested":
        return "/SophonFace/api/events"
    return "/sophon/v2/face/getevents"


def requests_to(box: EmulatedBox, path: str) -> int:
    """Return how often a path was requested."""
    return sum(request.path.startswith(path) for request in box.requests)


def device_list_requests(box: EmulatedBox) -> int:
    """Return how often the device list was requested."""
    return requests_to(box, device_list_path(box))


def history_requests(box: EmulatedBox) -> int:
    """Return how often a page of the history was requested."""
    return requests_to(box, history_path(box))


async def until_listening(entry: SeAiBoxConfigEntry) -> None:
    """Wait until a box is connected, its list is read again and the scan is over."""
    box = entry.runtime_data
    await until(lambda: box.data.connected)
    await box.async_refresh()
    client = box.client
    assert isinstance(client, AiBoxClient)
    await until(
        # The client waits for a request to scan again, and there is none.
        lambda: (
            not client._recovers
            or (
                not client._recovery._requested.is_set()
                and bool(client._recovery._requested._waiters)
            )
        )
    )


@contextmanager
def cannot_be_unloaded(hass: HomeAssistant, entry: Any) -> Generator[None]:
    """Let an entry be between two states for a while."""
    state = entry.state
    entry.mock_state(hass, ConfigEntryState.UNLOAD_IN_PROGRESS)
    yield
    entry.mock_state(hass, state)


def publish_online(entry: SeAiBoxConfigEntry, *, offline: str = "") -> None:
    """Publish that a box reaches its capture devices, but for one."""
    box = entry.runtime_data
    online = {key: key != offline for key in box.data.selected}
    box.async_publish(replace(box.data, online=online))


async def restore(
    hass: HomeAssistant, *states: tuple[State, Mapping[str, object]]
) -> None:
    """Let Home Assistant restore states and their extra data."""
    # Not `StoredState.as_dict`, which would store that the entity is not registered.
    stored = [
        {"state": state.as_dict(), "extra_data": extra, "last_seen": dt_util.utcnow()}
        for state, extra in states
    ]
    await Store[list[dict[str, Any]]](
        hass, restore_state.STORAGE_VERSION, restore_state.STORAGE_KEY
    ).async_save(stored)
    await restore_state.async_get(hass).async_load()


async def until_everything_is_asked() -> None:
    """Wait for the first polls of a box, successful or not."""
    await until(
        lambda: (
            not any(task.endswith((" health", " pass mode")) for task in our_tasks())
        )
    )


async def set_up_entry(
    hass: HomeAssistant,
    box: EmulatedBox,
    options: Mapping[str, object] | None = None,
    data: Mapping[str, object] | None = None,
) -> SeAiBoxConfigEntry:
    """Set up a box; wait for its connection, scan and first polls."""
    entry = make_entry(box, data=data, options=options)
    await hass.config_entries.async_add(entry)
    await hass.async_block_till_done()
    if not hass.is_running:
        hass.set_state(CoreState.running)
        hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await until_listening(entry)
    await until_everything_is_asked()
    return entry


def our_tasks() -> set[str]:
    """Return the names of the integration's running tasks."""
    return {
        task.get_name()
        for task in asyncio.all_tasks()
        if task.get_name().startswith(DOMAIN)
    }
