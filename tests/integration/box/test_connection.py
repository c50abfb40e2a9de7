"""Loss and return of the connection."""

from collections.abc import Awaitable, Callable
import logging

import pytest

from custom_components.se_aibox.aibox import stream
from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.updates import Deliver
from custom_components.se_aibox.const import EVENT_RECOVERED
from custom_components.se_aibox.coordinator import SeAiBoxConfigEntry
from emulator import EmulatedBox, Variant
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import aiohttp_client
from homeassistant.helpers.event import async_track_state_change_event
from tests.client.names import Names
from tests.integration.conftest import SetUp
from tests.integration.helpers import (
    FiredEvents,
    make_entry,
    our_tasks,
    state_becomes,
    state_of,
    until,
    until_listening,
)

from .recovery_helpers import miss

pytest_plugins = ["tests.integration.entity_fixtures"]

CONNECTION = "binary_sensor.bm1684_180_connection"
SEEN = "binary_sensor.{}_recently_seen"
LOGGER = "custom_components.se_aibox"

pytestmark = pytest.mark.usefixtures("every_entity_enabled")


async def _drop(box: EmulatedBox) -> None:
    # No client may reconnect at once, so that the loss is visible.
    await box.port("events").close()


async def _stop(box: EmulatedBox) -> None:
    await box.stop()


async def _silence(box: EmulatedBox) -> None:
    box.events.silent = True


async def _close_sockets(box: EmulatedBox) -> None:
    box.events.silent = True
    await box.close_sockets()


async def _return(box: EmulatedBox) -> None:
    box.events.silent = False
    await box.start()


def logged(caplog: pytest.LogCaptureFixture, level: int) -> list[str]:
    """Return what the integration logged at a level."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.levelno == level and record.name == LOGGER
    ]


async def _until_a_ping_is_answered(entry: SeAiBoxConfigEntry) -> None:
    """Wait until a box has answered a ping."""
    # Only then can it stop answering them.
    client = entry.runtime_data.client
    assert isinstance(client, AiBoxClient)
    socket = client._stream
    assert socket is not None
    await until(lambda: socket.answers_pings)


@pytest.mark.parametrize("lose", [_drop, _stop, _silence, _close_sockets])
async def test_disconnection_is_logged_and_fires_nothing(
    monkeypatch: pytest.MonkeyPatch,
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    caplog: pytest.LogCaptureFixture,
    lose: Callable[[EmulatedBox], Awaitable[None]],
) -> None:
    """The log has one line for the loss and one for the return.

    The last recognition stays. What is true just now becomes unavailable: the health
    of the box, and *Recently seen*, which is off after the return.

    """
    if lose is _silence:
        monkeypatch.setattr(stream, "_PING_SECONDS", 0.05)
    entry = await set_up()
    await box.recognize(box.devices[0], box.people[0])
    await fired.next()
    if lose is _silence:
        await _until_a_ping_is_answered(entry)
    just_now = {
        SEEN.format(door) for door in ("front_door", "da_men", "lobby_turnstile")
    }
    health = {
        state.entity_id: state.state
        for state in hass.states.async_all("sensor")
        if state.entity_id.startswith("sensor.bm1684_180_")
        # People are counted a minute later.
        and state.entity_id != "sensor.bm1684_180_enrolled_people"
    }
    assert "unavailable" not in health.values()
    seen = {
        state.entity_id: state
        for state in hass.states.async_all()
        if state.entity_id not in {CONNECTION, *just_now, *health}
    }
    assert state_of(hass, CONNECTION) == "on"
    assert state_of(hass, SEEN.format("front_door")) == "on"
    caplog.clear()

    await lose(box)
    with monkeypatch.context() as patch:
        if lose is _silence:
            patch.setattr(stream, "_DEAD_SECONDS", 0)
        await state_becomes(hass, CONNECTION, "off")
    for entity_id, state in seen.items():
        assert hass.states.get(entity_id) is state
    for entity_id in (*just_now, *health):
        assert state_of(hass, entity_id) == "unavailable"
    assert not logged(caplog, logging.INFO)

    await _return(box)
    await state_becomes(hass, CONNECTION, "on")
    await box.wait_for_subscription()
    for entity_id, state in seen.items():
        assert hass.states.get(entity_id) is state
    assert {state_of(hass, entity_id) for entity_id in just_now} == {"off"}
    assert {entity_id: state_of(hass, entity_id) for entity_id in health} == health
    [warning] = logged(caplog, logging.WARNING)
    assert warning.startswith("BM1684-180 is disconnected")
    assert logged(caplog, logging.INFO) == ["BM1684-180 is connected again"]
    assert fired.unread == 0

    # During a scan, a recognition may be recovered before it arrives live.
    await until_listening(entry)
    await box.recognize(box.devices[0], box.people[1])
    assert (await fired.next())["identity_name"] == "小明"
    assert fired.unread == 0


async def test_each_short_disconnection_is_logged(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The sensor shows each of them, too."""
    entry = await set_up()
    shown: list[str] = []

    @callback
    def _note(event: Event[EventStateChangedData]) -> None:
        state = event.data["new_state"]
        assert state is not None
        shown.append(state.state)

    async_track_state_change_event(hass, CONNECTION, _note)
    caplog.clear()
    disconnections = entry.runtime_data.log.disconnections
    for count in (1, 2, 3):
        await box.drop()
        await until(lambda: disconnections.total() == count)  # noqa: B023 - used at once
        await until_listening(entry)
    assert shown == ["off", "on"] * 3
    assert len(logged(caplog, logging.WARNING)) == 3
    assert len(logged(caplog, logging.INFO)) == 3
    await box.recognize(box.devices[0], box.people[0])
    await fired.next()
    assert fired.unread == 0


async def test_repeated_failures_to_connect_are_logged_once(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The events port answers, but is no WebSocket."""
    await set_up()
    caplog.clear()
    # Answers every handshake with a web page.
    box.port("events").handler = box.port("rest").handler
    box.requests.clear()
    await box.port("events").close()
    await box.port("events").open()
    await until(lambda: sum(request.path == "/" for request in box.requests) > 5)
    assert state_of(hass, CONNECTION) == "off"
    assert len(logged(caplog, logging.WARNING)) == 1
    box.port("events").handler = box.events.handle
    await box.port("events").close()
    await box.port("events").open()
    await state_becomes(hass, CONNECTION, "on")
    assert len(logged(caplog, logging.INFO)) == 1


async def test_unresolvable_host_name_is_a_disconnection(
    monkeypatch: pytest.MonkeyPatch,
    hass: HomeAssistant,
    box: EmulatedBox,
    fired: FiredEvents,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A router that starts may not know the name for a while."""
    names = Names({"box.home": box.host})
    monkeypatch.setattr(aiohttp_client, "_async_make_resolver", lambda _: names)
    # Otherwise a resolved name is cached for ten seconds.
    connector = aiohttp_client._async_get_connector(hass)
    monkeypatch.setattr(connector, "_use_dns_cache", False)
    entry = make_entry(box, data={"host": "box.home"})
    await hass.config_entries.async_add(entry)
    await until_listening(entry)
    recovered = FiredEvents(hass, EVENT_RECOVERED)
    caplog.clear()

    names.addresses.clear()
    await box.drop()
    await state_becomes(hass, CONNECTION, "off")
    missed = await miss(box, 0.5)
    tries = entry.runtime_data.log.disconnections
    await until(lambda: tries.total() > 5)
    assert len(logged(caplog, logging.WARNING)) == 1
    assert not logged(caplog, logging.INFO)

    names.addresses["box.home"] = box.host
    await state_becomes(hass, CONNECTION, "on")
    assert len(logged(caplog, logging.WARNING)) == 1
    assert len(logged(caplog, logging.INFO)) == 1
    assert (await recovered.next())["identity_id"] == missed.identity_id
    await until_listening(entry)
    await box.recognize(box.devices[0], box.people[1])
    await fired.next()


async def test_box_that_never_answers_pings_stays_connected(
    monkeypatch: pytest.MonkeyPatch,
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Only a box that has answered pings before is dead without them."""
    monkeypatch.setattr(stream, "_PING_SECONDS", 0.01)
    monkeypatch.setattr(stream, "_DEAD_SECONDS", 0)
    box.events.answers_pings = False
    await set_up()
    pings = 0
    send = stream.EventStream.ask_after_box

    async def _count(self: stream.EventStream) -> None:
        nonlocal pings
        pings += 1
        await send(self)

    monkeypatch.setattr(stream.EventStream, "ask_after_box", _count)
    await until(lambda: pings > 10)
    assert state_of(hass, CONNECTION) == "on"
    assert not logged(caplog, logging.WARNING)
    await box.recognize(box.devices[0], box.people[0])
    await fired.next()


async def test_tasks_survive_every_kind_of_disconnection(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """The box is connected again, and its recognitions are delivered."""
    entry = await set_up()
    tasks = our_tasks()
    for lose in (_drop, _close_sockets, _stop):
        await lose(box)
        await state_becomes(hass, CONNECTION, "off")
        await _return(box)
        await state_becomes(hass, CONNECTION, "on")
        assert tasks <= our_tasks()
    # During a scan, a recognition may be recovered before it arrives live.
    await until_listening(entry)
    await box.recognize(box.devices[0], box.people[0])
    await fired.next()


async def test_unexpected_error_is_logged_and_restarts_the_listener(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing awaits the task, so its end would go unnoticed."""
    entry = await set_up()
    run = AiBoxClient.run
    failures = 2

    async def _fail(self: AiBoxClient, deliver: Deliver) -> None:
        nonlocal failures
        if failures:
            failures -= 1
            raise OverflowError("a time from outside")
        await run(self, deliver)

    client = entry.runtime_data.client
    assert isinstance(client, AiBoxClient)
    with monkeypatch.context() as patch:
        patch.setattr(AiBoxClient, "run", _fail)
        # The loss of the connection raises an unforeseen error.
        patch.setattr(client, "_lose_connection", None)
        await _drop(box)
        await state_becomes(hass, CONNECTION, "off")
        await until(lambda: not failures)
    await _return(box)
    await state_becomes(hass, CONNECTION, "on")
    errors = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert {each.getMessage() for each in errors} == {
        "Unexpected error in BM1684-180; restarting it"
    }
    caplog.clear()
    await until_listening(entry)
    await box.recognize(box.devices[0], box.people[0])
    await fired.next()


async def test_absurd_date_does_not_stop_the_listener(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """The year 9999 is out of range; the clock of the box counts as right."""
    box.state.variant = Variant(clock_call_missing=True)
    box.state.date_header = "Fri, 31 Dec 9999 23:59:59 GMT"
    entry = await set_up()
    await box.recognize(box.devices[0], box.people[0])
    await fired.next()
    await _drop(box)
    await state_becomes(hass, CONNECTION, "off")
    await _return(box)
    await state_becomes(hass, CONNECTION, "on")
    await until_listening(entry)
    await box.recognize(box.devices[0], box.people[1])
    await fired.next()
