"""What an SE3 pushes while its entry is not running is pushed again, not lost."""

import asyncio

import pytest

from custom_components.se_aibox.aibox.models import LiveRecognition
from custom_components.se_aibox.aibox.se3 import Se3Client
from custom_components.se_aibox.const import EVENT_RECOVERED
from emulator import EmulatedSe3
from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from tests.integration.conftest import ClientGenerator
from tests.integration.helpers import FiredEvents, state_becomes, until

from .se3_helpers import WEBHOOK_ID, add, make_se3_entry

pytest_plugins = ["tests.integration.se3.se3_fixtures"]

CONNECTION = "binary_sensor.bm1684_180_connection"


async def _push_until(se3: EmulatedSe3, over: asyncio.Event) -> None:
    while not over.is_set():
        await se3.recognize(se3.devices[0], se3.people[0])


async def test_push_during_a_reload_is_delivered_or_refused(
    hass: HomeAssistant, se3: EmulatedSe3, base: str, fired: FiredEvents
) -> None:
    """A box pushes again what was refused with 503."""
    entry = await add(hass, make_se3_entry(se3))
    await se3.recognize(se3.devices[0], se3.people[0])
    await fired.next()
    recovered = FiredEvents(hass, EVENT_RECOVERED)
    se3.deliveries.clear()
    over = asyncio.Event()
    pushing = asyncio.create_task(_push_until(se3, over))
    for _ in range(3):
        await until(lambda: any(push.status == 200 for push in se3.deliveries))
        assert await hass.config_entries.async_reload(entry.entry_id)
    over.set()
    await pushing
    statuses = [push.status for push in se3.deliveries]
    assert set(statuses) == {200, 503}
    await until(lambda: fired.unread + recovered.unread >= statuses.count(200))
    await hass.async_block_till_done()
    assert fired.unread + recovered.unread == statuses.count(200)


async def test_push_that_waits_is_delivered_before_an_unload(
    hass: HomeAssistant,
    se3: EmulatedSe3,
    base: str,
    fired: FiredEvents,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It was answered, so that the box does not push it again."""
    entry = await add(hass, make_se3_entry(se3))
    await se3.recognize(se3.devices[0], se3.people[0])
    await fired.next()
    client = entry.runtime_data.client
    assert isinstance(client, Se3Client)
    receive = client.receive

    def _receive_and_stop(live: LiveRecognition) -> None:
        receive(live)
        listening = entry.runtime_data._listening
        assert listening is not None
        # The unload begins before the push is delivered.
        listening.cancel()

    monkeypatch.setattr(client, "receive", _receive_and_stop)
    await se3.recognize(se3.devices[0], se3.people[1])
    assert se3.deliveries[-1].status == 200
    assert (await fired.next())["identity_id"] == se3.people[1].identity_id


async def test_push_before_the_setup_is_refused(
    hass: HomeAssistant, se3: EmulatedSe3, hass_client: ClientGenerator
) -> None:
    """Home Assistant has started, and the box was not reachable."""
    entry = make_se3_entry(se3)
    hass.config_entries._entries[entry.entry_id] = entry
    await se3.port("rest").close()
    for domain in ("camera", "image", "websocket_api", "se_aibox"):
        assert await async_setup_component(hass, domain, {})
    client = await hass_client()
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.SETUP_RETRY
    se3.event_server_urls = [f"http://127.0.0.1:{client.port}/api/webhook/{WEBHOOK_ID}"]
    await se3.recognize(se3.devices[0], se3.people[0])
    assert se3.deliveries[-1].status == 503


async def test_disabled_entry_has_no_webhook(
    hass: HomeAssistant, se3: EmulatedSe3, base: str, fired: FiredEvents
) -> None:
    """The box need not push again; after the entry is enabled, pushes arrive."""
    entry = await add(hass, make_se3_entry(se3))
    await hass.config_entries.async_set_disabled_by(
        entry.entry_id, ConfigEntryDisabler.USER
    )
    assert hass.data["webhook"] == {}
    await hass.config_entries.async_set_disabled_by(entry.entry_id, None)
    await state_becomes(hass, CONNECTION, "on")
    await se3.recognize(se3.devices[0], se3.people[0])
    await fired.next()
