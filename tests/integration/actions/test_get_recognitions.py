"""Reading recognitions back from the history of a box."""

from collections import Counter
from typing import Any

import pytest

from emulator import EmulatedBox, Identity, PictureKind
from homeassistant.core import HomeAssistant
from tests.integration.conftest import Look, SetUp
from tests.integration.helpers import FiredEvents, jpeg, requests_to
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


async def test_row_matches_the_live_recognition(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """The keys are the same, and so are the values that the history has."""
    await set_up()
    live = []
    for identity in (FRIEND, None):
        await box.recognize(box.devices[0], identity)
        live.append(await fired.next())
    rows = await look_back(hass)
    assert [row["identity_id"] for row in rows] == [None, FRIEND.identity_id]
    for row, event in zip(rows, reversed(live), strict=True):
        assert row.keys() == event.keys()
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
            "entity_id",
            "simulated",
            "identity_info",
        ):
            assert row[key] == event[key]


async def test_rows_have_paths_of_allowed_pictures_only(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """No picture is fetched."""
    await set_up({"pictures": ["captured"]})
    await Past().add(box, FRIEND)
    [row] = await look_back(hass)
    assert row["pictures"].keys() == {"face", "scene"}
    assert not any(requests_to(box, path) for path in PICTURES)


@pytest.mark.parametrize("dialect", ["nested"])
async def test_two_strangers_in_one_millisecond_are_two_rows(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, look: Look
) -> None:
    """A person recorded twice in it is one row."""
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


async def test_rows_of_a_capture_device_or_of_the_whole_box(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The newest row is the first."""
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
async def test_filters_by_person_type_and_score(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    filters: dict[str, Any],
    expected: tuple[Identity | None, ...],
) -> None:
    """A name must match exactly, although a box compares it loosely."""
    await set_up()
    past = Past()
    for identity in (FRIEND, COLLEAGUE, GUEST, CHIEF, CULPRIT, None):
        await past.add(box, identity)
    rows = await look_back(hass, **filters)
    assert names(rows) == [
        identity and identity.name for identity in reversed(expected)
    ]


async def test_blocklist_in_another_spelling_is_found(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The box itself finds only its own spelling."""
    await set_up()
    await box.recognize(box.devices[0], COLLEAGUE, push=False, wire_type="黑名单人员")
    rows = await look_back(hass, person_types=["blocklisted"])
    assert names(rows) == [COLLEAGUE.name]


async def test_name_is_found_in_each_form(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The box compares bytes, so it is asked for both forms."""
    await set_up()
    past = Past()
    both = [Identity("1", "Zoë"), Identity("2", "Zoe\u0308")]
    for identity in (*both, COLLEAGUE):
        await past.add(box, identity)
    for called in ("zoë", "ZOE\u0308"):
        rows = await look_back(hass, people=[called])
        assert [row["identity_id"] for row in rows] == ["2", "1"]


async def test_minimum_score_is_inclusive_and_in_the_box_scale(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """A row with exactly the minimum is returned."""
    await set_up()
    past = Past()
    for score in (0.83, 0.9, 0.95):
        await past.add(box, FRIEND, score=score * box.state.score_scale)
    rows = await look_back(hass, minimum_score=0.9 * box.state.score_scale)
    assert [row["score"] for row in rows] == [
        pytest.approx(score * box.state.score_scale) for score in (0.95, 0.9)
    ]


async def test_unselected_capture_devices_have_no_rows(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The user chose not to hear from them."""
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
