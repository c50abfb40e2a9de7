"""The switch that keeps all pictures on the box."""

import asyncio
from http import HTTPStatus
from typing import Any

import pytest

from custom_components.se_aibox.aibox.models import PictureKind as Kind, Subscription
from custom_components.se_aibox.aibox.stream import EventStream
from emulator import EmulatedBox, PictureKind
from homeassistant.core import HomeAssistant

from .conftest import Look, SetUp
from .helpers import (
    ENTRY_ID,
    NOBODY,
    FiredEvents,
    held,
    jpeg,
    requests_to,
    state_becomes,
    state_of,
    state_where,
    until,
)

pytest_plugins = ["tests.integration.entity_fixtures"]

PICTURES = "switch.bm1684_180_pictures"
CONNECTION = "binary_sensor.bm1684_180_connection"
FACE = "image.front_door_face"
SCENE = "image.front_door_scene_picture"
STORE = f"se_aibox.privacy.{ENTRY_ID}"

pytestmark = pytest.mark.usefixtures("every_entity_enabled")


async def turn(hass: HomeAssistant, word: str) -> None:
    """Turn the switch on or off."""
    await hass.services.async_call(
        "switch", f"turn_{word}", {"entity_id": PICTURES}, blocking=True
    )


def asked_for(box: EmulatedBox) -> tuple[bool, bool]:
    """Return whether captured and enrolled pictures are subscribed to."""
    [subscription] = box.subscriptions
    return subscription.face, subscription.reference


async def test_no_picture_leaves_the_box_while_switched_off(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    look: Look,
) -> None:
    """Recognitions are still delivered; switched on, pictures return."""
    entry = await set_up()
    front_door, *_ = box.devices
    assert state_of(hass, PICTURES) == "on"
    await box.recognize(front_door, box.people[0])
    first = await fired.next()
    assert (await look(first["pictures"]["face"])).status == HTTPStatus.OK

    await turn(hass, "off")
    assert state_of(hass, PICTURES) == "off"
    await until(lambda: asked_for(box) == (False, False))
    assert state_of(hass, FACE) == "unknown"
    box.requests.clear()
    assert (await look(first["pictures"]["face"])).status == HTTPStatus.NOT_FOUND
    await box.recognize(front_door, box.people[1])
    second = await fired.next()
    assert second["identity_name"] == box.people[1].name
    assert second["pictures"] == {}
    assert state_of(hass, FACE) == "unknown"
    for kind in Kind:
        assert not await entry.runtime_data.pictures.get(second["recognition_id"], kind)
    assert not box.requests

    await turn(hass, "on")
    await until(lambda: asked_for(box) == (True, True))
    await box.recognize(front_door, box.people[2])
    third = await fired.next()
    response = await look(third["pictures"]["face"])
    assert await response.read() == jpeg(box, PictureKind.FACE)
    assert state_of(hass, FACE) != "unknown"


async def test_fetched_picture_is_discarded_when_switched_off(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
) -> None:
    """It is fetched again once switched on."""
    entry = await set_up()
    await box.recognize(box.devices[0], box.people[0])
    event = await fired.next()
    assert await hass.config_entries.async_reload(entry.entry_id)
    await state_becomes(hass, CONNECTION, "on")
    await entry.runtime_data.async_refresh()
    pictures = entry.runtime_data.pictures
    async with held(entry.runtime_data.client.rest, "picture") as fetches:
        looking = asyncio.create_task(pictures.get(event["recognition_id"], Kind.FACE))
        await until(lambda: bool(fetches.call_count))
        await turn(hass, "off")
    assert await looking is None
    await turn(hass, "on")
    box.requests.clear()
    assert await pictures.get(event["recognition_id"], Kind.FACE)
    assert box.requests


async def test_waiting_fetches_do_not_begin_once_switched_off(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Four run at a time; the others wait for their turn."""
    entry = await set_up()
    ids = [
        (await box.recognize(box.devices[0], person, push=False)).event_id
        for person in box.people[:5]
    ]
    pictures = entry.runtime_data.pictures
    box.requests.clear()
    box.state.delay = 0.2
    looking = [
        asyncio.create_task(pictures.get(recognition_id, kind))
        for recognition_id in (*ids, "a~1~", "b~2~")
        for kind in Kind
    ]
    await until(lambda: len(box.requests) == 4)
    await turn(hass, "off")
    assert await asyncio.gather(*looking) == [None] * len(looking)
    box.state.delay = 0
    # Subscribing anew asks for no picture.
    assert not [
        request
        for request in box.requests[4:]
        if "event" in request.path or "image" in request.path
    ]


@pytest.mark.parametrize(
    "stored",
    [
        None,
        {"data": {}},
        {"data": {"pictures_allowed": "yes"}},
        {"data": ["pictures_allowed"]},
        {"data": None},
        {"version": 99, "data": {"pictures_allowed": True}},
        {"version": 0, "data": {"pictures_allowed": True}},
    ],
)
async def test_pictures_are_forbidden_if_the_stored_choice_is_lost(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    box: EmulatedBox,
    set_up: SetUp,
    caplog: pytest.LogCaptureFixture,
    stored: dict[str, object] | None,
) -> None:
    """The user can allow them again."""
    entry = await set_up()
    assert hass_storage[STORE]["data"] == {"pictures_allowed": True}
    assert await hass.config_entries.async_unload(entry.entry_id)
    if stored is None:
        del hass_storage[STORE]
    else:
        hass_storage[STORE] = {"version": 1, "minor_version": 1, **stored}
    assert await hass.config_entries.async_setup(entry.entry_id)
    await box.wait_for_subscription()
    assert state_of(hass, PICTURES) == "off"
    assert asked_for(box) == (False, False)
    assert caplog.text.count("Cannot read whether pictures may leave") == 1

    assert await hass.config_entries.async_reload(entry.entry_id)
    assert state_of(hass, PICTURES) == "off"
    assert caplog.text.count("Cannot read whether pictures may leave") == 1
    await turn(hass, "on")
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert state_of(hass, PICTURES) == "on"


@pytest.mark.parametrize("word", ["off", "on"])
async def test_first_subscription_after_a_restart_respects_the_switch(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    box: EmulatedBox,
    set_up: SetUp,
    monkeypatch: pytest.MonkeyPatch,
    word: str,
) -> None:
    """Not even one picture may be sent before."""
    hass_storage[STORE] = {
        "version": 1,
        "minor_version": 1,
        "key": STORE,
        "data": {"pictures_allowed": word == "on"},
    }
    # The emulator keeps the last subscription only.
    sent: list[Subscription] = []
    subscribe = EventStream.subscribe

    async def _subscribe(stream: EventStream, subscription: Subscription) -> None:
        sent.append(subscription)
        await subscribe(stream, subscription)

    monkeypatch.setattr(EventStream, "subscribe", _subscribe)
    await set_up()
    assert state_of(hass, PICTURES) == word
    assert sent
    for subscription in sent:
        assert subscription.captured_pictures is (word == "on")
        assert subscription.reference_pictures is (word == "on")


async def test_switch_is_stored_before_the_action_returns(
    hass: HomeAssistant, hass_storage: dict[str, Any], box: EmulatedBox, set_up: SetUp
) -> None:
    """A power cut must not undo it; a removed box leaves nothing."""
    entry = await set_up()
    await turn(hass, "off")
    assert hass_storage[STORE]["data"] == {"pictures_allowed": False}
    assert await hass.config_entries.async_reload(entry.entry_id)
    await state_becomes(hass, CONNECTION, "on")
    await box.wait_for_subscription()
    assert state_of(hass, PICTURES) == "off"
    assert asked_for(box) == (False, False)

    await hass.config_entries.async_remove(entry.entry_id)
    assert STORE not in hass_storage


async def test_switch_works_while_disconnected(
    hass: HomeAssistant, hass_storage: dict[str, Any], box: EmulatedBox, set_up: SetUp
) -> None:
    """The next subscription respects it."""
    await set_up()
    await box.port("events").close()
    await state_becomes(hass, CONNECTION, "off")
    assert state_of(hass, PICTURES) == "on"
    await turn(hass, "off")
    await box.port("events").open()
    await state_becomes(hass, CONNECTION, "on")
    await box.wait_for_subscription()
    assert asked_for(box) == (False, False)


@pytest.mark.parametrize("dialect", ["flat"])
async def test_scene_is_not_fetched_while_switched_off(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    box: EmulatedBox,
    set_up: SetUp,
    look: Look,
) -> None:
    """Only the history of the box has that picture."""
    await set_up()
    await box.recognize(box.devices[0], box.people[0])
    await state_where(hass, SCENE, lambda state: state.state != "unknown")
    await turn(hass, "off")
    response = await look(f"/api/image_proxy/{SCENE}")
    assert await response.read() == NOBODY
    assert not requests_to(box, "/sophon/v2/face/getspotimage")
