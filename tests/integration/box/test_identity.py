"""Boxes that do not identify themselves any more."""

from typing import Any

import pytest

from custom_components.se_aibox.box.issues import Fault
from custom_components.se_aibox.const import CONF_ACCEPTS_SILENCE
from emulator import EmulatedBox, Variant
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from tests.integration.conftest import ClientGenerator, SetUp
from tests.integration.helpers import (
    MAC_ADDRESS,
    SERIAL_NUMBER,
    Dialect,
    FiredEvents,
    make_entry,
    state_becomes,
    until,
    until_listening,
)

from .repairs_helpers import Repairs, issue_of, open_repairs, raised

pytest_plugins = ["tests.integration.box.repairs_fixtures"]
pytestmark = pytest.mark.usefixtures("no_minimum_duration")

CONNECTION = "binary_sensor.bm1684_180_connection"
SILENT = Variant(serial_missing=True, mac_missing=True)


async def _fall_silent(
    hass: HomeAssistant, box: EmulatedBox, entry: ConfigEntry, repairs: Repairs
) -> dict[str, Any]:
    """Let the box identify itself no more; open the question about it."""
    box.state.variant = SILENT
    for _ in range(2):
        await hass.config_entries.async_reload(entry.entry_id)
    issue = issue_of(hass, Fault.UNIDENTIFIED)
    assert issue is not None
    return await repairs.open(issue)


async def test_known_box_that_turns_silent_is_not_listened_to(
    hass: HomeAssistant, box: EmulatedBox, fired: FiredEvents
) -> None:
    """The issue goes with the silence."""
    box.state.variant = SILENT
    entry = make_entry(box)
    await hass.config_entries.async_add(entry)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "unidentified_box"
    assert issue_of(hass, Fault.UNIDENTIFIED) is None
    await hass.config_entries.async_reload(entry.entry_id)
    assert raised(hass) == {"unidentified_box"}
    assert not box.subscriptions

    box.state.variant = Variant()
    await hass.config_entries.async_reload(entry.entry_id)
    await until_listening(entry)
    assert raised(hass) == set()
    await box.recognize(box.devices[0], box.people[0])
    await fired.next()


async def test_box_that_is_off_is_not_called_silent(
    hass: HomeAssistant, box: EmulatedBox
) -> None:
    """The reason is that it cannot be reached."""
    await box.stop()
    entry = make_entry(box)
    await hass.config_entries.async_add(entry)
    await hass.config_entries.async_reload(entry.entry_id)
    assert entry.error_reason_translation_key == "cannot_connect"
    assert raised(hass) == set()


async def test_user_may_accept_silence_but_never_another_identity(
    hass: HomeAssistant,
    box: EmulatedBox,
    dialect: Dialect,
    set_up: SetUp,
    fired: FiredEvents,
    hass_client: ClientGenerator,
) -> None:
    """The answer is kept in the entry."""
    entry = await set_up()
    repairs = await open_repairs(hass, hass_client)
    form = await _fall_silent(hass, box, entry, repairs)
    assert form["step_id"] == "confirm"
    assert form["description_placeholders"]["name"] == "BM1684-180"
    assert (await repairs.submit(form))["type"] == "create_entry"
    await hass.async_block_till_done()
    await until_listening(entry)
    assert raised(hass) == set()
    await box.recognize(box.devices[0], box.people[0])
    await fired.next()

    await box.stop()
    async with EmulatedBox(
        dialect, serial_number="another", mac="e0:a5:09:00:00:77", ports=box.ports
    ) as other:
        await hass.config_entries.async_reload(entry.entry_id)
        assert entry.error_reason_translation_key == "another_box"
        assert not other.subscriptions


async def test_answer_for_a_removed_box_changes_nothing(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, hass_client: ClientGenerator
) -> None:
    """It was removed while the dialog was open."""
    entry = await set_up()
    repairs = await open_repairs(hass, hass_client)
    form = await _fall_silent(hass, box, entry, repairs)
    await hass.config_entries.async_remove(entry.entry_id)
    answer = await repairs.submit(form)
    assert answer["reason"] == "no_longer_asked"


async def test_answer_about_a_box_that_identified_itself_meanwhile_is_not_kept(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, hass_client: ClientGenerator
) -> None:
    """The next silence must be a question again."""
    entry = await set_up()
    repairs = await open_repairs(hass, hass_client)
    form = await _fall_silent(hass, box, entry, repairs)
    box.state.variant = Variant()
    await hass.config_entries.async_reload(entry.entry_id)
    await until_listening(entry)
    assert raised(hass) == set()
    answer = await repairs.submit(form)
    assert answer["reason"] == "no_longer_asked"
    assert CONF_ACCEPTS_SILENCE not in entry.data


async def test_silent_box_after_a_reconnect_delivers_nothing_live(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """What happened meanwhile is recovered once it identifies itself."""
    late = FiredEvents(hass, "se_aibox_recognition_recovered")
    await set_up()
    box.state.variant = SILENT
    await box.drop()
    await state_becomes(hass, CONNECTION, "off")
    await until(lambda: raised(hass) == {"unidentified_box"})
    missed = await box.recognize(box.devices[0], box.people[0])
    assert not box.subscriptions

    box.state.variant = Variant()
    await state_becomes(hass, CONNECTION, "on")
    assert raised(hass) == set()
    assert (await late.next())["identity_id"] == missed.identity_id
    assert fired.unread == 0


@pytest.mark.parametrize("dialect", ["nested"])
async def test_one_of_its_identifiers_is_enough(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """A 1.x box reports its MAC address on the REST port, too."""
    await box.port("system").close()
    await set_up()
    assert raised(hass) == set()


async def test_box_without_identity_is_known_by_it_from_then_on(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Its system port was closed when it was added."""
    box.state.variant = SILENT
    entry = await set_up(serial_number=None, mac_addresses=[], accepts_silence=True)
    box.state.variant = Variant()
    await box.drop()
    await until(lambda: entry.data["serial_number"] == SERIAL_NUMBER)
    assert entry.data["mac_addresses"] == [MAC_ADDRESS]
    await hass.async_block_till_done()
    await until_listening(entry)
