"""Pictures in the media browser: thumbnails and full pictures."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from custom_components.se_aibox.aibox.models import PictureKind as PictureOf, Record
from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.media.ids import Kind, MediaId
from custom_components.se_aibox.pictures import cache, source
from emulator import EmulatedBox, EmulatedSe3, PictureKind, Variant
from homeassistant.core import HomeAssistant
from tests.integration.conftest import ClientGenerator, Look, SetUp
from tests.integration.helpers import ENTRY_ID, FiredEvents, jpeg
from tests.integration.se3.se3_helpers import add, make_se3_entry

from .media_browser import (
    RECOGNITIONS,
    ROOT,
    Browser,
    Media,
    MediaError,
    child,
    newest,
    parts,
    recognitions,
    record_now,
    titles,
)

pytest_plugins = [
    "tests.integration.media.media_fixtures",
    "tests.integration.se3.se3_fixtures",
]


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Count how many pictures are requested from a box at once.

    The first requests wait until there are four of them.
    """
    at_once: list[int] = []
    asking = 0
    four_asked = asyncio.Event()
    picture = Rest.picture

    async def _picture(self: Rest, record: Record, kind: PictureOf) -> bytes | None:
        nonlocal asking
        asking += 1
        at_once.append(asking)
        if len(at_once) == 4:
            four_asked.set()
        try:
            await four_asked.wait()
            return await picture(self, record, kind)
        finally:
            asking -= 1

    with monkeypatch.context() as patched:
        patched.setattr(Rest, "picture", _picture)
        yield at_once


async def test_thumbnails_are_requested_once_and_four_at_a_time(
    box: EmulatedBox,
    set_up: SetUp,
    browser: Browser,
    hass_client: ClientGenerator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another look needs no request."""
    await set_up()
    await record_now(box, 50)
    shown = recognitions(await browser.open(RECOGNITIONS))
    client = await hass_client()
    box.requests.clear()
    box.state.delay = 0.02

    async def _look(seen: Media) -> bytes:
        response = await client.get(seen["thumbnail"])
        assert response.status == 200
        return await response.read()

    with counted(monkeypatch) as at_once:
        faces = await asyncio.gather(*map(_look, shown))

    assert max(at_once) == 4
    assert len(at_once) == len(box.requests) == 50
    assert faces == [
        jpeg(box, PictureKind.FACE, -1 - number) for number in range(len(shown))
    ]
    await asyncio.gather(*map(_look, shown))
    assert len(box.requests) == 50


async def test_full_picture_is_the_scene_under_a_signed_path(
    box: EmulatedBox, set_up: SetUp, browser: Browser, look: Look, hass: HomeAssistant
) -> None:
    """An image element can load it."""
    await set_up()
    await record_now(box)

    shown = await browser.resolve((await newest(browser))["media_content_id"])

    assert shown["mime_type"] == "image/jpeg"
    assert shown["url"].startswith(f"/api/se_aibox/picture/{ENTRY_ID}/")
    assert shown["url"].partition("?")[0].endswith("/scene")
    assert await (await look(shown["url"])).read() == jpeg(box, PictureKind.SCENE)


async def test_picture_needs_a_login_or_its_own_signature(
    box: EmulatedBox,
    set_up: SetUp,
    browser: Browser,
    hass_client_no_auth: ClientGenerator,
) -> None:
    """A thumbnail has no signature."""
    await set_up()
    await box.recognize(
        box.devices[0], box.people[0], overrides={"event_id": "a b/c%2F名?x=1"}
    )
    await record_now(box, 2)
    first, second = recognitions(await browser.open(RECOGNITIONS))[:2]
    client = await hass_client_no_auth()

    assert (await client.get(first["thumbnail"])).status == 403
    url = (await browser.resolve(first["media_content_id"]))["url"]
    assert (await client.get(url)).status == 200
    other = (await browser.resolve(second["media_content_id"]))["url"]
    forged = f"{other.partition('?')[0]}?{url.partition('?')[2]}"
    assert (await client.get(forged)).status == 403


@pytest.mark.parametrize("dialect", ["flat"])
async def test_signature_is_valid_for_an_escaped_id(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    browser: Browser,
    hass_client_no_auth: ClientGenerator,
) -> None:
    """It is of the path as requested."""
    await set_up()
    box.state.variant = Variant(event_id_missing=True)
    person = box.people[0]
    await box.recognize(box.devices[0], person, overrides={"identity_id": "名 字/%2F?"})
    recognition_id = (await fired.next())["recognition_id"]
    media_id = MediaId(ENTRY_ID, Kind.RECOGNITION, recognition_id=recognition_id)
    url = (await browser.resolve(f"{ROOT}/{media_id}"))["url"]

    client = await hass_client_no_auth()
    assert (await client.get(url)).status == 200


async def test_full_picture_without_a_scene_is_the_face_or_the_photo(
    box: EmulatedBox, set_up: SetUp, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The enrolled photo is the last choice."""
    await set_up()
    await record_now(box)
    media_id = (await newest(browser))["media_content_id"]
    picture = Rest.picture
    missing = {PictureOf.SCENE}

    async def _picture(self: Rest, record: Record, kind: PictureOf) -> bytes | None:
        return None if kind in missing else await picture(self, record, kind)

    monkeypatch.setattr(Rest, "picture", _picture)
    url = (await browser.resolve(media_id))["url"]
    assert url.partition("?")[0].endswith("/face")
    missing.add(PictureOf.FACE)
    monkeypatch.setattr(cache, "MAXIMUM_PICTURES", 0)
    await record_now(box)
    url = (await browser.resolve((await newest(browser))["media_content_id"]))["url"]
    assert url.partition("?")[0].endswith("/reference")


async def test_no_picture_is_shown_while_pictures_are_switched_off(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    browser: Browser,
    look: Look,
) -> None:
    """The box receives no request."""
    entry = await set_up()
    await record_now(box)
    seen = await newest(browser)
    await entry.runtime_data.async_allow_pictures(False)

    hidden = await newest(browser)
    assert hidden["thumbnail"] is None
    box.requests.clear()
    with pytest.raises(MediaError, match=r"Pictures must not leave BM1684-180.*switch"):
        await browser.resolve(seen["media_content_id"])
    assert (await look(seen["thumbnail"])).status == 404
    assert box.requests == []


async def test_thumbnail_is_the_enrolled_photo_if_only_that_is_chosen(
    box: EmulatedBox, set_up: SetUp, browser: Browser
) -> None:
    """The options exclude captured pictures."""
    await set_up({"pictures": ["reference"]})
    await record_now(box)

    assert (await newest(browser))["thumbnail"].endswith("/reference")


async def test_picture_of_a_forgotten_record_is_found_again(
    box: EmulatedBox,
    set_up: SetUp,
    browser: Browser,
    look: Look,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The number of remembered records is limited."""
    monkeypatch.setattr(source, "_REMEMBERED_RECORDS", 5)
    entry = await set_up()
    await record_now(box, 20)
    shown = recognitions(await browser.open(RECOGNITIONS))
    held = entry.runtime_data.pictures
    assert len(held._source._records) == 5
    for number, seen in enumerate(shown):
        content = await (await look(seen["thumbnail"])).read()
        assert content == jpeg(box, PictureKind.FACE, -1 - number)


async def test_se3_shows_its_pushes_since_the_start(
    hass: HomeAssistant, se3: EmulatedSe3, browser: Browser, base: str, look: Look
) -> None:
    """It has no history but the same folders."""
    fired = FiredEvents(hass, "se_aibox_recognition")
    await add(hass, make_se3_entry(se3))
    for device, person in zip(se3.devices, se3.people, strict=False):
        await se3.recognize(device, person)
        await fired.next()
    first, second = (person.name for person in se3.people[:2])

    days = await browser.open_path("Everybody")
    shown = await browser.open(days["children"][0]["media_content_id"])
    assert len(days["children"]) == 1
    assert [parts(title)[0] for title in titles(shown)[1:]] == [second, first]
    assert titles(await browser.open_path("People")) == [second, first]
    place = (await browser.open_path("Capture devices"))["children"][0]
    assert len(recognitions(await browser.open(place["media_content_id"]))) == 1
    found = await browser.search(first)
    assert titles(found)[0] == first
    assert len(recognitions(found)) == 1
    seen = recognitions(shown)[0]
    assert (await look(seen["thumbnail"])).status == 200
    url = (await browser.resolve(seen["media_content_id"]))["url"]
    assert (await look(url)).status == 200
    assert not any(one.path.startswith("/SophonFace/") for one in se3.requests)
    assert child(found, first)["thumbnail"].endswith("/face")
