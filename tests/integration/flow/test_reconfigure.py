"""Changing the address of a box."""

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
    FiredEvents,
    make_entry,
    ports_of,
    until,
    until_listening,
)

from .flow_helpers import SetUps, state_of_entry, suggested, typed_address
from .replacement_helpers import answer

pytest_plugins = ["tests.integration.people.people_fixtures"]


@pytest.fixture
def other_variant() -> Variant:
    """Return how the box answers at its new address."""
    return Variant()


@pytest.fixture
async def moved(
    dialect: Dialect, other_variant: Variant
) -> AsyncGenerator[EmulatedBox]:
    """Run the same box on other ports."""
    async with EmulatedBox(
        dialect,
        device_count=3,
        serial_number=SERIAL_NUMBER,
        mac=MAC_ADDRESS,
        variant=other_variant,
    ) as box:
        yield box


async def open_flow(hass: HomeAssistant, entry: ConfigEntry) -> ConfigFlowResult:
    """Open the reconfiguration."""
    return await hass.config_entries.flow.async_init(
        entry.domain,
        context={"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id},
    )


async def submit(
    hass: HomeAssistant, result: ConfigFlowResult, box: EmulatedBox
) -> ConfigFlowResult:
    """Submit the address of a box."""
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], typed_address(box)
    )
    await hass.async_block_till_done()
    return result


async def test_box_is_set_up_once_at_its_new_address(
    hass: HomeAssistant,
    box: EmulatedBox,
    moved: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
) -> None:
    """Its options stay as they are."""
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
    assert (await fired.next())["identity_name"] == "Tom"


async def test_waiting_entry_is_set_up_at_once_after_reconfiguration(
    hass: HomeAssistant, box: EmulatedBox, moved: EmulatedBox
) -> None:
    """The box no longer answers at the old address."""
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


async def test_another_box_that_is_no_replacement_changes_nothing(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The entry stays as it is, and the address can be corrected."""
    entry = await set_up()
    old = dict(entry.data)
    async with EmulatedBox("nested", seed=2, device_count=1) as other:
        result = await submit(hass, await open_flow(hass, entry), other)
        result = await answer(hass, result, "keep_box")
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "not_replaced"
    assert entry.data == old
    result = await submit(hass, await open_flow(hass, entry), box)
    assert result["reason"] == "reconfigure_successful"


async def test_form_shows_the_fault_and_continues_once_it_is_mended(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The errors are those of adding a box."""
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
async def test_serial_number_or_mac_is_enough_to_identify_the_box(
    hass: HomeAssistant, moved: EmulatedBox, box: EmulatedBox, set_up: SetUp
) -> None:
    """The missing one stays stored."""
    entry = await set_up()
    result = await submit(hass, await open_flow(hass, entry), moved)
    assert result["reason"] == "reconfigure_successful"
    assert entry.data["serial_number"] == SERIAL_NUMBER
    assert entry.data["mac_addresses"] == [MAC_ADDRESS]
    assert entry.state is ConfigEntryState.LOADED


@pytest.mark.parametrize("dialect", ["nested"])
async def test_box_that_changed_its_dialect_is_the_same_box(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """A firmware update may do that."""
    entry = await set_up()
    async with EmulatedBox(
        "flat", device_count=3, serial_number=SERIAL_NUMBER, mac=MAC_ADDRESS
    ) as updated:
        result = await submit(hass, await open_flow(hass, entry), updated)
        assert result["reason"] == "reconfigure_successful"
        assert entry.data["dialect"] == "flat"
        await updated.wait_for_subscription()
        assert await hass.config_entries.async_unload(entry.entry_id)


async def test_reconfiguring_the_people_entry_searches_for_people(
    hass: HomeAssistant, people: PeopleConfigEntry
) -> None:
    """It has no address. The rest of the dialog is tested with the people."""
    result = await open_flow(hass, people)
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "search"
