"""A connection that goes and comes back."""

from collections.abc import Awaitable, Callable
import logging

import pytest

from custom_components.se_aibox.aibox import stream
from custom_components.se_aibox.aibox.client import AiBoxClient
from custom_components.se_aibox.aibox.updates import Deliver
from custom_components.se_aibox.const import EVENT_RECOVERED
from custom_components.se_aibox.coordinator import SeAiBoxConfigEntry
from emulator import EmulatedBox, Variant
from homeassistant.core import HomeAssistant
from homeassistant.helpers import aiohttp_client
from tests.client.names import Names
from tests.integration.conftest import SetUp
from tests.integration.helpers import (
    Heard,
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
    # Lets nobody in again, so that the loss can be seen.
    await box.port("events").close()


async def _stop(box: EmulatedBox) -> None:
    await box.stop()


async def _silence(box: EmulatedBox) -> None:
    box.events.silent = True


async def _goodbye(box: EmulatedBox) -> None:
    box.events.silent = True
    await box.close_sockets()


async def _back(box: EmulatedBox) -> None:
    box.events.silent = False
    await box.start()


def said(caplog: pytest.LogCaptureFixture, level: int) -> list[str]:
    """Return what the integration logged at a level."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.levelno == level and record.name == LOGGER
    ]


async def _answers(entry: SeAiBoxConfigEntry) -> None:
    """Wait until a box has answered a ping: only then can it stop answering them."""
    client = entry.runtime_data.client
    assert isinstance(client, AiBoxClient)
    socket = client._stream
    assert socket is not None
    await until(lambda: socket.answers_pings)


@pytest.mark.parametrize("lose", [_drop, _stop, _silence, _goodbye])
async def test_lost_and_found(
    monkeypatch: pytest.MonkeyPatch,
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    heard: Heard,
    caplog: pytest.LogCaptureFixture,
    lose: Callable[[EmulatedBox], Awaitable[None]],
) -> None:
    """The connection sensor tells, the log says it once each way, what was seen last stays, nothing fires.

    What is true only just now is not known while nobody listens: whether somebody was seen, which starts anew,
    and how the box is.
    """
    if lose is _silence:
        monkeypatch.setattr(stream, "_PING_SECONDS", 0.05)
        monkeypatch.setattr(stream, "_DEAD_SECONDS", 2)
    entry = await set_up()
    await box.recognize(box.devices[0], box.people[0])
    await heard.next()
    if lose is _silence:
        await _answers(entry)
    just_now = {
        SEEN.format(door) for door in ("front_door", "da_men", "lobby_turnstile")
    }
    health = {
        state.entity_id: state.state
        for state in hass.states.async_all("sensor")
        if state.entity_id.startswith("sensor.bm1684_180_")
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
    await state_becomes(hass, CONNECTION, "off")
    for entity_id, state in seen.items():
        assert hass.states.get(entity_id) is state
    for entity_id in (*just_now, *health):
        assert state_of(hass, entity_id) == "unavailable"
    assert not said(caplog, logging.INFO)

    await _back(box)
    await state_becomes(hass, CONNECTION, "on")
    await box.wait_for_subscription()
    for entity_id, state in seen.items():
        assert hass.states.get(entity_id) is state
    assert {state_of(hass, entity_id) for entity_id in just_now} == {"off"}
    assert {entity_id: state_of(hass, entity_id) for entity_id in health} == health
    [warning] = said(caplog, logging.WARNING)
    assert warning.startswith("BM1684-180 is disconnected")
    assert said(caplog, logging.INFO) == ["BM1684-180 is connected again"]
    assert heard.unread == 0

    await box.recognize(box.devices[0], box.people[1])
    assert (await heard.next())["identity_name"] == "小明"
    assert heard.unread == 0


async def test_short_loss(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    heard: Heard,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A reset that is over at once is told as well, each time."""
    entry = await set_up()
    caplog.clear()
    for _ in range(3):
        await box.drop()
        await state_becomes(hass, CONNECTION, "off")
        await state_becomes(hass, CONNECTION, "on")
        await until_listening(entry)
    assert len(said(caplog, logging.WARNING)) == 3
    assert len(said(caplog, logging.INFO)) == 3
    await box.recognize(box.devices[0], box.people[0])
    await heard.next()
    assert heard.unread == 0


async def test_many_failed_tries(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A box that is away for long is asked again and again, but spoken of once."""
    await set_up()
    caplog.clear()
    # Answers every handshake with a web page.
    box.port("events").handler = box.port("rest").handler
    box.requests.clear()
    await box.port("events").close()
    await box.port("events").open()
    await until(lambda: sum(request.path == "/" for request in box.requests) > 5)
    assert state_of(hass, CONNECTION) == "off"
    assert len(said(caplog, logging.WARNING)) == 1
    box.port("events").handler = box.events.handle
    await box.port("events").close()
    await box.port("events").open()
    await state_becomes(hass, CONNECTION, "on")
    assert len(said(caplog, logging.INFO)) == 1


async def test_unknown_name(
    monkeypatch: pytest.MonkeyPatch,
    hass: HomeAssistant,
    box: EmulatedBox,
    heard: Heard,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A box whose name nobody knows for a while, as while the router starts, is away, and comes back by itself."""
    names = Names({"box.home": box.host})
    monkeypatch.setattr(aiohttp_client, "_async_make_resolver", lambda _: names)
    # What a name meant is remembered for ten seconds.
    connector = aiohttp_client._async_get_connector(hass)
    monkeypatch.setattr(connector, "_use_dns_cache", False)
    entry = make_entry(box, data={"host": "box.home"})
    await hass.config_entries.async_add(entry)
    await until_listening(entry)
    recovered = Heard(hass, EVENT_RECOVERED)
    caplog.clear()

    names.addresses.clear()
    await box.drop()
    await state_becomes(hass, CONNECTION, "off")
    missed = await miss(box, 0.5)
    tries = entry.runtime_data.log.disconnections
    await until(lambda: tries.total() > 5)
    assert len(said(caplog, logging.WARNING)) == 1
    assert not said(caplog, logging.INFO)

    names.addresses["box.home"] = box.host
    await state_becomes(hass, CONNECTION, "on")
    assert len(said(caplog, logging.WARNING)) == 1
    assert len(said(caplog, logging.INFO)) == 1
    assert (await recovered.next())["identity_id"] == missed.identity_id
    await until_listening(entry)
    await box.recognize(box.devices[0], box.people[1])
    await heard.next()


async def test_quiet_box_is_not_cut(
    monkeypatch: pytest.MonkeyPatch,
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    heard: Heard,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A box that never answers a ping is not taken for dead."""
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
    assert not said(caplog, logging.WARNING)
    await box.recognize(box.devices[0], box.people[0])
    await heard.next()


async def test_it_goes_on_listening(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, heard: Heard
) -> None:
    """Nothing that happens to a socket ends the listening."""
    entry = await set_up()
    tasks = our_tasks()
    for lose in (_drop, _goodbye, _stop):
        await lose(box)
        await state_becomes(hass, CONNECTION, "off")
        await _back(box)
        await state_becomes(hass, CONNECTION, "on")
        assert tasks <= our_tasks()
    # Until the history is read, a face may be recovered before it arrives live.
    await until_listening(entry)
    await box.recognize(box.devices[0], box.people[0])
    await heard.next()


async def test_unexpected_error_is_logged_and_the_listener_begins_anew(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    heard: Heard,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody waits for the task: its end must not go unnoticed."""
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
        # The connection breaks in a way that nobody foresaw.
        patch.setattr(client, "_lose_connection", None)
        await _drop(box)
        await state_becomes(hass, CONNECTION, "off")
        await until(lambda: not failures)
    await _back(box)
    await state_becomes(hass, CONNECTION, "on")
    errors = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert {each.getMessage() for each in errors} == {
        "Unexpected error in BM1684-180; restarting it"
    }
    caplog.clear()
    await until_listening(entry)
    await box.recognize(box.devices[0], box.people[0])
    await heard.next()


async def test_absurd_date_does_not_stop_the_listener(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, heard: Heard
) -> None:
    """A year 9999 is no time; the box's clock counts as right."""
    box.state.variant = Variant(clock_call_missing=True)
    box.state.date_header = "Fri, 31 Dec 9999 23:59:59 GMT"
    entry = await set_up()
    await box.recognize(box.devices[0], box.people[0])
    await heard.next()
    await _drop(box)
    await state_becomes(hass, CONNECTION, "off")
    await _back(box)
    await state_becomes(hass, CONNECTION, "on")
    await until_listening(entry)
    await box.recognize(box.devices[0], box.people[1])
    await heard.next()
