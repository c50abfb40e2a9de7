"""Sources of an action's picture: entities, files, media and recognitions."""

import os
from pathlib import Path

import pytest
from pytest_homeassistant_custom_component.common import MockUser  # type: ignore[import-untyped]  # It ships no py.typed.

from custom_components.se_aibox.actions import picture
from emulator import EmulatedBox
from homeassistant.components import media_source
from homeassistant.components.media_source import PlayMedia
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import (
    HomeAssistantError,
    ServiceValidationError,
    Unauthorized,
    UnknownUser,
)
from homeassistant.setup import async_setup_component
from tests.emulator.pictures import drawn_reference, photo
from tests.integration.conftest import SetUp
from tests.integration.helpers import ENTRY_ID, NOBODY, FiredEvents, requests_to

from .action_helpers import act, keep, of_box

pytest_plugins = ["tests.integration.entity_fixtures"]

pytestmark = [
    pytest.mark.parametrize("dialect", ["nested"]),
    pytest.mark.usefixtures("every_entity_enabled"),
]

CALL = "/SophonMatch/api/PictureMatch"
MEDIA = "media-source://elsewhere/it"


async def _recognize(hass: HomeAssistant, **source: object) -> str | None:
    """Recognize a picture; return the identity id."""
    response = await act(hass, "recognize_picture", of_box(**source))
    identity_id: str | None = response["identity_id"]
    return identity_id


async def _refusal(hass: HomeAssistant, box: EmulatedBox, **source: object) -> str:
    """Return why a picture is refused without a request to the box."""
    with pytest.raises(HomeAssistantError) as raised:
        await _recognize(hass, **source)
    assert not requests_to(box, CALL)
    assert raised.value.translation_key is not None
    return raised.value.translation_key


@pytest.mark.parametrize(
    "source",
    [
        {"entity_id": "camera.front_door_scene"},
        {"entity_id": "image.front_door_enrolled_photo"},
        {"media": "media-source://camera/camera.front_door_scene"},
        {
            "media": {
                "media_content_id": "media-source://image/image.front_door_enrolled_photo",
                "media_content_type": "image/jpeg",
                "metadata": {},
            }
        },
    ],
)
async def test_picture_of_a_camera_or_image_is_recognized(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    source: dict[str, object],
) -> None:
    """An entity can be chosen by its id or as media."""
    await set_up({"pictures": ["reference"]})
    await box.recognize(box.devices[0], box.people[1])
    await fired.next()
    await hass.async_block_till_done()
    assert await _recognize(hass, **source) == box.people[1].identity_id


@pytest.mark.parametrize("entity_id", ["camera.nowhere", "image.nowhere"])
async def test_entity_without_a_picture_is_refused(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, entity_id: str
) -> None:
    """The error is about the entity, not the box."""
    await set_up()
    assert await _refusal(hass, box, entity_id=entity_id) == "entity_shows_nothing"


@pytest.mark.parametrize(
    "source",
    [
        {"entity_id": "camera.front_door_scene"},
        {"entity_id": "image.front_door_face"},
        {"media": "media-source://image/image.front_door_face"},
        {"file": "snapshot.png"},
    ],
)
@pytest.mark.parametrize(
    ("action", "call", "data"),
    [
        ("recognize_picture", CALL, {}),
        ("search_by_picture", "/SophonMatch/api/picturesearch", {}),
        (
            "enroll_person",
            "/SophonFogSys/api/users",
            {"identity_id": "1", "name": "Nobody", "permission_group": "vip"},
        ),
    ],
)
async def test_outline_of_nobody_is_refused(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    tmp_path: Path,
    source: dict[str, str],
    action: str,
    call: str,
    data: dict[str, str],
) -> None:
    """Our entities show it while they have no picture."""
    await set_up()
    if "file" in source:
        source = {"file": keep(hass, tmp_path, source["file"], NOBODY)}
    with pytest.raises(ServiceValidationError) as raised:
        await act(hass, action, of_box(**source, **data))
    assert raised.value.translation_key == "picture_of_nobody"
    assert not requests_to(box, call)


async def test_only_an_administrator_may_use_entities_as_pictures(
    hass: HomeAssistant, set_up: SetUp, hass_admin_user: MockUser
) -> None:
    """Others are refused before the entity is read."""
    await set_up()
    data = of_box(entity_id="camera.nowhere")
    with pytest.raises(HomeAssistantError) as raised:
        await act(hass, "recognize_picture", data, user=hass_admin_user)
    assert raised.value.translation_key == "entity_shows_nothing"
    with pytest.raises(UnknownUser):
        await act(hass, "recognize_picture", data, user=MockUser(id="gone"))
    guest = MockUser().add_to_hass(hass)
    with pytest.raises(Unauthorized):
        await act(hass, "recognize_picture", data, user=guest)


async def test_file_in_an_allowed_folder_is_recognized(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, tmp_path: Path
) -> None:
    """A link within the folder is followed."""
    await set_up()
    person = box.people[0]
    path = keep(hass, tmp_path, "face.jpg", await drawn_reference(box, person))
    assert await _recognize(hass, file=path) == person.identity_id
    (tmp_path / "link.jpg").symlink_to(path)
    assert await _recognize(hass, file=str(tmp_path / "link.jpg")) == person.identity_id


async def test_file_outside_the_allowed_folders_is_refused(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, tmp_path: Path
) -> None:
    """The error does not reveal whether the file exists."""
    await set_up()
    allowed = tmp_path / "allowed"
    allowed.mkdir()
    keep(hass, allowed, "face.jpg", photo())
    secret = tmp_path / "secret.jpg"
    secret.write_bytes(photo())
    (allowed / "link.jpg").symlink_to(secret)
    (allowed / "folder").symlink_to(tmp_path)
    for path in (
        str(secret),
        f"{allowed}/../secret.jpg",
        f"{allowed}/link.jpg",
        f"{allowed}/folder/secret.jpg",
        f"{allowed}/folder/nothing.jpg",
        f"{allowed}2/face.jpg",
        "/etc/passwd",
        "secret.jpg",
        "",
        "file:///etc/passwd",
    ):
        assert await _refusal(hass, box, file=path) == "file_not_allowed", path


async def test_unreadable_file_is_refused(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A pipe is refused, too: reading it would block."""
    await set_up()
    path = keep(hass, tmp_path, "face.jpg", photo())
    os.mkfifo(tmp_path / "pipe.jpg")
    for name in ("nothing.jpg", ".", "pipe.jpg"):
        key = await _refusal(hass, box, file=str(tmp_path / name))
        assert key == "file_unreadable", name
    assert await _refusal(hass, box, file="a\0b") == "file_unreadable"

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "open", refuse)
    assert await _refusal(hass, box, file=path) == "file_unreadable"


async def test_file_that_is_no_jpeg_or_too_large_is_refused(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A picture of exactly the maximum size is accepted."""
    await set_up()
    for content in (b"", b"secret: 1234", b"RIFF\0\0\0\0WEBPVP8 ", b"GIF89a"):
        path = keep(hass, tmp_path, "face.jpg", content)
        assert await _refusal(hass, box, file=path) == "picture_of_no_use"
    monkeypatch.setattr(picture, "LARGEST_PICTURE", 100)
    path = keep(hass, tmp_path, "face.jpg", photo())
    assert await _refusal(hass, box, file=path) == "picture_too_large"
    monkeypatch.setattr(picture, "LARGEST_PICTURE", len(photo()))
    assert await _recognize(hass, file=path) is None


async def test_action_needs_exactly_one_picture(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, tmp_path: Path
) -> None:
    """No source and two sources are refused."""
    await set_up()
    path = keep(hass, tmp_path, "face.jpg", photo())
    assert await _refusal(hass, box) == "not_one_picture"
    both = {"file": path, "entity_id": "camera.front_door_scene"}
    assert await _refusal(hass, box, **both) == "not_one_picture"


async def test_picture_in_the_media_folder_is_recognized(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, tmp_path: Path
) -> None:
    """No path leads out of the folder."""
    hass.config.media_dirs = {"local": str(tmp_path)}
    assert await async_setup_component(hass, "media_source", {})
    await set_up()
    person = box.people[0]
    (tmp_path / "face.jpg").write_bytes(await drawn_reference(box, person))
    media = "media-source://media_source/local/face.jpg"
    assert await _recognize(hass, media=media) == person.identity_id
    for unknown in (
        "media-source://media_source/local/../face.jpg",
        "media-source://media_source/elsewhere/face.jpg",
        "media-source://nobody/face.jpg",
        "media-source://camera/nothing",
        "https://192.0.2.1/face.jpg",
        "/api/camera_proxy/camera.front_door_scene",
        "face.jpg",
    ):
        assert await _error_key(hass, media=unknown) == "picture_unknown", unknown
    missing = "media-source://media_source/local/nothing.jpg"
    assert await _error_key(hass, media=missing) == "file_unreadable"


async def _error_key(hass: HomeAssistant, **source: object) -> str | None:
    with pytest.raises(HomeAssistantError) as raised:
        await _recognize(hass, **source)
    return raised.value.translation_key


async def test_media_is_refused_without_the_media_source(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Home Assistant runs without media_source here."""
    await set_up()
    media = "media-source://media_source/local/face.jpg"
    assert await _refusal(hass, box, media=media) == "picture_unknown"


async def test_picture_of_a_recognition_is_recognized(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A trigger's path works, and media that resolve to it."""
    await set_up()
    person = box.people[2]
    await box.recognize(box.devices[0], person)
    path = (await fired.next())["pictures"]["reference"]
    assert await _recognize(hass, media=path) == person.identity_id
    _resolve_media_to(monkeypatch, f"{path}?authSig=secret")
    assert await _recognize(hass, media=MEDIA) == person.identity_id
    for gone in (
        path.replace(ENTRY_ID, "nobody"),
        path.replace("/reference", "0/face"),
    ):
        key = await _error_key(hass, media=gone)
        assert key == "recognition_without_picture"
    await hass.services.async_call(
        "switch",
        "turn_off",
        {"entity_id": "switch.bm1684_180_pictures"},
        blocking=True,
    )
    assert await _error_key(hass, media=path) == "recognition_without_picture"


@pytest.mark.parametrize(
    "url", ["https://192.0.2.1/face.jpg", "/api/camera_proxy/camera.door", ""]
)
async def test_media_that_resolve_to_an_address_are_not_downloaded(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    monkeypatch: pytest.MonkeyPatch,
    url: str,
) -> None:
    """Only files and pictures of recognitions are read."""
    await set_up()
    _resolve_media_to(monkeypatch, url)
    assert await _refusal(hass, box, media=MEDIA) == "picture_elsewhere"


def _resolve_media_to(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Resolve all media to a URL without a file."""

    async def resolve(*_: object) -> PlayMedia:
        return PlayMedia(url, "image/jpeg")

    monkeypatch.setattr(media_source, "async_resolve_media", resolve)
