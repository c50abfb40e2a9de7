"""A message that is sent again is not delivered again."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import aiohttp
import orjson
import pytest

from custom_components.se_aibox.const import EVENT_RECOVERED
from emulator import EmulatedBox, EmulatedSe3, Variant
from homeassistant.core import HomeAssistant
from tests.integration.helpers import (
    RECOGNITION,
    FiredEvents,
    make_entry,
    until_listening,
)
from tests.integration.se3.se3_helpers import WEBHOOK_ID, add, make_se3_entry

pytest_plugins = ["tests.integration.se3.se3_fixtures"]


async def _push(url: str, push: Mapping[str, Any]) -> int:
    async with aiohttp.ClientSession() as session, session.post(url, json=push) as got:
        return got.status


@pytest.mark.parametrize("options", [{}, {"recover_history": False}])
@pytest.mark.parametrize(
    "variant", [Variant(), Variant(live_event_id=True, event_id_missing=True)]
)
async def test_repeated_message_is_dropped_after_a_reload(
    hass: HomeAssistant,
    box: EmulatedBox,
    fired: FiredEvents,
    variant: Variant,
    options: Mapping[str, object],
) -> None:
    """It may have no id of the box, and recovery may be off."""
    box.state.variant = variant
    entry = make_entry(box, options=options)
    await hass.config_entries.async_add(entry)
    await hass.async_block_till_done()
    await until_listening(entry)
    recovered = FiredEvents(hass, EVENT_RECOVERED)
    emitted = await box.recognize(box.devices[0], box.people[0])
    await fired.next()
    for _ in range(2):
        assert await hass.config_entries.async_reload(entry.entry_id)
        await until_listening(entry)
        await box.send_raw(orjson.dumps(emitted.message))
    await box.recognize(box.devices[0], box.people[1])
    assert (await fired.next())["identity_id"] == box.people[1].identity_id
    assert (fired.unread, recovered.unread) == (0, 0)


async def test_repeated_push_of_an_se3_is_dropped_after_a_reload(
    hass: HomeAssistant, se3: EmulatedSe3, base: str
) -> None:
    """An SE3 has no history."""
    entry = await add(hass, make_se3_entry(se3))
    fired, recovered = (
        FiredEvents(hass, RECOGNITION),
        FiredEvents(hass, EVENT_RECOVERED),
    )
    url = f"{base}/api/webhook/{WEBHOOK_ID}"
    push = {
        "identity_id": "1",
        "identity_name": "Tom",
        "timestamp": round(datetime.now(UTC).timestamp() * 1000),
        "score": 90,
        "ext_data": {"device_ip": "192.168.1.7", "person_type": 1},
    }
    assert await _push(url, push) == 200
    await fired.next()
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert await _push(url, push) == 200
    assert await _push(url, {**push, "identity_id": "2"}) == 200
    assert (await fired.next())["identity_id"] == "2"
    assert (fired.unread, recovered.unread) == (0, 0)
