"""The issue of a box that stays away."""

from datetime import timedelta

import pytest

from custom_components.se_aibox.aibox import se3 as client_se3
from custom_components.se_aibox.box import away
from custom_components.se_aibox.box.issues import Fault
from custom_components.se_aibox.coordinator import SeAiBoxConfigEntry
from emulator import EmulatedBox, EmulatedSe3
from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.integration.conftest import SetUp
from tests.integration.helpers import (
    ENTRY_ID,
    FiredEvents,
    let_time_pass,
    make_entry,
    state_becomes,
    until,
    until_everything_is_asked,
    until_listening,
)
from tests.integration.se3.se3_helpers import add, entity_id_of, make_se3_entry

from .repairs_helpers import issue_of, raised

pytest_plugins = [
    "tests.integration.box.repairs_fixtures",
    "tests.integration.se3.se3_fixtures",
]

CONNECTION = "binary_sensor.bm1684_180_connection"
ALMOST = timedelta(minutes=14, seconds=50)
LONG = timedelta(minutes=15, seconds=10)
A_MINUTE = timedelta(seconds=61)


async def let_a_minute_pass(hass: HomeAssistant, entry: SeAiBoxConfigEntry) -> None:
    """Run the timers of a minute once the box is connected."""
    # Requests that are under way would time out.
    await until_listening(entry)
    await until_everything_is_asked()
    let_time_pass(hass, A_MINUTE)
    await hass.async_block_till_done()


async def test_box_that_stays_away_is_raised_until_it_has_returned(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A connection of less than a minute is no return."""
    entry = await set_up()
    before = dt_util.now().replace(second=0, microsecond=0, tzinfo=None)
    await box.port("events").close()
    await state_becomes(hass, CONNECTION, "off")
    let_time_pass(hass, ALMOST)
    assert raised(hass) == set()
    let_time_pass(hass, LONG)
    assert raised(hass) == {"box_away"}
    issue = issue_of(hass, Fault.BOX_AWAY)
    assert issue is not None
    assert issue.translation_placeholders is not None
    assert issue.is_fixable is False
    assert issue.translation_placeholders["name"] == "BM1684-180"
    assert issue.translation_placeholders["host"] == box.host
    since = dt_util.parse_datetime(issue.translation_placeholders["since"])
    assert since is not None
    assert before <= since <= before + timedelta(minutes=2)

    await box.port("events").open()
    await state_becomes(hass, CONNECTION, "on")
    await box.drop()
    await until(lambda: entry.runtime_data.log.disconnections.total() > 1)
    await state_becomes(hass, CONNECTION, "on")
    assert raised(hass) == {"box_away"}
    await let_a_minute_pass(hass, entry)
    assert raised(hass) == set()
    # Requests ran into the minutes that passed at once.
    caplog.clear()


async def test_box_that_returns_for_moments_only_is_raised(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The time goes on."""
    entry = await set_up()
    monkeypatch.setattr(away, "_PATIENCE", timedelta(seconds=0.3))
    for _ in range(100):
        await box.drop()
        await state_becomes(hass, CONNECTION, "off")
        await until(lambda: entry.runtime_data.data.connected)
        if raised(hass):
            break
    assert raised(hass) == {"box_away"}


async def test_box_that_returns_in_time_is_not_raised(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The next loss begins anew."""
    entry = await set_up()
    for _ in range(2):
        await box.port("events").close()
        await state_becomes(hass, CONNECTION, "off")
        let_time_pass(hass, ALMOST)
        await box.port("events").open()
        await let_a_minute_pass(hass, entry)
    assert raised(hass) == set()
    caplog.clear()


async def test_box_that_is_away_at_the_start_is_raised(
    hass: HomeAssistant, box: EmulatedBox, caplog: pytest.LogCaptureFixture
) -> None:
    """Its set-up is retried; a reload does not begin anew."""
    await box.port("rest").close()
    entry = make_entry(box)
    await hass.config_entries.async_add(entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    await hass.config_entries.async_reload(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert raised(hass) == set()
    let_time_pass(hass, LONG)
    assert raised(hass) == {"box_away"}

    await box.port("rest").open()
    await hass.config_entries.async_reload(entry.entry_id)
    await let_a_minute_pass(hass, entry)
    assert raised(hass) == set()
    caplog.clear()


@pytest.mark.parametrize("dialect", ["nested"])
async def test_disabled_or_removed_box_is_not_away(
    hass: HomeAssistant, box: EmulatedBox, caplog: pytest.LogCaptureFixture
) -> None:
    """The issue goes with the entry, and does not come later."""
    await box.port("rest").close()
    entry = make_entry(box)
    await hass.config_entries.async_add(entry)
    let_time_pass(hass, LONG)
    assert raised(hass) == {"box_away"}
    user = ConfigEntryDisabler.USER
    await hass.config_entries.async_set_disabled_by(ENTRY_ID, user)
    assert raised(hass) == set()
    await hass.config_entries.async_set_disabled_by(ENTRY_ID, None)
    await hass.config_entries.async_remove(ENTRY_ID)
    let_time_pass(hass, LONG)
    assert raised(hass) == set()
    await box.port("rest").open()
    caplog.clear()


@pytest.mark.usefixtures("no_minimum_duration")
async def test_issue_that_explains_it_is_enough(
    hass: HomeAssistant, box: EmulatedBox, caplog: pytest.LogCaptureFixture
) -> None:
    """Once that is mended, the box may still be away."""
    box.state.bare_system = True
    await box.port("rest").close()
    entry = make_entry(box)
    await hass.config_entries.async_add(entry)
    await hass.config_entries.async_reload(entry.entry_id)
    for _ in range(2):
        assert raised(hass) == {"bare_system"}
        let_time_pass(hass, LONG)
    box.state.bare_system = False
    await hass.config_entries.async_reload(entry.entry_id)
    assert raised(hass) == set()
    let_time_pass(hass, LONG)
    assert raised(hass) == {"box_away"}
    await box.port("rest").open()
    caplog.clear()


async def test_se3_is_away_while_it_neither_answers_nor_pushes(
    hass: HomeAssistant,
    se3: EmulatedSe3,
    base: str,
    fired: FiredEvents,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """One that answers and is quiet is not; a push is a return."""
    await add(hass, make_se3_entry(se3))
    await se3.recognize(se3.devices[0], se3.people[0])
    await fired.next()
    let_time_pass(hass, LONG)
    assert raised(hass) == set()
    await hass.config_entries.async_unload(ENTRY_ID)
    monkeypatch.setattr(client_se3, "_CHECK_SECONDS", 0.02)
    await hass.config_entries.async_setup(ENTRY_ID)
    connection = entity_id_of(hass, "binary_sensor", "connection")
    await state_becomes(hass, connection, "on")
    await se3.port("rest").close()
    await state_becomes(hass, connection, "off")
    let_time_pass(hass, LONG)
    assert raised(hass) == {"box_away"}
    await se3.recognize(se3.devices[0], se3.people[0])
    await fired.next()
    assert raised(hass) == set()
    await se3.port("rest").open()
    caplog.clear()


async def test_missing_address_of_home_assistant_is_no_box_that_is_away(
    hass: HomeAssistant, se3: EmulatedSe3, base: str
) -> None:
    """The entry says what is missing."""
    assert hass.config.api is not None
    hass.config.api.use_ssl = True
    await hass.config.async_update(internal_url="https://home.example")
    entry = make_se3_entry(se3)
    await hass.config_entries.async_add(entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    let_time_pass(hass, LONG)
    assert raised(hass) == set()
