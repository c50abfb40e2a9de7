"""The command that subscribes to recognitions."""

from dataclasses import replace
from datetime import timedelta

import orjson
import pytest

from custom_components.se_aibox.frontend import feed
from custom_components.se_aibox.people.following import PeopleConfigEntry
from custom_components.se_aibox.recognition.sighting import SIGNAL_LIVE, Sighting
from emulator import EmulatedBox, Identity
from emulator.cast import cast_device
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import area_registry as ar, device_registry as dr
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.util import dt as dt_util
from tests.integration.conftest import SetUp
from tests.integration.helpers import (
    ENTRY_ID,
    history_requests,
    record,
    until,
    until_listening,
)
from tests.integration.people.followed_people import follow

from .feed_helpers import Card, keys

pytest_plugins = [
    "tests.integration.frontend.feed_fixtures",
    "tests.integration.people.people_fixtures",
]
pytestmark = pytest.mark.usefixtures("noon")


async def test_live_recognition_is_sent_with_todays_count(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, card: Card
) -> None:
    """The state comes first, and the history has the same recognition."""
    await set_up()
    subscribed = await card.subscribe()
    assert (await subscribed.state())["today"] is None
    await subscribed.state_where(today=0)

    await box.recognize(box.devices[0], box.people[0])
    row, today = await subscribed.recognition()

    assert row["kind"] == "live"
    assert today == 1
    assert keys(await card.rows()) == [row["key"]]


async def test_recovered_recognition_is_told_apart(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, card: Card
) -> None:
    """What the box saw meanwhile is counted once, of today only."""
    entry = await set_up()
    await record(box, dt_util.utcnow() - timedelta(minutes=30))
    subscribed = await card.subscribe()
    await subscribed.state_where(today=1)

    await box.stop()
    await until(lambda: not entry.runtime_data.data.connected)
    await subscribed.state()
    # Within the last minutes, which a scan reads after a short break.
    for seconds in (20, 10):
        await record(box, dt_util.utcnow() - timedelta(seconds=seconds), box.people[0])
    await box.start()

    rows = [await subscribed.recognition() for _ in range(2)]
    assert [row["kind"] for row, _ in rows] == ["recovered"] * 2
    assert rows[-1][1] == 3
    # It was listed before.
    assert {row["key"] for row, _ in rows} < set(keys(await card.rows()))


async def test_state_says_when_something_changes(
    hass: HomeAssistant,
    people: PeopleConfigEntry,
    box: EmulatedBox,
    set_up: SetUp,
    card: Card,
) -> None:
    """Connection, pictures, names, areas, selected devices and people."""
    entry = await set_up()
    subscribed = await card.subscribe()
    state = await subscribed.state_where(today=0)
    [shown_box] = state["boxes"]
    assert shown_box == {
        "entry_id": ENTRY_ID,
        "title": "BM1684-180",
        "device_id": shown_box["device_id"],
        "connected": True,
        "pictures": True,
    }
    assert [door["name"] for door in state["doors"]] == [
        *("Front door", "Lobby turnstile", "大门")
    ]
    front = state["doors"][0]
    assert front == {
        "device_id": front["device_id"],
        "name": "Front door",
        "entry_id": ENTRY_ID,
        "area_id": None,
    }
    registry = dr.async_get(hass)
    hall = ar.async_get(hass).async_create("Hall")

    registry.async_update_device(
        front["device_id"], name_by_user="North gate", area_id=hall.id
    )
    state = await subscribed.state()
    north = next(each for each in state["doors"] if each["name"] == "North gate")
    assert north == {**front, "name": "North gate", "area_id": hall.id}
    registry.async_update_device(
        front["device_id"], disabled_by=dr.DeviceEntryDisabler.USER
    )
    state = await subscribed.state()
    while len(state["doors"]) != 2:
        state = await subscribed.state()
    box.state.enroll(Identity("10042", "Tom"))
    await follow(hass, people, "Father", "10042")
    state = await subscribed.state()
    while not state["people"]:
        state = await subscribed.state()
    assert [person["name"] for person in state["people"]] == ["Father"]
    await box.stop()
    state = await subscribed.state()
    while state["boxes"][0]["connected"]:
        state = await subscribed.state()
    await box.start()
    while not state["boxes"][0]["connected"]:
        state = await subscribed.state()
    await until_listening(entry)


async def test_unloaded_box_keeps_its_doors_and_returns(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, card: Card
) -> None:
    """What it sees then is sent and counted."""
    entry = await set_up()
    subscribed = await card.subscribe()
    await subscribed.state_where(today=0)

    await hass.config_entries.async_unload(ENTRY_ID)
    state = await subscribed.state()
    while state["boxes"][0]["connected"]:
        state = await subscribed.state()
    assert len(state["doors"]) == 3
    assert not state["boxes"][0]["pictures"]
    assert state["today"] == 0
    await hass.config_entries.async_setup(ENTRY_ID)
    await until_listening(entry)
    while not state["boxes"][0]["connected"]:
        state = await subscribed.state()
    await box.recognize(box.devices[0], box.people[0])

    row, today = await subscribed.recognition()
    assert row["kind"] == "live"
    assert today == 1


async def test_first_recognition_of_a_new_capture_device_is_sent(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, card: Card
) -> None:
    """The card may not know the device yet."""
    await set_up()
    subscribed = await card.subscribe()
    await subscribed.state_where(today=0)
    device = cast_device(box.state.seed, 7, "Warehouse")
    box.devices.append(device)

    emitted = await box.recognize(device, box.people[0], push=False)
    await box.send_raw(orjson.dumps(emitted.message))

    row, _ = await subscribed.recognition()
    assert row["place"] == "Warehouse"
    assert row["kind"] == "live"


async def test_cards_share_one_request_and_leave_nothing_behind(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, card: Card
) -> None:
    """Twenty of them look at a busy box."""
    coordinator = (await set_up()).runtime_data
    await record(box, dt_util.utcnow() - timedelta(minutes=5))

    def listeners() -> tuple[object, ...]:
        counts = hass.bus.async_listeners()
        return (
            set(coordinator._listeners),
            *map(counts.get, ("device_registry_updated", "entity_registry_updated")),
            counts.get("user_updated"),
        )

    before_cards = listeners()
    before = history_requests(box)
    subscribed = [await card.subscribe() for _ in range(20)]
    for each in subscribed:
        await each.state_where(today=1)
    assert history_requests(box) == before + 1

    for _ in range(5):
        await box.recognize(box.devices[0], box.people[0])
    for each in subscribed:
        counts = [(await each.recognition())[1] for _ in range(5)]
        assert counts == [2, 3, 4, 5, 6]
    assert history_requests(box) == before + 1

    for each in subscribed:
        assert feed._FEEDS in hass.data
        await each.stop()
    assert feed._FEEDS not in hass.data
    assert listeners() == before_cards


async def test_closed_connection_ends_its_subscriptions(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, card: Card
) -> None:
    """Also while something is about to be sent."""
    await set_up()
    await card.subscribe()
    hass.bus.async_fire("user_updated", {"user_id": "somebody"})
    await card.close()
    await until(lambda: feed._FEEDS not in hass.data)


@pytest.mark.parametrize("dialect", ["nested"])
async def test_crowd_of_recovered_recognitions_waits_for_other_work(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    card: Card,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A live one is sent first; those that waited longest are in the history."""
    monkeypatch.setattr(feed, "_AT_ONCE_SECONDS", 0.0)
    monkeypatch.setattr(feed, "_MOST_WAITING", 30)
    delivery = (await set_up()).runtime_data.delivery
    subscribed = await card.subscribe()
    await subscribed.state_where(today=0)
    sightings: list[Sighting] = []

    @callback
    def remember(sighting: Sighting) -> None:
        sightings.append(sighting)

    async_dispatcher_connect(hass, SIGNAL_LIVE, remember)
    await box.recognize(box.devices[0], box.people[0])
    await subscribed.recognition()

    def again(number: int) -> Sighting:
        [seen] = sightings[:1]
        named = replace(seen.recognition, recognition_id=f"id {number}")
        return replace(seen, recognition=named)

    for number in range(40):
        delivery.deliver_recovered(again(number))
    delivery.deliver_live(again(40))

    found = [await subscribed.recognition() for _ in range(31)]
    assert [row["recognition_id"] for row, _ in found] == [
        f"id {number}" for number in (40, *range(10, 40))
    ]
    assert {today for _, today in found} == {42}
    # A page is only sent after all events before it.
    await card.rows()
    assert subscribed.waiting == []
