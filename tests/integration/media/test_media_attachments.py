"""Pictures of recognitions as attachments, by media id."""

from typing import Any

import pytest

from custom_components.se_aibox.aibox.rest import Rest
from custom_components.se_aibox.media.ids import media_ids
from custom_components.se_aibox.media_source import SeAiBoxMediaSource
from custom_components.se_aibox.recognition.sighting import SIGNAL_LIVE, Sighting
from emulator import EmulatedBox, PictureKind
from homeassistant.components import media_source
from homeassistant.components.media_source import MediaSourceItem, Unresolvable
from homeassistant.core import HomeAssistant
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from tests.integration.conftest import SetUp
from tests.integration.helpers import ENTRY_ID, jpeg, until

from .media_browser import ROOT, Browser, MediaError, newest, record_now

pytest_plugins = ["tests.integration.media.media_fixtures"]


async def attachment(hass: HomeAssistant, media_id: str) -> Any:
    """Return a picture as an action that sends attachments does."""
    # The helper is new in Home Assistant 2026.11.
    if (helper := getattr(media_source, "async_get_media_image", None)) is not None:
        return await helper(hass, media_id)
    item = MediaSourceItem.from_uri(hass, media_id, None)
    return await SeAiBoxMediaSource(hass).async_get_media_image(item)


async def see(hass: HomeAssistant, box: EmulatedBox) -> Sighting:
    """Let the box recognize a person, and return the sighting."""
    seen: list[Sighting] = []
    stop = async_dispatcher_connect(hass, SIGNAL_LIVE, seen.append)
    await box.recognize(box.devices[0], box.people[0])
    await until(lambda: bool(seen))
    stop()
    return seen[0]


async def test_past_picture_is_an_attachment(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, browser: Browser
) -> None:
    """The picture that the media selector chooses is the scene."""
    await set_up()
    await record_now(box)
    media_id = (await newest(browser))["media_content_id"]

    image = await attachment(hass, media_id)

    assert image.content == jpeg(box, PictureKind.SCENE)
    assert image.mime_type == "image/jpeg"


async def test_each_picture_of_a_live_recognition_has_a_media_id(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, browser: Browser
) -> None:
    """The keys are those of the paths in the event."""
    await set_up()
    sighting = await see(hass, box)

    ids = media_ids(sighting.entry_id, sighting.recognition)

    assert ids.keys() == {"face", "scene", "reference"}
    for kind, media_id in ids.items():
        image = await attachment(hass, media_id)
        assert image.content == jpeg(box, PictureKind(kind))
        url = (await browser.resolve(media_id))["url"]
        assert url.partition("?")[0].endswith(f"/{kind}")


async def test_only_pictures_that_there_are_have_a_media_id(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, browser: Browser
) -> None:
    """The user chose no captured pictures."""
    await set_up({"pictures": ["reference"]})
    sighting = await see(hass, box)

    ids = media_ids(sighting.entry_id, sighting.recognition)

    assert ids.keys() == {"reference"}


async def test_attachment_that_there_is_not_is_an_error(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    browser: Browser,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its path is not used in its place, because no one could read it."""

    async def _nothing(self: Rest, *_: object) -> bytes | None:
        return None

    entry = await set_up()
    await record_now(box)
    media_id = (await newest(browser))["media_content_id"]
    for nothing in (f"{ROOT}/{ENTRY_ID}/days", f"{ROOT}/all/recognition/recognition=1"):
        with pytest.raises(Unresolvable):
            await attachment(hass, nothing)
    monkeypatch.setattr(Rest, "picture", _nothing)
    for one in (media_id, f"{media_id}/picture=face"):
        with pytest.raises(Unresolvable):
            await attachment(hass, one)
        with pytest.raises(
            MediaError, match="no longer has a picture of this recognition"
        ):
            await browser.resolve(one)

    await entry.runtime_data.async_allow_pictures(False)
    with pytest.raises(Unresolvable):
        await attachment(hass, media_id)
