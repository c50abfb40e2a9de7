"""The faces that stand for folders of the media browser."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from unittest.mock import AsyncMock

import pytest

from custom_components.se_aibox.aibox.exceptions import AiBoxTimeoutError
from custom_components.se_aibox.aibox.models import HistoryQuery, RecordPage
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.media import faces
from custom_components.se_aibox.media.ids import Kind, MediaId
from custom_components.se_aibox.media.items import face_path
from custom_components.se_aibox.people.following import PeopleConfigEntry
from emulator import EmulatedBox, PictureKind
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.integration.conftest import ClientGenerator, Look, SetUp
from tests.integration.helpers import (
    ENTRY_ID,
    NOBODY,
    history_requests,
    jpeg,
    record,
    state_becomes,
)
from tests.integration.people.followed_people import follow, make_people_entry

from .media_browser import Browser, child, inside

pytest_plugins = ["tests.integration.media.media_fixtures"]
pytestmark = pytest.mark.usefixtures("noon")


def days_ago(days: int) -> datetime:
    """Return noon of a past day."""
    return dt_util.start_of_local_day() - timedelta(days=days) + timedelta(hours=12)


async def test_day_has_its_newest_face_as_thumbnail(
    box: EmulatedBox, set_up: SetUp, browser: Browser, look: Look
) -> None:
    """It is searched for when it is looked at, in one request, once a minute."""
    await set_up()
    for hour, ago in enumerate((3, 2, 2, 1)):
        moment = days_ago(ago) + timedelta(hours=hour)
        await record(box, moment, box.people[0])
    shown = inside(await browser.open_path("Everybody"))
    box.requests.clear()

    for day, number in zip(shown, (-1, -2, -4), strict=True):
        response = await look(day["thumbnail"])
        assert response.status == 200
        assert response.headers["Cache-Control"] == "no-store"
        assert await response.read() == jpeg(box, PictureKind.FACE, number)
    # One for the day, one for the picture.
    assert history_requests(box) == 3
    assert len(box.requests) == 6
    for day in shown:
        assert (await look(day["thumbnail"])).status == 200
    assert len(box.requests) == 6


async def test_capture_device_has_its_newest_face_as_thumbnail(
    box: EmulatedBox, set_up: SetUp, browser: Browser, look: Look
) -> None:
    """One without recognitions has a silhouette."""
    await set_up()
    for ago, door in ((3, 0), (2, 1), (1, 0)):
        await record(box, days_ago(ago), box.people[0], door)
    shown = await browser.open_path("Capture devices")
    for device, number in ((box.devices[0], -1), (box.devices[1], -2)):
        response = await look(child(shown, device.name)["thumbnail"])
        assert await response.read() == jpeg(box, PictureKind.FACE, number)
    unused = child(shown, box.devices[2].name)
    assert await (await look(unused["thumbnail"])).read() == NOBODY


async def test_thumbnails_of_a_page_of_days_are_four_searches_at_a_time(
    box: EmulatedBox,
    set_up: SetUp,
    browser: Browser,
    hass_client: ClientGenerator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A page has 31 of them, some without recognitions."""
    await set_up()
    for ago in (31, 1):
        await record(box, days_ago(ago), box.people[0])
    shown = inside(await browser.open_path("Everybody"))
    assert len(shown) == 31
    client = await hass_client()
    asking, most = 0, 0
    page = Rest.record_page

    async def _page(
        self: Rest, query: HistoryQuery, *, milliseconds: bool
    ) -> RecordPage:
        nonlocal asking, most
        asking += 1
        most = max(most, asking)
        try:
            return await page(self, query, milliseconds=milliseconds)
        finally:
            asking -= 1

    monkeypatch.setattr(Rest, "record_page", _page)
    box.state.delay = 0.02

    answers = await asyncio.gather(*(client.get(one["thumbnail"]) for one in shown))

    assert [answer.status for answer in answers] == [200, *[404] * 29, 200]
    assert await answers[1].read() == NOBODY
    assert most == 4


async def test_faces_of_many_folders_are_not_remembered(
    box: EmulatedBox,
    set_up: SetUp,
    browser: Browser,
    look: Look,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The one looked for longest ago is searched again."""
    monkeypatch.setattr(faces, "_REMEMBERED_FOLDERS", 1)
    await set_up()
    for ago in (2, 1):
        await record(box, days_ago(ago), box.people[0])
    first, second = inside(await browser.open_path("Everybody"))
    box.requests.clear()

    for day in (first, second, second, first):
        assert (await look(day["thumbnail"])).status == 200

    assert history_requests(box) == 3


async def test_newest_face_is_of_a_recognition_that_has_one(
    box: EmulatedBox, set_up: SetUp, browser: Browser, look: Look
) -> None:
    """The newest of all has no picture."""
    await set_up({"pictures": ["reference"]})
    await record(box, days_ago(1), box.people[0])
    await record(box, days_ago(1) + timedelta(hours=1))
    [day] = inside(await browser.open_path("Everybody"))

    response = await look(day["thumbnail"])

    assert await response.read() == jpeg(box, PictureKind.REFERENCE, -2)


async def test_followed_person_has_the_newest_face_as_thumbnail(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, browser: Browser, look: Look
) -> None:
    """The newest face of all is of another person."""
    await set_up()
    people: PeopleConfigEntry = make_people_entry()
    await hass.config_entries.async_add(people)
    await follow(hass, people, "Father", box.people[0].identity_id)
    await record(box, days_ago(1), box.people[0])
    await record(box, days_ago(0), box.people[1])

    [father] = inside(await browser.open_path("Followed people"))

    response = await look(father["thumbnail"])
    assert await response.read() == jpeg(box, PictureKind.FACE, -2)


async def test_no_face_is_shown_while_pictures_are_switched_off(
    box: EmulatedBox, set_up: SetUp, browser: Browser, look: Look
) -> None:
    """The box receives no request, also for a thumbnail from before."""
    entry = await set_up()
    await record(box, days_ago(1), box.people[0])
    await record(box, days_ago(1))
    [before] = inside(await browser.open_path("Everybody"))
    assert (await look(before["thumbnail"])).status == 200
    await entry.runtime_data.async_allow_pictures(False)

    for folder in ("Everybody", "People", "Strangers"):
        for one in inside(await browser.open_path(folder)):
            assert one["thumbnail"] is None
    for one in inside(await browser.open_path("Everybody", "Yesterday")):
        assert one["thumbnail"] is None
    box.requests.clear()
    unseen = face_path(MediaId(ENTRY_ID, Kind.RECOGNITIONS))
    for path in (before["thumbnail"], unseen):
        response = await look(path)
        assert (response.status, await response.read()) == (404, NOBODY)
    assert box.requests == []


async def test_face_of_an_unreachable_or_unloaded_box_is_the_placeholder(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    browser: Browser,
    look: Look,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An old page may still show it."""
    await set_up()
    await record(box, days_ago(1), box.people[0])
    [day] = inside(await browser.open_path("Everybody"))
    assert (await look(day["thumbnail"])).status == 200
    today = face_path(MediaId(ENTRY_ID, Kind.RECOGNITIONS, day=days_ago(0).date()))
    monkeypatch.setattr(Rest, "record_page", AsyncMock(side_effect=AiBoxTimeoutError))

    assert (await look(today)).status == 404
    await box.stop()
    await state_becomes(hass, "binary_sensor.bm1684_180_connection", "off")
    # A picture in memory is shown anyway.
    assert (await look(day["thumbnail"])).status == 200
    unseen = face_path(MediaId(ENTRY_ID, Kind.RECOGNITIONS, day=days_ago(2).date()))
    assert (await look(unseen)).status == 404
    await hass.config_entries.async_unload(ENTRY_ID)
    assert (await look(day["thumbnail"])).status == 404


async def test_face_needs_a_login(
    box: EmulatedBox,
    set_up: SetUp,
    browser: Browser,
    hass_client_no_auth: ClientGenerator,
) -> None:
    """Faces are personal data."""
    await set_up()
    await record(box, days_ago(1), box.people[0])
    [day] = inside(await browser.open_path("Everybody"))

    client = await hass_client_no_auth()

    assert (await client.get(day["thumbnail"])).status == 403
    headers = {"Authorization": "Bearer wrong"}
    assert (await client.get(day["thumbnail"], headers=headers)).status == 401


@pytest.mark.parametrize("identity_id", ["a/b", "?c=1#d", "100%", "名 字"])
async def test_face_of_a_folder_with_an_odd_id(
    box: EmulatedBox, set_up: SetUp, browser: Browser, look: Look, identity_id: str
) -> None:
    """The box chose the id."""
    await set_up()
    odd = replace(box.people[0], identity_id=identity_id)
    await record(box, days_ago(1), odd)
    await record(box, days_ago(0), box.people[1])
    folder = MediaId(ENTRY_ID, Kind.RECOGNITIONS, identity_id=identity_id)

    response = await look(face_path(folder))

    assert await response.read() == jpeg(box, PictureKind.FACE, -2)


@pytest.mark.parametrize(
    "media_id",
    [
        "attic",
        "all/attic",
        "all/days",
        "all/box",
        f"{ENTRY_ID}/recognition/recognition=1",
        "%2e%2e",
    ],
)
async def test_other_folders_have_no_face(
    box: EmulatedBox, set_up: SetUp, browser: Browser, look: Look, media_id: str
) -> None:
    """The box receives no request."""
    await set_up()
    box.requests.clear()

    assert (await look(f"/api/se_aibox/folder/{media_id}")).status == 404
    assert box.requests == []


async def test_picture_deleted_on_the_box_has_no_face(
    box: EmulatedBox,
    set_up: SetUp,
    browser: Browser,
    look: Look,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its record is still there."""

    async def _nothing(self: Rest, *_: object) -> bytes | None:
        return None

    await set_up()
    await record(box, days_ago(1), box.people[0])
    [day] = inside(await browser.open_path("Everybody"))
    monkeypatch.setattr(Rest, "picture", _nothing)

    assert (await look(day["thumbnail"])).status == 404
