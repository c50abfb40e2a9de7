"""The pictures of a recognition, from the box to whoever looks."""

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
    Heard,
    encoded,
    face_field,
    jpeg,
    make_entry,
)

PICTURES = f"/api/se_aibox/picture/{ENTRY_ID}"
CAMERA = "/api/camera_proxy/camera.front_door_last_person"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
WEBP = b"RIFF\x40\x00\x00\x00WEBPVP8 " + bytes(64)


async def test_as_the_box_sent_it(
    box: EmulatedBox, set_up: SetUp, heard: Heard, look: Look
) -> None:
    """Each path of the event leads to the picture that the box sent, for browsers to keep but not to guess at."""
    await set_up()
    await box.recognize(box.devices[0], box.people[0])
    paths = (await heard.next())["pictures"]
    assert paths.keys() == set(PictureKind)
    for kind in PictureKind:
        response = await look(paths[kind])
        assert response.status == 200
        assert response.content_type == "image/jpeg"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Cache-Control"].startswith("private")
        assert await response.read() == jpeg(box, kind)
        # Again, now decoded.
        assert await (await look(paths[kind])).read() == jpeg(box, kind)


async def test_only_for_who_is_logged_in(
    box: EmulatedBox,
    set_up: SetUp,
    heard: Heard,
    hass_client_no_auth: ClientGenerator,
) -> None:
    """Nobody sees a picture without a token."""
    await set_up()
    await box.recognize(box.devices[0], box.people[0])
    client = await hass_client_no_auth()
    for path in (await heard.next())["pictures"].values():
        assert (await client.get(path)).status == 401


NOWHERE = [
    "/api/se_aibox/picture/01SEAIBOX00000000NOSUCHBOX/{recognition}/face",
    PICTURES + "/{recognition}/portrait",
    PICTURES + "/{recognition}/FACE",
    PICTURES + "/no-such-recognition/face",
    PICTURES + "/~0~/face",
    PICTURES + "/{recognition}",
    PICTURES + "/{recognition}/face/more",
]


async def test_not_found(
    box: EmulatedBox, set_up: SetUp, heard: Heard, look: Look
) -> None:
    """A path that leads nowhere is 404, not an error."""
    await set_up()
    await box.recognize(box.devices[0], box.people[0])
    recognition = quote((await heard.next())["recognition_id"])
    for path in NOWHERE:
        assert (await look(path.format(recognition=recognition))).status == 404, path


@pytest.mark.parametrize("dialect", ["nested"])
async def test_entries_that_are_not_ours(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, heard: Heard, look: Look
) -> None:
    """An entry of another integration and an unloaded one have no pictures."""
    entry = await set_up()
    await box.recognize(box.devices[0], box.people[0])
    path = (await heard.next())["pictures"]["face"]
    assert (await look(path)).status == 200
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert (await look(path)).status == 404
    foreign = make_entry(box, domain="sun", entry_id="01SUN")
    foreign._async_set_state(hass, ConfigEntryState.LOADED, None)
    hass.config_entries._entries[foreign.entry_id] = foreign
    assert (await look(path.replace(ENTRY_ID, foreign.entry_id))).status == 404
    del hass.config_entries._entries[foreign.entry_id]


async def test_deleted_on_the_box(
    monkeypatch: pytest.MonkeyPatch,
    box: EmulatedBox,
    set_up: SetUp,
    heard: Heard,
    look: Look,
) -> None:
    """What neither the memory nor the box has any more is 404."""
    monkeypatch.setattr(cache, "MAXIMUM_PICTURES", 0)
    await set_up()
    await box.recognize(box.devices[0], box.people[0])
    paths = (await heard.next())["pictures"]
    assert (await look(paths["scene"])).status == 200
    box.history.clear()
    for path in paths.values():
        assert (await look(path)).status == 404


@pytest.mark.parametrize(
    ("content", "content_type"),
    [(PNG, "image/png"), (WEBP, "image/webp")],
    ids=["png", "webp"],
)
async def test_type_comes_from_the_bytes(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    heard: Heard,
    look: Look,
    content: bytes,
    content_type: str,
) -> None:
    """Another format is shown as what it is, whatever the box calls it."""
    box.state.variant = Variant(event_id_missing=True)
    await set_up()
    text = f"data:image/jpeg;base64,{encoded(content)}"
    await box.recognize(
        box.devices[0],
        box.people[0],
        overrides=face_field(box, text),
        omit=("ext_data.spot_pic",),
    )
    for path in ((await heard.next())["pictures"]["face"], CAMERA):
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


async def test_what_is_no_picture(
    box: EmulatedBox, set_up: SetUp, heard: Heard, look: Look
) -> None:
    """A page, a drawing that can run scripts, or broken base64 is 404, the next recognition is well."""
    await set_up()
    for text in NO_PICTURES:
        await box.recognize(
            box.devices[0], box.people[0], overrides=face_field(box, text), record=False
        )
        path = (await heard.next())["pictures"]["face"]
        assert (await look(path)).status == 404, text
        # Now from the history, which has none.
        assert (await look(path)).status == 404, text
    await box.recognize(box.devices[0], box.people[0])
    assert (await look((await heard.next())["pictures"]["face"])).status == 200


async def test_what_cannot_be_a_picture(
    box: EmulatedBox, set_up: SetUp, heard: Heard
) -> None:
    """Text that is not even base64 is not kept, and no path leads to it; who was seen counts all the same."""
    await set_up()
    await box.recognize(
        box.devices[0], box.people[0], overrides=face_field(box, "名"), record=False
    )
    seen = await heard.next()
    assert seen["identity_name"] == "Tom"
    assert "face" not in seen["pictures"]


async def test_history_that_holds_no_picture(
    monkeypatch: pytest.MonkeyPatch,
    box: EmulatedBox,
    set_up: SetUp,
    heard: Heard,
    look: Look,
) -> None:
    """A page instead of a picture is not passed on when it comes from the history either."""
    monkeypatch.setattr(cache, "MAXIMUM_PICTURES", 0)
    await set_up()
    await box.recognize(box.devices[0], box.people[0])
    path = (await heard.next())["pictures"]["scene"]
    image = box.history[-1].scene_image_id
    folder = (
        "/SophonFace/api/event_images"
        if box.dialect == "nested"
        else "/sophon/v2/face/getspotimage"
    )
    box.answer_instead[f"{folder}/{image}"] = CannedAnswer(body=b"<html></html>")
    assert (await look(path)).status == 404
    box.answer_instead.clear()
    assert (await look(path)).status == 200


async def test_strange_recognition_ids(
    box: EmulatedBox, set_up: SetUp, heard: Heard, look: Look
) -> None:
    """Whatever a box calls an event, the path of its picture leads there and nowhere else."""
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
        event = await heard.next()
        assert event["recognition_id"] == event_id
        path = event["pictures"]["face"]
        assert path.startswith(f"{PICTURES}/")
        assert path.count("/") == 6
        response = await look(path)
        assert await response.read() == jpeg(box, PictureKind.FACE), event_id


async def test_recognition_ids_that_want_out(
    box: EmulatedBox, set_up: SetUp, heard: Heard, look: Look
) -> None:
    """An id that looks like an attack is refused, and stays within the path of pictures."""
    await set_up()
    for event_id in ("../../../../etc/passwd", "..", "<script>alert(1)</script>"):
        await box.recognize(
            box.devices[0], box.people[0], overrides={"event_id": event_id}
        )
        path = (await heard.next())["pictures"]["face"]
        assert path.count("/") == 6
        assert (await look(path)).status in (400, 404), event_id


@pytest.mark.parametrize(
    ("chosen", "refused"),
    [(["reference"], ("face", "scene")), (["captured"], ("reference",))],
)
async def test_unchosen_pictures_are_not_served(
    box: EmulatedBox,
    set_up: SetUp,
    heard: Heard,
    look: Look,
    chosen: list[str],
    refused: tuple[str, ...],
) -> None:
    """A picture that the user keeps on the box is not served, not even if the box sends it unasked."""
    entry = await set_up({"pictures": chosen})
    unasked: JsonObject = {
        "register_image" if box.dialect == "flat" else "reg_pic": encoded(PNG),
        **face_field(box, encoded(PNG)),
    }
    await box.recognize(box.devices[0], box.people[0], overrides=unasked)
    event = await heard.next()
    box.requests.clear()
    for kind in refused:
        assert kind not in event["pictures"]
        path = f"{PICTURES}/{quote(event['recognition_id'])}/{kind}"
        assert (await look(path)).status == 404
    assert box.requests == []
    held = {kind for _, kind in entry.runtime_data.pictures._held}
    assert not held.intersection(refused)
