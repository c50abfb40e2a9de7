"""Looking back at what the boxes recorded."""

from collections import Counter
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser  # type: ignore[import-untyped]  # It ships no py.typed.
import voluptuous as vol

from custom_components.se_aibox.actions import lookback
from custom_components.se_aibox.aibox.newest import find_newest
from emulator import EmulatedBox, Identity, PictureKind
from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError, Unauthorized, UnknownUser
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util

from .action_helpers import Past, act, look_back
from .automation_helpers import CHIEF, COLLEAGUE, CULPRIT, FRIEND, GUEST, box_device_id
from .conftest import Look, SetUp
from .helpers import NEAR, Heard, history_requests, jpeg, requests_to

PICTURES = (
    "/SophonFace/api/event_images",
    "/SophonFace/api/images",
    "/sophon/v2/face/getspot",
)


def names(rows: list[dict[str, Any]]) -> list[str | None]:
    """Return who was recognised."""
    return [row["identity_name"] for row in rows]


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
        await past.add(box, FRIEND, score=score * box.score_scale)
    rows = await look_back(hass, minimum_score=0.9 * box.score_scale)
    assert [row["score"] for row in rows] == [
        pytest.approx(score * box.score_scale) for score in (0.95, 0.9)
    ]


async def test_time_span(hass: HomeAssistant, box: EmulatedBox, set_up: SetUp) -> None:
    """Both ends are included, whichever time zone they are in."""
    await set_up()
    past = Past()
    first, second, third = [await past.add(box, FRIEND) for _ in range(3)]

    async def between(**span: Any) -> list[str]:
        return [row["occurred_at"] for row in await look_back(hass, **span)]

    expected = [moment.isoformat() for moment in (third, second, first)]
    assert await between() == expected
    assert await between(start_time=second.isoformat()) == expected[:2]
    assert await between(end_time=second.isoformat()) == expected[1:]
    local = str(dt_util.as_local(second).replace(tzinfo=None))
    just_before = second - timedelta(milliseconds=1)
    assert await between(start_time=just_before, end_time=local) == [expected[1]]
    assert await between(end_time="2011-01-01 00:00:00") == []


async def test_no_more_than_asked_for(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """It is said whether there is more, and from where on: nothing is lost between two calls."""
    await set_up()
    past = Past()
    for _ in range(7):
        await past.add(box, FRIEND)
    seen: list[str] = []
    where: dict[str, object] = {}
    for more in (True, True, False):
        response = await act(
            hass, "get_recognitions", {"limit": 3, **where}, target=NEAR
        )
        assert response["has_more"] is more
        seen += [row["occurred_at"] for row in response["recognitions"]]
        where = {"end_time": response["looked_back_to"]}
    assert list(dict.fromkeys(seen)) == [
        moment.isoformat() for moment in reversed(past.moments)
    ]


async def test_a_thousand(hass: HomeAssistant, box: EmulatedBox, set_up: SetUp) -> None:
    """Page by page, and no page more than needed."""
    await set_up()
    past = Past()
    for _ in range(1_050):
        await past.add(box, FRIEND)
    before = history_requests(box)
    response = await act(hass, "get_recognitions", {"limit": 1000}, target=NEAR)
    rows = response["recognitions"]
    assert len({row["occurred_at"] for row in rows}) == 1000
    assert rows[0]["occurred_at"] == past.moments[-1].isoformat()
    assert response["has_more"]
    assert response["looked_back_to"] == past.moments[50].isoformat()
    assert history_requests(box) - before == 11


async def test_looking_no_further(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What was not looked at is not said to be empty."""
    monkeypatch.setattr(lookback, "find_newest", partial(find_newest, most_rows=100))
    await set_up()
    past = Past()
    for _ in range(101):
        await past.add(box, FRIEND)
    response = await act(
        hass, "get_recognitions", {"person_types": ["stranger"]}, target=NEAR
    )
    assert response == {
        "recognitions": [],
        "has_more": True,
        "looked_back_to": past.moments[1].isoformat(),
    }


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


@pytest.mark.parametrize(
    "target",
    [
        None,
        {"entity_id": "light.hall"},
        {"device_id": "nobody"},
        {"area_id": "nowhere"},
    ],
)
async def test_nothing_targeted(
    hass: HomeAssistant, set_up: SetUp, target: dict[str, object] | None
) -> None:
    """What is none of ours means nothing; everything is not meant by it."""
    await set_up()
    with pytest.raises(ServiceValidationError) as raised:
        await act(hass, "get_recognitions", {}, target=target)
    assert raised.value.translation_key == "nothing_targeted"


@pytest.mark.parametrize("dialect", ["nested"])
@pytest.mark.parametrize(
    "wrong",
    [
        {"limit": 0},
        {"limit": 1001},
        {"limit": "many"},
        {"start_time": "yesterday"},
        {"start_time": "0001-01-01T00:00:00+14:00"},
        {"end_time": 5},
        {"people": [""]},
        {"people": [True]},
        {"people": ["10023"] * 101},
        {"person_types": ["admin"]},
        {"minimum_score": 101},
        {"minimum_score": "high"},
        {"entity_id": "all"},
        {"anything": "else"},
    ],
)
async def test_bad_input(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, wrong: dict[str, object]
) -> None:
    """It is refused before a box hears of it."""
    await set_up()
    before = history_requests(box)
    with pytest.raises(vol.Invalid):
        await act(hass, "get_recognitions", {**NEAR, **wrong})
    assert history_requests(box) == before


async def test_what_a_user_may_read(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    box: EmulatedBox,
    set_up: SetUp,
    hass_read_only_user: MockUser,
) -> None:
    """Whoever may read the recognitions of a capture device may look back at them, and at no other's."""
    entry = await set_up()
    past = Past()
    await past.add(box, FRIEND, 0)
    everywhere = {"device_id": box_device_id(hass, entry)}
    response = await act(
        hass, "get_recognitions", {}, target=everywhere, user=hass_read_only_user
    )
    assert names(response["recognitions"]) == [FRIEND.name]

    guest = MockUser().add_to_hass(hass)
    guest.mock_policy(
        {
            "entities": {
                "entity_ids": {"event.front_door_recognition": {POLICY_READ: True}}
            }
        }
    )
    response = await act(hass, "get_recognitions", {}, target=NEAR, user=guest)
    assert names(response["recognitions"]) == [FRIEND.name]
    with pytest.raises(Unauthorized):
        await act(hass, "get_recognitions", {}, target=everywhere, user=guest)
    nobody = MockUser().add_to_hass(hass)
    nobody.mock_policy({})
    with pytest.raises(Unauthorized):
        await act(hass, "get_recognitions", {}, target=NEAR, user=nobody)
    with pytest.raises(UnknownUser):
        await act(hass, "get_recognitions", {}, target=NEAR, user=MockUser(id="gone"))

    # Disabled it guards what it tells as before; without it nobody knows who may.
    door = entity_registry.async_get("event.front_door_recognition")
    assert door is not None
    near = {"device_id": door.device_id}
    assert await act(hass, "get_recognitions", {}, target=near, user=guest)
    entity_registry.async_remove(door.entity_id)
    with pytest.raises(Unauthorized):
        await act(hass, "get_recognitions", {}, target=near, user=guest)
