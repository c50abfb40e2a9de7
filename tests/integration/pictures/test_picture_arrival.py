"""Pictures of a 2.0 box that enter the history after the recognition."""

import asyncio
from dataclasses import replace

import pytest

from custom_components.se_aibox.pictures import cache, source
from emulator import EmulatedBox, PictureKind
from homeassistant.core import HomeAssistant
from tests.integration.conftest import Look, SetUp
from tests.integration.helpers import FiredEvents, jpeg, state_of, state_where, until

pytest_plugins = ["tests.integration.entity_fixtures"]

pytestmark = [
    pytest.mark.parametrize("dialect", ["flat"]),
    pytest.mark.usefixtures("every_entity_enabled"),
]

SCENE = "image.front_door_scene_picture"
SCENE_PATH = f"/api/image_proxy/{SCENE}"


@pytest.fixture
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait less, and ask more often."""
    monkeypatch.setattr(cache, "_PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr(source, "_FIRST_PAUSE_SECONDS", 0.05)


@pytest.fixture
async def unrecorded(
    box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> dict[str, str]:
    """Return the paths of a recognition that is not recorded yet."""
    await set_up()
    await box.recognize(box.devices[0], box.people[0], record_delay=60)
    paths: dict[str, str] = (await fired.next())["pictures"]
    return paths


def record_requests(box: EmulatedBox) -> int:
    """Return how often one record was requested."""
    return [request.path for request in box.requests].count("/sophon/v2/face/getevent")


def enter(box: EmulatedBox) -> None:
    """Let the newest record enter the history now."""
    box.history[-1] = replace(box.history[-1], visible_at=0)


async def test_scene_is_awaited(
    box: EmulatedBox, look: Look, unrecorded: dict[str, str]
) -> None:
    """A notification asks for it at once."""
    looking = asyncio.ensure_future(look(unrecorded["scene"]))
    await until(lambda: record_requests(box) >= 2)
    assert not looking.done()
    enter(box)
    response = await looking
    assert response.status == 200
    assert await response.read() == jpeg(box, PictureKind.SCENE)


@pytest.mark.usefixtures("_hurry")
async def test_face_replaces_a_scene_that_does_not_come_in_time(
    monkeypatch: pytest.MonkeyPatch,
    box: EmulatedBox,
    look: Look,
    unrecorded: dict[str, str],
) -> None:
    """Later requests get the scene."""
    response = await look(unrecorded["scene"])
    assert response.status == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert await response.read() == jpeg(box, PictureKind.FACE)
    enter(box)
    monkeypatch.setattr(cache, "_PATIENCE_SECONDS", 30)
    response = await look(unrecorded["scene"])
    assert await response.read() == jpeg(box, PictureKind.SCENE)


async def test_face_replaces_a_scene_that_is_never_recorded(
    monkeypatch: pytest.MonkeyPatch,
    box: EmulatedBox,
    look: Look,
    unrecorded: dict[str, str],
) -> None:
    """No request waits any more."""
    monkeypatch.setattr(source, "_AWAITED_SECONDS", 0)
    response = await look(unrecorded["scene"])
    assert await response.read() == jpeg(box, PictureKind.FACE)
    assert record_requests(box) == 1


@pytest.mark.usefixtures("_hurry")
async def test_image_shows_the_scene_once_it_is_recorded(
    hass: HomeAssistant, box: EmulatedBox, look: Look, unrecorded: dict[str, str]
) -> None:
    """Its state changes, so that frontends load it again."""
    early = state_of(hass, SCENE)
    for _ in range(2):
        response = await look(SCENE_PATH)
        assert await response.read() == jpeg(box, PictureKind.FACE)
    assert state_of(hass, SCENE) == early
    enter(box)
    await state_where(hass, SCENE, lambda state: state.state > early)
    response = await look(SCENE_PATH)
    assert await response.read() == jpeg(box, PictureKind.SCENE)


@pytest.mark.usefixtures("_hurry")
async def test_image_does_not_wait_for_the_scene_of_an_earlier_person(
    hass: HomeAssistant,
    box: EmulatedBox,
    look: Look,
    fired: FiredEvents,
    unrecorded: dict[str, str],
) -> None:
    """The newer scene is there at once."""
    await look(SCENE_PATH)
    await box.recognize(box.devices[0], box.people[1])
    await fired.next()
    newer = state_of(hass, SCENE)
    box.history[0] = replace(box.history[0], visible_at=0)
    response = await look(SCENE_PATH)
    assert await response.read() == jpeg(box, PictureKind.SCENE)
    await hass.async_block_till_done()
    assert state_of(hass, SCENE) == newer


@pytest.mark.usefixtures("_hurry")
async def test_nothing_is_awaited_once_pictures_are_forbidden(
    hass: HomeAssistant, box: EmulatedBox, look: Look, unrecorded: dict[str, str]
) -> None:
    """The box is not asked any more."""
    await look(SCENE_PATH)
    await hass.services.async_call(
        "switch", "turn_off", {"entity_id": "switch.bm1684_180_pictures"}, blocking=True
    )
    box.requests.clear()
    await asyncio.sleep(0.2)
    assert not record_requests(box)
    assert state_of(hass, SCENE) == "unknown"


async def test_scene_is_not_requested_before_it_is_viewed(
    hass: HomeAssistant, box: EmulatedBox, unrecorded: dict[str, str]
) -> None:
    """The image exists, but no one views it."""
    assert state_of(hass, SCENE) != "unknown"
    await hass.async_block_till_done()
    assert not record_requests(box)
