"""The log identifies no one, at any level and whatever fails."""

from collections.abc import Callable
from contextlib import suppress
import logging
from pathlib import Path

import aiohttp
import orjson
import pytest

from custom_components.se_aibox.const import EVENT_RECOVERED
from custom_components.se_aibox.people.following import PeopleConfigEntry
from emulator import CannedAnswer, EmulatedBox, EmulatedSe3
from emulator.model import JsonObject
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
from tests.emulator.pictures import drawn_reference
from tests.integration.actions.action_helpers import act, keep, of_box
from tests.integration.people.followed_people import open_person_flow, submit
from tests.integration.se3.se3_helpers import WEBHOOK_ID, add, make_se3_entry

from .canary import CANARY, PERSON, seed
from .conftest import Look, SetUp
from .helpers import (
    NEAR,
    RECOGNITION,
    FiredEvents,
    encoded,
    face_field,
    until,
    until_listening,
)

pytest_plugins = [
    "tests.integration.people.people_fixtures",
    "tests.integration.se3.se3_fixtures",
]

# At debug level, Home Assistant itself logs every event and state of any integration.
# Users choose whether to enable that.
_OURS = ("custom_components.se_aibox", "aiohttp", "asyncio", "homeassistant.config")
# The web server logs the path of each picture. Home Assistant disables that.
_ACCESS = "aiohttp.access"


@pytest.fixture
def silent(caplog: pytest.LogCaptureFixture) -> Callable[[], None]:
    """Log at debug level from now on; return a check of the whole log."""
    caplog.set_level(logging.DEBUG)
    for name in _OURS:
        caplog.set_level(logging.DEBUG, name)

    def check_log() -> None:
        formatter = logging.Formatter("%(name)s %(message)s %(exc_text)s")
        lines = [
            formatter.format(record)
            for when in ("setup", "call")
            for record in caplog.get_records(when)
            if record.name.startswith(_OURS) and record.name != _ACCESS
        ]
        # A list that cannot be read is logged as an error, as these tests intend.
        caplog.clear()
        assert any(line.startswith("custom_components.se_aibox") for line in lines)
        assert not [line for line in lines if CANARY in line.casefold()]
        # Nor a picture, as text or as bytes.
        assert not [line for line in lines if "/9j/" in line or r"\xff\xd8\xff" in line]

    return check_log


async def _recognize_everywhere(
    box: EmulatedBox, recovered: FiredEvents, fired: FiredEvents
) -> str:
    """Send live, recovered, late and unreadable recognitions.

    Return the path of a picture.

    """
    await box.recognize(box.devices[0], PERSON)
    face = (await fired.next())["pictures"]["face"]
    await box.recognize(box.devices[0], None)
    await fired.next()
    minutes_ago = round((dt_util.utcnow().timestamp() - 600) * 1000)
    await box.recognize(box.devices[0], PERSON, timestamp_ms=minutes_ago)
    await recovered.next()
    wrongs: tuple[JsonObject, ...] = (
        {"timestamp": CANARY},
        {"score": [CANARY]},
        {"identity_name": {CANARY: CANARY}},
        {"identity_info": [CANARY]},
        {"event_id": CANARY * 50},
        {"identity_id": CANARY * 50},
        face_field(box, encoded(CANARY.encode())),
    )
    for wrong in wrongs:
        await box.recognize(box.devices[0], PERSON, overrides=wrong, record=False)
    await box.send_raw(f'{{"identity_name": "{CANARY}"')
    await box.send_raw(f'"{CANARY}"')
    await box.send_raw(orjson.dumps({CANARY: CANARY}))
    await box.recognize(f"device-{CANARY}-unlisted", PERSON, record=False)
    return str(face)


@pytest.fixture
def box_of_canaries(box: EmulatedBox) -> EmulatedBox:
    """Return a box whose people and devices are canaries."""
    seed(box)
    return box


async def test_log_of_a_box_from_setup_to_removal(
    hass: HomeAssistant,
    box_of_canaries: EmulatedBox,
    set_up: SetUp,
    people: PeopleConfigEntry,
    fired: FiredEvents,
    look: Look,
    silent: Callable[[], None],
) -> None:
    """People are followed, and the connection and every request fail."""
    box = box_of_canaries
    recovered = FiredEvents(hass, EVENT_RECOVERED)
    entry = await set_up({"identity_info_in_events": True})
    result = await submit(
        hass, await open_person_flow(hass, people), {"text": PERSON.identity_id}
    )
    result = await submit(hass, result, {"identities": ["0"]})
    await submit(hass, result, {"name": f"Tom {CANARY}"})
    await hass.async_block_till_done()
    face = await _recognize_everywhere(box, recovered, fired)
    assert (await look(face)).status == 200
    assert (await look(f"/api/se_aibox/picture/{entry.entry_id}/{CANARY}/face")).status
    renamed = box.state.rename_person(PERSON.identity_id, f"other-{CANARY}")
    await box.recognize(box.devices[0], renamed)
    while (await fired.next())["identity_name"] != renamed.name:
        pass

    # The person is recognized during a disconnection.
    await box.drop()
    await box.recognize(box.devices[0], PERSON, push=False)
    await recovered.next()
    await until_listening(entry)

    # Every request fails with a text of the box.
    says = {"code": CANARY, "message": f"{CANARY} is not at home", "status": CANARY}
    box.answer_instead["*"] = CannedAnswer(
        400, orjson.dumps({"error": says}), "application/json"
    )
    await entry.runtime_data.async_refresh()
    for poll in ("health", "pass_mode", "mode", "clock"):
        await getattr(entry.runtime_data.polls, poll).async_refresh()
    await look(face.replace("/face", "/scene"))
    box.answer_instead["*"] = CannedAnswer(
        200, CANARY.encode(), f"text/{CANARY}", {"X-Name": CANARY}
    )
    await entry.runtime_data.async_refresh()
    await box.drop()
    await until(lambda: not entry.runtime_data.data.connected)
    box.answer_instead.clear()
    await until_listening(entry)

    assert await hass.config_entries.async_reload(entry.entry_id)
    await until_listening(entry)
    assert await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    silent()


async def test_log_of_actions(
    hass: HomeAssistant,
    box_of_canaries: EmulatedBox,
    set_up: SetUp,
    silent: Callable[[], None],
    tmp_path: Path,
) -> None:
    """The box accepts, refuses and sends nonsense."""
    box = box_of_canaries
    await set_up()
    await box.recognize(box.devices[0], PERSON)
    file = keep(hass, tmp_path, f"{CANARY}.jpg", await drawn_reference(box, PERSON))
    who: dict[str, object] = {"identity_id": PERSON.identity_id, "name": PERSON.name}
    new: dict[str, object] = {
        "identity_id": f"new-{CANARY}",
        "name": f"Tom {CANARY}",
    }
    group = {"permission_group": "employee"}
    calls: tuple[tuple[str, dict[str, object]], ...] = (
        ("recognize_picture", of_box(file=file)),
        ("recognize_picture", of_box(file=file, permission_group=CANARY)),
        ("search_by_picture", of_box(file=file)),
        ("enroll_person", of_box(file=file, **group, **who)),
        ("enroll_person", of_box(file=file, **{**group, **new}, may_share_face=True)),
        ("enroll_person", of_box(file=f"/{CANARY}", **group, **who)),
        ("get_people", of_box(text=CANARY)),
        ("get_groups", of_box()),
        ("update_person", of_box(**who, new_name=f"new-{CANARY}", department=CANARY)),
        ("update_person", of_box(**who, file=file)),
        ("delete_person", of_box(**new)),
        ("forget_person", {**who, "name": f"new-{CANARY}"}),
        ("forget_person", who),
        ("ignore_stranger", of_box(stranger_id=CANARY)),
        ("get_recognitions", {**NEAR, "people": [PERSON.name, PERSON.identity_id]}),
    )
    says = {"code": CANARY, "message": f"{CANARY} is not at home", "status": CANARY}
    for answer in (
        None,
        CannedAnswer(400, orjson.dumps({"error": says}), "application/json"),
        CannedAnswer(200, CANARY.encode(), f"text/{CANARY}", {"X-Name": CANARY}),
    ):
        if answer is not None:
            box.answer_instead["*"] = answer
        for call in calls:
            with suppress(HomeAssistantError):
                await act(hass, *call)
    silent()


@pytest.mark.parametrize("content_type", ["json", "form-data"])
async def test_log_of_an_se3(
    hass: HomeAssistant,
    se3: EmulatedSe3,
    base: str,
    silent: Callable[[], None],
    content_type: str,
) -> None:
    """Its pushes are good, unreadable and of the wrong kind."""
    fired = FiredEvents(hass, RECOGNITION)
    entry = await add(hass, make_se3_entry(se3))
    se3.content_type = "form-data" if content_type == "form-data" else "json"
    se3.people[:] = [PERSON]
    await se3.recognize(se3.devices[0], PERSON)
    assert (await fired.next())["identity_name"] == PERSON.name
    url = f"{base}/api/webhook/{WEBHOOK_ID}"
    async with aiohttp.ClientSession() as session:
        for body in (
            f'{{"identity_name": "{CANARY}"'.encode(),
            orjson.dumps({CANARY: CANARY}),
            orjson.dumps({"identity_name": CANARY, "ext_data": {"device_ip": CANARY}}),
        ):
            for kind in ("application/json", "application/x-www-form-urlencoded"):
                await session.post(url, data=body, headers={"Content-Type": kind})
        await session.put(url, data=CANARY.encode())
    await until(lambda: bool(entry.runtime_data.log.skipped))
    assert await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    silent()
