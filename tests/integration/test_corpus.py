"""Messages with a right outcome, in a whole Home Assistant."""

from dataclasses import replace
import time
from typing import Any

import aiohttp
import orjson
import pytest

from custom_components.se_aibox.box.registry import async_registered_capture_devices
from emulator import CannedAnswer, Device, EmulatedBox, EmulatedSe3
from homeassistant.core import HomeAssistant
from tests.corpus import CASES, DEVICE_ID, Case, Message, case_id, subset

from .actions.action_helpers import act
from .conftest import SetUp
from .helpers import (
    NEAR,
    Dialect,
    FiredEvents,
    device_list_path,
    history_path,
    state_becomes,
    until,
)
from .se3.se3_helpers import WEBHOOK_ID, add, make_se3_entry

pytest_plugins = [
    "tests.integration.entity_fixtures",
    "tests.integration.se3.se3_fixtures",
]


def _each(message: Message) -> pytest.MarkDecorator:
    cases = [case for case in CASES if case.message == message]
    assert cases
    return pytest.mark.parametrize("case", cases, ids=case_id)


@pytest.fixture
def case(request: pytest.FixtureRequest) -> Case:
    """Return the case; each test is parametrized with some."""
    found: Case = request.param
    return found


@pytest.fixture
def dialect(case: Case) -> Dialect:
    """Let the box speak the dialect of the case."""
    return case.dialect


def _outcome(event: dict[str, Any]) -> dict[str, Any]:
    """Return the data of an event as the cases tell them."""
    return {**event, "pictures": sorted(event["pictures"])}


def _assert_outcome(case: Case, event: dict[str, Any]) -> None:
    assert case.outcome is not None
    told = dict(case.outcome)
    # The event id of a case holds its time.
    told.pop("recognition_id", None)
    assert subset(_outcome(event), told) == told


@pytest.fixture
async def door(box: EmulatedBox) -> Device:
    """Give the front door the id that it has in the cases."""
    box.devices[0] = replace(box.devices[0], device_id=DEVICE_ID)
    return box.devices[0]


@_each("live")
async def test_live_message_is_delivered_or_skipped(
    hass: HomeAssistant,
    box: EmulatedBox,
    door: Device,
    set_up: SetUp,
    fired: FiredEvents,
    case: Case,
) -> None:
    """The next recognition is delivered in any case."""
    entry = await set_up()
    skipped = entry.runtime_data.log.skipped
    await box.send_raw(case.at(time.time()))
    if case.unreadable is None:
        _assert_outcome(case, await fired.next())
    else:
        await until(lambda: skipped.total() == 1)
        assert dict(skipped) == {case.unreadable: 1}
    await box.recognize(door, box.people[0])
    assert (await fired.next())["identity_name"] == box.people[0].name
    assert fired.unread == 0


@_each("push")
@pytest.mark.parametrize("form", [False, True], ids=["json", "form"])
async def test_push_is_delivered(
    hass: HomeAssistant,
    se3: EmulatedSe3,
    base: str,
    fired: FiredEvents,
    case: Case,
    form: bool,
) -> None:
    """A form has the same fields as texts."""
    await add(hass, make_se3_entry(se3))
    body = case.at(time.time())
    fields = {
        name: value if isinstance(value, str) else orjson.dumps(value).decode()
        for name, value in orjson.loads(body).items()
    }
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            f"{base}/api/webhook/{WEBHOOK_ID}",
            data=fields if form else body,
            headers={} if form else {"Content-Type": "application/json"},
        ) as answer,
    ):
        assert answer.status == 200
    _assert_outcome(case, await fired.next())
    assert fired.unread == 0


@_each("page")
async def test_record_is_a_row_or_left_out(
    hass: HomeAssistant, box: EmulatedBox, door: Device, set_up: SetUp, case: Case
) -> None:
    """The history answers with nothing else."""
    await set_up()
    box.answer_instead[history_path(box)] = CannedAnswer(
        200, case.at(time.time()), "application/json"
    )
    response = await act(hass, "get_recognitions", {}, target=NEAR)
    if case.unreadable is not None:
        assert response["recognitions"] == []
        return
    [row] = response["recognitions"]
    _assert_outcome(case, row)


@_each("devices")
async def test_capture_devices_are_registered(
    hass: HomeAssistant, box: EmulatedBox, door: Device, set_up: SetUp, case: Case
) -> None:
    """A device without a readable name gets one from its id."""
    assert case.outcome is not None
    ids = case.outcome["ids"]
    assert isinstance(ids, list)
    # The client subscribes to all of them.
    box.devices.extend(
        Device(key, key, listed=False) for key in ids if key != door.device_id
    )
    box.answer_instead[device_list_path(box)] = CannedAnswer(
        200, case.raw, "application/json"
    )
    entry = await set_up({"capture_devices": ids})
    registered = async_registered_capture_devices(hass, entry)
    assert registered.keys() == set(ids)
    names = case.outcome["names"]
    assert isinstance(names, list)
    assert [registered[key].name for key in ids] == [
        name or f"Capture device {key[:8]}"
        for key, name in zip(ids, names, strict=True)
    ]
    rest = entry.runtime_data.client.rest
    assert len(rest.unreadable_devices) == case.outcome["unreadable"]


@_each("memory")
@pytest.mark.usefixtures("every_entity_enabled")
async def test_memory_is_shown(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, case: Case
) -> None:
    """The state has the same value."""
    path = "/SophonSystem/api/memoryInfo"
    box.answer_instead[path] = CannedAnswer(200, case.raw, "application/json")
    await set_up()
    assert case.outcome is not None
    value = str(case.outcome["memory_usage"])
    await state_becomes(hass, "sensor.bm1684_180_memory_usage", value)


@_each("event servers")
async def test_urls_are_written_back_as_they_were_read(
    hass: HomeAssistant, se3: EmulatedSe3, base: str, case: Case
) -> None:
    """Our own URL is added to the list."""
    path = "/SophonFogSys/api/EventServerUrl"
    se3.answer_instead[path] = CannedAnswer(200, case.raw, "application/json")
    await add(hass, make_se3_entry(se3))
    written = [
        request.body
        for request in se3.requests
        if (request.method, request.path) == ("POST", path)
    ]
    assert written
    assert case.outcome is not None
    urls, wants = case.outcome["urls"], case.outcome["reference_pictures"]
    assert isinstance(urls, list)
    for body in written:
        assert isinstance(body, dict)
        ours = f"{base}/api/webhook/{WEBHOOK_ID}"
        assert body["event_server_url"] == [*urls, ours]
        assert body.get("real_need_reg_pic", "") == wants
