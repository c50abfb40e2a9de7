"""The images of the last recognition at a capture device."""

from http import HTTPStatus

import pytest

from emulator import EmulatedBox, PictureKind
from homeassistant.core import HomeAssistant, State
from homeassistant.util import dt as dt_util

from .conftest import Look, SetUp
from .helpers import (
    NOBODY,
    FiredEvents,
    jpeg,
    restore,
    state_becomes,
    state_of,
    state_where,
)

pytest_plugins = ["tests.integration.entity_fixtures"]

KINDS = [PictureKind.FACE, PictureKind.REFERENCE, PictureKind.SCENE]
FACE = "image.front_door_face"
REFERENCE = "image.front_door_enrolled_photo"
SCENE = "image.front_door_scene_picture"
ENTITIES = dict(zip(KINDS, (FACE, REFERENCE, SCENE), strict=True))
CONNECTION = "binary_sensor.bm1684_180_connection"
PERSON = "sensor.front_door_last_person"

pytestmark = pytest.mark.usefixtures("every_entity_enabled")


def path(entity_id: str) -> str:
    """Return the path of an image."""
    return f"/api/image_proxy/{entity_id}"


async def assert_nobody(look: Look, entity_id: str) -> None:
    """Assert that an image shows the placeholder."""
    response = await look(path(entity_id))
    assert response.status == HTTPStatus.OK
    assert response.content_type == "image/png"
    assert await response.read() == NOBODY


async def test_images_show_the_pictures_of_the_last_recognition(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, look: Look
) -> None:
    """The state is the time of arrival; at first it is unknown."""
    await set_up()
    for entity_id in ENTITIES.values():
        unseen = hass.states.get(entity_id)
        assert unseen is not None
        assert unseen.state == "unknown"
        assert "entity_picture" not in unseen.attributes
        await assert_nobody(look, entity_id)
    before = dt_util.utcnow()
    await box.recognize(box.devices[0], box.people[0])
    await state_becomes(hass, PERSON, box.people[0].name)
    for kind, entity_id in ENTITIES.items():
        updated = dt_util.parse_datetime(state_of(hass, entity_id))
        assert updated is not None
        assert before <= updated <= dt_util.utcnow()
        response = await look(path(entity_id))
        assert response.status == HTTPStatus.OK
        assert response.content_type == "image/jpeg"
        assert await response.read() == jpeg(box, kind)


async def test_missing_picture_replaces_the_one_of_another_person(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, look: Look
) -> None:
    """A stranger has no enrolled photo."""
    await set_up()
    front_door, *_ = box.devices
    await box.recognize(front_door, box.people[0])
    shown = await state_where(hass, REFERENCE, lambda state: state.state != "unknown")
    assert shown.attributes["entity_picture"].startswith(path(REFERENCE))

    await box.recognize(front_door)
    gone = await state_becomes(hass, REFERENCE, "unknown")
    assert "entity_picture" not in gone.attributes
    assert state_of(hass, PERSON) == "stranger"
    assert state_of(hass, FACE) != "unknown"
    await assert_nobody(look, REFERENCE)


async def test_missing_picture_is_not_written_again(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Strangers have no enrolled photo."""
    await set_up()
    unknown = hass.states.get(REFERENCE)
    assert unknown is not None
    written = unknown.last_reported
    await box.recognize(box.devices[0])
    await state_becomes(hass, PERSON, "stranger")
    assert hass.states.get(REFERENCE) is unknown
    assert unknown.last_reported == written


@pytest.mark.parametrize("dialect", ["nested"])
async def test_invalid_picture_is_not_shown(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, look: Look
) -> None:
    """The placeholder is shown instead."""
    await set_up()
    await box.recognize(
        box.devices[0], box.people[0], overrides={"reg_pic": "bm90IGEgcGljdHVyZQ=="}
    )
    await state_where(hass, REFERENCE, lambda state: state.state != "unknown")
    await assert_nobody(look, REFERENCE)


async def test_images_are_restored_after_a_reload(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, look: Look
) -> None:
    """The pictures are read from the box again."""
    entry = await set_up()
    await box.recognize(box.devices[0], box.people[0])
    await state_becomes(hass, PERSON, box.people[0].name)
    before = {key: state_of(hass, key) for key in ENTITIES.values()}
    assert await hass.config_entries.async_reload(entry.entry_id)
    await state_becomes(hass, CONNECTION, "on")
    assert {key: state_of(hass, key) for key in ENTITIES.values()} == before
    response = await look(path(FACE))
    assert await response.read() == jpeg(box, PictureKind.FACE)


@pytest.mark.parametrize("dialect", ["nested"])
@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"entry_id": "a", "recognition_id": 7, "updated": "2026-01-02T03:04:05+00:00"},
        {"entry_id": 7, "recognition_id": "a", "updated": "2026-01-02T03:04:05+00:00"},
        {"entry_id": "a", "recognition_id": "a", "updated": "once"},
    ],
)
async def test_unusable_stored_data_restores_no_image(
    hass: HomeAssistant, set_up: SetUp, stored: dict[str, object]
) -> None:
    """No image is better than a wrong one."""
    await restore(hass, (State(FACE, "any"), stored))
    await set_up()
    assert state_of(hass, FACE) == "unknown"


@pytest.mark.parametrize("dialect", ["nested"])
async def test_deselected_image_stays_unknown(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """The user has selected captured pictures only."""
    await set_up({"pictures": ["captured"]})
    await box.recognize(box.devices[0], box.people[0])
    await fired.next()
    assert state_of(hass, REFERENCE) == "unknown"
    assert state_of(hass, FACE) != "unknown"
