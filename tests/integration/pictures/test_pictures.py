"""The pictures of a recognition, from the box to the viewer."""

from urllib.parse import quote

import pytest

from custom_components.se_aibox.pictures import cache
from emulator import CannedAnswer, EmulatedBox, PictureKind, Variant
from emulator.model import JsonObject
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from tests.integration.conftest import ClientGenerator, Look, SetUp
from tests.integration.helpers import (
    ENTRY_ID,
    FiredEvents,
    encoded,
    face_field,
    jpeg,
    make_entry,
)

PICTURES = f"/api/se_aibox/picture/{ENTRY_ID}"
CAMERA = "/api/camera_proxy/camera.front_door_scene"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
WEBP = b"RIFF\x40\x00\x00\x00WEBPVP8 " + bytes(64)


async def test_picture_is_served_as_the_box_sent_it(
    box: EmulatedBox, set_up: SetUp, fired: FiredEvents, look: Look
) -> None:
    """Browsers may neither keep it nor guess its type."""
    await set_up()
    await box.recognize(box.devices[0], box.people[0])
    paths = (await fired.next())["pictures"]
    assert paths.keys() == set(PictureKind)
    for kind in PictureKind:
        response = await look(paths[kind])
        assert response.status == 200
        assert response.content_type == "image/jpeg"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"] == "no-store"
        assert await response.read() == jpeg(box, kind)
        # Again, now decoded.
        assert await (await look(paths[kind])).read() == jpeg(box, kind)


async def test_picture_needs_a_login(
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    hass_client_no_auth: ClientGenerator,
) -> None:
    """Without a token, every kind is refused. That is no failed login."""
    await set_up()
    await box.recognize(box.devices[0], box.people[0])
    client = await hass_client_no_auth()
    for path in (await fired.next())["pictures"].values():
        assert (await client.get(path)).status == 403


NOWHERE = [
    "/api/se_aibox/picture/01SEAIBOX00000000NOSUCHBOX/{recognition}/face",
    PICTURES + "/{recognition}/portrait",
    PICTURES + "/{recognition}/FACE",
    PICTURES + "/no-such-recognition/face",
    PICTURES + "/~0~/face",
    PICTURES + "/{recognition}",
    PICTURES + "/{recognition}/face/more",
]


async def test_path_to_nothing_is_not_found(
    box: EmulatedBox, set_up: SetUp, fired: FiredEvents, look: Look
) -> None:
    """It is no server error."""
    await set_up()
    await box.recognize(box.devices[0], box.people[0])
    recognition = quote((await fired.next())["recognition_id"])
    for path in NOWHERE:
        assert (await look(path.format(recognition=recognition))).status == 404, path


@pytest.mark.parametrize("dialect", ["nested"])
async def test_foreign_or_unloaded_entry_has_no_pictures(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents, look: Look
) -> None:
    """Its paths are not found."""
    entry = await set_up()
    await box.recognize(box.devices[0], box.people[0])
    path = (await fired.next())["pictures"]["face"]
    assert (await look(path)).status == 200
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert (await look(path)).status == 404
    foreign = make_entry(box, domain="sun", entry_id="01SUN")
    foreign._async_set_state(hass, ConfigEntryState.LOADED, None)
    hass.config_entries._entries[foreign.entry_id] = foreign
    assert (await look(path.replace(ENTRY_ID, foreign.entry_id))).status == 404
    del hass.config_entries._entries[foreign.entry_id]


async def test_picture_deleted_on_the_box_is_not_found(
    monkeypatch: pytest.MonkeyPatch,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    look: Look,
) -> None:
    """The memory does not have it, either."""
    monkeypatch.setattr(cache, "MAXIMUM_PICTURES", 0)
    await set_up()
    await box.recognize(box.devices[0], box.people[0])
    paths = (await fired.next())["pictures"]
    assert (await look(paths["scene"])).status == 200
    box.history.clear()
    for path in paths.values():
        assert (await look(path)).status == 404


@pytest.mark.parametrize(
    ("content", "content_type"),
    [(PNG, "image/png"), (WEBP, "image/webp")],
    ids=["png", "webp"],
)
async def test_content_type_is_derived_from_the_bytes(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    look: Look,
    content: bytes,
    content_type: str,
) -> None:
    """The box declares every picture a JPEG."""
    box.state.variant = Variant(event_id_missing=True)
    await set_up()
    text = f"data:image/jpeg;base64,{encoded(content)}"
    await box.recognize(
        box.devices[0],
        box.people[0],
        overrides=face_field(box, text),
        omit=("ext_data.spot_pic",),
    )
    for path in ((await fired.next())["pictures"]["face"], CAMERA):
        response = await look(path)
        assert response.content_type == content_type
        assert await response.read() == content


NO_PICTURES = [
    encoded(b"<html><script>alert(1)</script></html>"),
    f"data:image/jpeg;base64,{encoded(b'<svg onload=alert(1)>')}",
    encoded(b"GIF89a" + bytes(20)),
    "=",
    "data:image/jpeg;base64,/9j/4",
]


async def test_content_that_is_no_picture_is_not_found(
    box: EmulatedBox, set_up: SetUp, fired: FiredEvents, look: Look
) -> None:
    """The next recognition is served."""
    await set_up()
    for text in NO_PICTURES:
        await box.recognize(
            box.devices[0], box.people[0], overrides=face_field(box, text), record=False
        )
        path = (await fired.next())["pictures"]["face"]
        assert (await look(path)).status == 404, text
        # Now from the history, which has none.
        assert (await look(path)).status == 404, text
    await box.recognize(box.devices[0], box.people[0])
    assert (await look((await fired.next())["pictures"]["face"])).status == 200


async def test_text_that_is_no_base64_has_no_path(
    box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """The recognition is delivered all the same."""
    await set_up()
    await box.recognize(
        box.devices[0], box.people[0], overrides=face_field(box, "名"), record=False
    )
    seen = await fired.next()
    assert seen["identity_name"] == "Tom"
    assert "face" not in seen["pictures"]


async def test_web_page_instead_of_a_recorded_picture_is_not_found(
    monkeypatch: pytest.MonkeyPatch,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    look: Look,
) -> None:
    """The viewer does not receive the page."""
    monkeypatch.setattr(cache, "MAXIMUM_PICTURES", 0)
    await set_up()
    await box.recognize(box.devices[0], box.people[0])
    path = (await fired.next())["pictures"]["face"]
    image = box.history[-1].face_image_id
    folder = (
        "/SophonFace/api/event_images"
        if box.dialect == "nested"
        else "/sophon/v2/face/getspotimage"
    )
    box.answer_instead[f"{folder}/{image}"] = CannedAnswer(body=b"<html></html>")
    assert (await look(path)).status == 404
    box.answer_instead.clear()
    assert (await look(path)).status == 200


async def test_path_leads_to_the_picture_for_any_recognition_id(
    box: EmulatedBox, set_up: SetUp, fired: FiredEvents, look: Look
) -> None:
    """The id is escaped in the path."""
    await set_up()
    for event_id in (
        "a/b",
        "50%25",
        "<b>x</b>",
        "?face=1#x",
        "名 字",
        "a~b",
        "~1~2~",
        "a\\b",
    ):
        await box.recognize(
            box.devices[0], box.people[0], overrides={"event_id": event_id}
        )
        event = await fired.next()
        assert event["recognition_id"] == event_id
        path = event["pictures"]["face"]
        assert path.startswith(f"{PICTURES}/")
        assert path.count("/") == 6
        response = await look(path)
        assert await response.read() == jpeg(box, PictureKind.FACE), event_id


async def test_hostile_recognition_id_stays_within_the_path_of_pictures(
    box: EmulatedBox, set_up: SetUp, fired: FiredEvents, look: Look
) -> None:
    """The path is refused or leads to nothing."""
    await set_up()
    for event_id in ("../../../../etc/passwd", "..", "<script>alert(1)</script>"):
        await box.recognize(
            box.devices[0], box.people[0], overrides={"event_id": event_id}
        )
        path = (await fired.next())["pictures"]["face"]
        assert path.count("/") == 6
        assert (await look(path)).status in (400, 404), event_id


@pytest.mark.parametrize(
    ("chosen", "refused"),
    [(["reference"], ("face", "scene")), (["captured"], ("reference",))],
)
async def test_pictures_that_were_not_chosen_are_not_served(
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    look: Look,
    chosen: list[str],
    refused: tuple[str, ...],
) -> None:
    """Not even if the box sends them unasked."""
    entry = await set_up({"pictures": chosen})
    unasked: JsonObject = {
        "register_image" if box.dialect == "flat" else "reg_pic": encoded(PNG),
        **face_field(box, encoded(PNG)),
    }
    await box.recognize(box.devices[0], box.people[0], overrides=unasked)
    event = await fired.next()
    box.requests.clear()
    for kind in refused:
        assert kind not in event["pictures"]
        path = f"{PICTURES}/{quote(event['recognition_id'])}/{kind}"
        assert (await look(path)).status == 404
    assert box.requests == []
    held = {kind for _, kind in entry.runtime_data.pictures._held}
    assert not held.intersection(refused)
