"""Two boxes that answer in turn at one address."""

from datetime import timedelta

import pytest

from custom_components.se_aibox.aibox.exceptions import AiBoxAnotherBoxError
from custom_components.se_aibox.box import reload
from emulator import EmulatedBox
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from tests.integration.conftest import SetUp
from tests.integration.helpers import (
    FiredEvents,
    let_time_pass,
    state_becomes,
    until,
    until_listening,
)

CONNECTION = "binary_sensor.bm1684_180_connection"


@pytest.fixture(autouse=True)
def _usual_delay(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reload after ten seconds, as outside of the tests."""
    monkeypatch.setattr(reload, "_SECONDS", 10.0)


async def test_entry_is_not_reloaded_while_its_box_returns(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The other one answered some times in between."""
    entry = await set_up()
    loaded = entry.runtime_data
    met = loaded.log.disconnections
    for count in (3, 6):
        with monkeypatch.context() as patch:
            patch.setattr(box.state, "serial_number", "OTHER")
            await box.drop()
            await until(lambda: met[AiBoxAnotherBoxError.kind] >= count)  # noqa: B023
        await state_becomes(hass, CONNECTION, "on")
    let_time_pass(hass, timedelta(minutes=1))
    await hass.async_block_till_done()
    assert entry.runtime_data is loaded
    await until_listening(entry)
    await box.recognize(box.devices[0], box.people[0])
    await fired.next()
    # Requests ran into the minute that passed at once.
    caplog.clear()


async def test_entry_of_a_replaced_box_is_reloaded_once(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The set-up then says which box was found."""
    entry = await set_up()
    met = entry.runtime_data.log.disconnections
    monkeypatch.setattr(box.state, "serial_number", "OTHER")
    await box.drop()
    await until(lambda: met[AiBoxAnotherBoxError.kind] >= 3)
    assert entry.state is ConfigEntryState.LOADED
    let_time_pass(hass, timedelta(seconds=11))
    await until(lambda: entry.state is ConfigEntryState.SETUP_RETRY)
    assert entry.error_reason_translation_key == "another_box"
