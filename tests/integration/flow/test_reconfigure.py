"""Telling Home Assistant where a box is now."""

from collections.abc import AsyncGenerator

import pytest

from custom_components.se_aibox.people.following import PeopleConfigEntry
from emulator import CannedAnswer, EmulatedBox, Variant
from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigEntryState,
    ConfigFlowResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.integration.conftest import SetUp
from tests.integration.helpers import (
    MAC_ADDRESS,
    SERIAL_NUMBER,
    Dialect,
    Heard,
    make_entry,
    ports_of,
    until,
    until_listening,
)

from .flow_helpers import SetUps, state_of_entry, suggested, typed_address

pytest_plugins = ["tests.integration.people.people_fixtures"]


@pytest.fixture
def other_variant() -> Variant:
    """Say how the box speaks where it is now."""
    return Variant()


@pytest.fixture
async def moved(
    dialect: Dialect, other_variant: Variant
) -> AsyncGenerator[EmulatedBox]:
    """Run the same box behind other ports."""
    async with EmulatedBox(
        dialect,
        device_count=3,
        serial_number=SERIAL_NUMBER,
        mac=MAC_ADDRESS,
        variant=other_variant,
    ) as box:
        yield box


async def open_flow(hass: HomeAssistant, entry: ConfigEntry) -> ConfigFlowResult:
    """Choose Reconfigure."""
    return await hass.config_entries.flow.async_init(
        entry.domain,
        context={"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id},
    )


async def submit(
    hass: HomeAssistant, result: ConfigFlowResult, box: EmulatedBox
) -> ConfigFlowResult:
    """Send the address of a box."""
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], typed_address(box)
    )
    await hass.async_block_till_done()
    return result


async def test_same_box_elsewhere(
    hass: HomeAssistant,
    box: EmulatedBox,
    moved: EmulatedBox,
    set_up: SetUp,
    heard: Heard,
) -> None:
    """The form shows the old address; the box is heard at the new one after one reload, the rest stays."""
    entry = await set_up({"hold_time": 77})
    old = dict(entry.data)
    assert old.items() >= ports_of(box).items()
    result = await open_flow(hass, entry)
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "reconfigure"
    assert result["description_placeholders"] == {"name": "BM1684\\-180"}
    assert suggested(result)["host"] == "127.0.0.1"
    assert suggested(result)["ports"] == ports_of(box)

    set_ups = SetUps(entry)
    result = await submit(hass, result, moved)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "reconfigure_successful"
    assert set_ups.count == 1
    assert entry.data == {**old, **ports_of(moved)}
    assert entry.options["hold_time"] == 77
    assert entry.state is ConfigEntryState.LOADED
    await until(lambda: len(moved.subscriptions) == 1 and not box.subscriptions)
    await until_listening(entry)
    await moved.recognize(moved.devices[0], moved.people[0])
    assert (await heard.next())["identity_name"] == "Tom"


async def test_box_that_was_away(
    hass: HomeAssistant, box: EmulatedBox, moved: EmulatedBox
) -> None:
    """An entry that waits for a box that is no longer there is set up at once."""
    await box.stop()
    entry = make_entry(box)
    await hass.config_entries.async_add(entry)
    assert state_of_entry(entry) is ConfigEntryState.SETUP_RETRY
    set_ups = SetUps(entry)
    result = await submit(hass, await open_flow(hass, entry), moved)
    assert result["reason"] == "reconfigure_successful"
    assert state_of_entry(entry) is ConfigEntryState.LOADED
    assert set_ups.count == 1
    await moved.wait_for_subscription()


async def test_another_box(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Another box is refused with words and changes nothing; the right address can still be entered."""
    entry = await set_up()
    old = dict(entry.data)
    async with EmulatedBox("nested", seed=2, device_count=1) as other:
        result = await submit(hass, await open_flow(hass, entry), other)
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {"base": "another_box"}
    assert suggested(result)["ports"] == ports_of(other)
    assert entry.data == old
    result = await submit(hass, result, box)
    assert result["reason"] == "reconfigure_successful"


async def test_error_in_words_then_success(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """What is wrong with the address is said as when the box was added."""
    entry = await set_up()
    result = await open_flow(hass, entry)
    box.answer_instead["*"] = CannedAnswer(body=b"<html>Router login</html>")
    result = await submit(hass, result, box)
    assert result["errors"] == {"base": "not_a_box"}
    box.answer_instead.clear()
    result = await submit(hass, result, box)
    assert result["reason"] == "reconfigure_successful"


@pytest.mark.parametrize(
    "other_variant",
    [Variant(serial_missing=True), Variant(mac_missing=True)],
    ids=["no serial number", "no MAC"],
)
async def test_box_that_tells_less(
    hass: HomeAssistant, moved: EmulatedBox, box: EmulatedBox, set_up: SetUp
) -> None:
    """Serial number or MAC is enough to know the box by, and what it does not tell now is not forgotten."""
    entry = await set_up()
    result = await submit(hass, await open_flow(hass, entry), moved)
    assert result["reason"] == "reconfigure_successful"
    assert entry.data["serial_number"] == SERIAL_NUMBER
    assert entry.data["mac_addresses"] == [MAC_ADDRESS]
    assert entry.state is ConfigEntryState.LOADED


@pytest.mark.parametrize("dialect", ["nested"])
async def test_other_firmware(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """A box that speaks the other dialect since its firmware changed is still the same box."""
    entry = await set_up()
    async with EmulatedBox(
        "flat", device_count=3, serial_number=SERIAL_NUMBER, mac=MAC_ADDRESS
    ) as updated:
        result = await submit(hass, await open_flow(hass, entry), updated)
        assert result["reason"] == "reconfigure_successful"
        assert entry.data["dialect"] == "flat"
        await updated.wait_for_subscription()
        assert await hass.config_entries.async_unload(entry.entry_id)


async def test_followed_people(hass: HomeAssistant, people: PeopleConfigEntry) -> None:
    """The entry of the followed people has no address, and says so."""
    result = await open_flow(hass, people)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "nothing_to_reconfigure"
