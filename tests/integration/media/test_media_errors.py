"""Errors that the media browser shows."""

import pytest

from emulator import CannedAnswer, EmulatedBox
from homeassistant.core import HomeAssistant
from tests.integration.conftest import Look, SetUp
from tests.integration.helpers import ENTRY_ID, NOBODY, history_path, state_becomes

from .media_browser import (
    BOX,
    RECOGNITIONS,
    ROOT,
    Browser,
    MediaError,
    newest,
    record_now,
    titles,
)

pytest_plugins = ["tests.integration.media.media_fixtures"]


async def test_picture_deleted_on_the_box_is_the_placeholder(
    box: EmulatedBox, set_up: SetUp, browser: Browser, look: Look
) -> None:
    """Its full picture is an error."""
    await set_up()
    await record_now(box, who=None)
    seen = await newest(browser)
    box.history.clear()

    response = await look(seen["thumbnail"])

    assert response.status == 404
    assert response.content_type == "image/png"
    assert response.headers["Cache-Control"] == "no-store"
    assert await response.read() == NOBODY
    with pytest.raises(MediaError, match="no longer has a picture of this recognition"):
        await browser.resolve(seen["media_content_id"])


async def test_error_names_the_unreachable_box_and_a_remedy(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, browser: Browser, look: Look
) -> None:
    """The list of the capture devices is still shown."""
    await set_up()
    await record_now(box)
    seen = await newest(browser)
    await box.stop()
    await state_becomes(hass, "binary_sensor.bm1684_180_connection", "off")

    for kind in ("Everybody", "People", "Strangers"):
        with pytest.raises(MediaError, match="history of BM1684-180 cannot be read: "):
            await browser.open_path(kind)
    with pytest.raises(MediaError, match="Check that it is switched on"):
        await browser.search("Tom")
    with pytest.raises(MediaError, match="history of BM1684-180 cannot be read: "):
        await browser.open(RECOGNITIONS)
    with pytest.raises(MediaError, match="does not answer at the moment"):
        await browser.resolve(seen["media_content_id"])
    response = await look(seen["thumbnail"])
    assert (response.status, await response.read()) == (404, NOBODY)
    assert len(titles(await browser.open_path("Capture devices"))) == 3


@pytest.mark.parametrize(
    "answer",
    [
        CannedAnswer(200, b"{"),
        CannedAnswer(200, b"[]"),
        CannedAnswer(500, b'{"error": {"code": "INTERNAL_ERROR"}}'),
        CannedAnswer(503, b'{"error": {"code": "DEVICE_INIT_ERROR"}}'),
    ],
)
async def test_unreadable_history_is_an_error_in_words(
    box: EmulatedBox, set_up: SetUp, browser: Browser, answer: CannedAnswer
) -> None:
    """It causes no traceback."""
    await set_up()
    box.answer_instead[history_path(box)] = answer

    with pytest.raises(MediaError, match="history of BM1684-180 cannot be read: "):
        await browser.open_path("Everybody")


async def test_media_of_an_unloaded_box_are_an_error(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, browser: Browser
) -> None:
    """An old page may still show them."""
    entry = await set_up()
    await record_now(box)
    seen = await newest(browser)
    await hass.config_entries.async_unload(ENTRY_ID)
    for media_id in (BOX, f"{ROOT}/nothing/days"):
        with pytest.raises(MediaError, match="not loaded in Home Assistant"):
            await browser.open(media_id)
    with pytest.raises(MediaError, match="not loaded in Home Assistant"):
        await browser.resolve(seen["media_content_id"])
    assert entry.state.name == "NOT_LOADED"


async def test_media_id_of_nothing_is_an_error_without_a_request(
    box: EmulatedBox, set_up: SetUp, browser: Browser
) -> None:
    """Folders have no picture, and recognitions no items."""
    await set_up()
    box.requests.clear()
    for media_id in (f"{ROOT}/{ENTRY_ID}/attic", f"{BOX}/day=tomorrow"):
        with pytest.raises(MediaError, match="There is nothing under media-source"):
            await browser.open(media_id)
    for media_id in (BOX, f"{ROOT}/{ENTRY_ID}/attic", ROOT):
        with pytest.raises(MediaError, match="There is nothing under media-source"):
            await browser.resolve(media_id)
    recognition = f"{ROOT}/{ENTRY_ID}/recognition/recognition=1"
    with pytest.raises(MediaError, match="There is nothing under media-source"):
        await browser.open(recognition)
    with pytest.raises(MediaError, match="no longer has a picture of this recognition"):
        await browser.resolve(recognition)
