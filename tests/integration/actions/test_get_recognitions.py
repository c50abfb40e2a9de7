"""Looking back at what the boxes recorded."""

from collections import Counter
from typing import Any

import pytest

from emulator import EmulatedBox, Identity, PictureKind
from homeassistant.core import HomeAssistant
from tests.integration.conftest import Look, SetUp
from tests.integration.helpers import Heard, jpeg, requests_to
from tests.integration.recognition.automation_helpers import (
    CHIEF,
    COLLEAGUE,
    CULPRIT,
    FRIEND,
    GUEST,
    box_device_id,
)

from .action_helpers import Past, look_back, names

PICTURES = (
    "/SophonFace/api/event_images",
    "/SophonFace/api/images",
    "/sophon/v2/face/getspot",
)


async def test_as_the_bus_told_it(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, heard: Heard
) -> None:
    """A recognition that was live has the same keys, and says the same as far as the history knows it."""
    await set_up()
    live = []
    for identity in (FRIEND, None):
        await box.recognize(box.devices[0], identity)
        live.append(await heard.next())
    rows = await look_back(hass)
    assert [row["identity_id"] for row in rows] == [None, FRIEND.identity_id]
    for row, told in zip(rows, reversed(live), strict=True):
        assert row.keys() == told.keys()
        for key in (
            "entry_id",
            "device_id",
            "capture_device_id",
            "capture_device_name",
            "identity_id",
            "identity_name",
            "person_type",
            "matched",
            "threshold",
            "identity_info",
        ):
            assert row[key] == told[key]


async def test_pictures_stay_on_the_box(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """There are only paths, of those that may leave it; none is fetched."""
    await set_up({"pictures": ["captured"]})
    await Past().add(box, FRIEND)
    [row] = await look_back(hass)
    assert row["pictures"].keys() == {"face", "scene"}
    assert not any(requests_to(box, path) for path in PICTURES)


@pytest.mark.parametrize("dialect", ["nested"])
async def test_two_at_once(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, look: Look
) -> None:
    """Two strangers in one millisecond are two, each with their own face; somebody recorded twice is one."""
    await set_up()
    past = Past()
    moment = await past.add(box, FRIEND)
    for identity in (FRIEND, None, None):
        await box.recognize(
            box.devices[0],
            identity,
            timestamp_ms=round(moment.timestamp() * 1000),
            push=False,
        )
    rows = await look_back(hass)
    assert Counter(names(rows)) == {FRIEND.name: 1, None: 2}
    assert len({row["recognition_id"] for row in rows}) == 3
    strangers = [row["pictures"]["face"] for row in rows if not row["matched"]]
    faces = {await (await look(path)).read() for path in strangers}
    assert faces == {jpeg(box, PictureKind.FACE, record) for record in (2, 3)}


async def test_whom_and_where(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """A capture device is itself, a box all of them; the newest comes first."""
    entry = await set_up()
    past = Past()
    await past.add(box, FRIEND, 0)
    await past.add(box, None, 0)
    await past.add(box, CULPRIT, 1)
    assert names(await look_back(hass)) == [None, FRIEND.name]
    everywhere = {"device_id": box_device_id(hass, entry)}
    rows = await look_back(hass, everywhere)
    assert names(rows) == [CULPRIT.name, None, FRIEND.name]
    assert [row["occurred_at"] for row in rows] == [
        moment.isoformat() for moment in reversed(past.moments)
    ]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, (FRIEND, COLLEAGUE, GUEST, CHIEF, CULPRIT, None)),
        ({"people": ["10023"]}, (FRIEND,)),
        ({"people": 10023}, (FRIEND,)),
        ({"people": ["小明", "30001"]}, (FRIEND, CHIEF)),
        ({"people": ["Tom"]}, (COLLEAGUE,)),
        ({"people": ["T"]}, ()),
        ({"people": ["stranger"]}, ()),
        ({"person_types": ["vip"]}, (CHIEF,)),
        ({"person_types": "stranger"}, (None,)),
        ({"person_types": ["visitor", "blocklisted"]}, (GUEST, CULPRIT)),
        ({"person_types": ["employee", "stranger"]}, (FRIEND, COLLEAGUE, None)),
        ({"person_types": ["other"]}, ()),
        ({"people": ["10023", "20001"], "person_types": ["visitor"]}, (GUEST,)),
        ({"minimum_score": 100}, ()),
        ({"minimum_score": 0, "people": "10023"}, (FRIEND,)),
    ],
)
async def test_filters(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    filters: dict[str, Any],
    expected: tuple[Identity | None, ...],
) -> None:
    """Nobody named is everybody; what a box compares loosely is compared exactly."""
    await set_up()
    past = Past()
    for identity in (FRIEND, COLLEAGUE, GUEST, CHIEF, CULPRIT, None):
        await past.add(box, identity)
    rows = await look_back(hass, **filters)
    assert names(rows) == [
        identity and identity.name for identity in reversed(expected)
    ]


async def test_a_score_that_is_high_enough(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """From it on, in the box's own scale."""
    await set_up()
    past = Past()
    for score in (0.83, 0.9, 0.95):
        await past.add(box, FRIEND, score=score * box.state.score_scale)
    rows = await look_back(hass, minimum_score=0.9 * box.state.score_scale)
    assert [row["score"] for row in rows] == [
        pytest.approx(score * box.state.score_scale) for score in (0.95, 0.9)
    ]


async def test_capture_devices_that_were_left_out(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The user does not want to hear of them, looking back neither."""
    entry = await set_up(
        {
            "capture_devices": [box.devices[0].device_id],
            "add_new_capture_devices": False,
        }
    )
    past = Past()
    await past.add(box, FRIEND, 0)
    await past.add(box, CHIEF, 1)
    everywhere = {"device_id": box_device_id(hass, entry)}
    assert names(await look_back(hass, everywhere)) == [FRIEND.name]
