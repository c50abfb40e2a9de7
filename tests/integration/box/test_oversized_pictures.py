"""Pictures that are too large for a live message."""

import pytest

from custom_components.se_aibox.aibox import stream
from custom_components.se_aibox.box.issues import Fault
from custom_components.se_aibox.const import EVENT_RECOVERED
from emulator import EmulatedBox
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from tests.integration.conftest import SetUp
from tests.integration.helpers import ENTRY_ID, FiredEvents, until_listening


async def test_oversized_pictures_are_not_requested_after_two(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Both recognitions are recovered, and an issue is raised."""
    monkeypatch.setattr(stream, "_LARGEST_MESSAGE", 5_000)
    entry = await set_up()
    recovered = FiredEvents(hass, EVENT_RECOVERED)
    issues = ir.async_get(hass)
    issue = ("se_aibox", f"pictures_too_big_{ENTRY_ID}")
    for who in range(2):
        assert issues.async_get_issue(*issue) is None
        await box.recognize(box.devices[0], box.people[who])
        assert (await recovered.next())["identity_name"] == box.people[who].name
        await until_listening(entry)
    assert issues.async_get_issue(*issue) is not None
    [subscription] = box.subscriptions
    assert not (subscription.face or subscription.reference)
    await box.recognize(box.devices[0], box.people[2])
    assert (await fired.next())["identity_name"] == box.people[2].name
    assert recovered.unread == 0

    # After the reload, pictures are requested again, and one fits.
    monkeypatch.setattr(stream, "_LARGEST_MESSAGE", 1_000_000)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await until_listening(entry)
    assert issues.async_get_issue(*issue) is not None
    await box.recognize(box.devices[0], box.people[1])
    await fired.next()
    assert issues.async_get_issue(*issue) is None


async def test_deselecting_pictures_clears_the_issue(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Without pictures, no message is too large."""
    entry = await set_up()
    entry.runtime_data.issues.async_raise(Fault.PICTURES_TOO_BIG)
    hass.config_entries.async_update_entry(
        entry, options={**entry.options, "pictures": []}
    )
    await hass.async_block_till_done()
    await until_listening(entry)
    assert ir.async_get(hass).issues == {}
