"""Capture devices that were deleted and added anew on their box."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest

from custom_components.se_aibox.aibox.models import CaptureDevice
from custom_components.se_aibox.box.added_anew import ADDED_ANEW
from custom_components.se_aibox.box.device_memory import DeviceMemory
from custom_components.se_aibox.box.replacement import (
    KnownDevice,
    after_replacement,
    known_devices,
    successors,
)
from custom_components.se_aibox.const import DOMAIN
from custom_components.se_aibox.coordinator import SeAiBoxConfigEntry
from emulator import EmulatedBox
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)
from homeassistant.helpers.storage import Store
from tests.integration.conftest import ClientGenerator
from tests.integration.helpers import (
    ENTRY_ID,
    FiredEvents,
    cannot_be_unloaded,
    make_entry,
    state_of,
    state_where,
    until_listening,
)
from tests.integration.recognition.automation_helpers import automate, recognized

from .device_list_helpers import FRONT_DOOR, notice, registered
from .repairs_helpers import issues, open_repairs

pytest_plugins = ["tests.integration.box.device_list_fixtures"]
pytestmark = pytest.mark.usefixtures("short_waits")

CUSTOM = "sensor.who_was_there"


@pytest.fixture(autouse=True)
def _subscribed_while_missing(box: EmulatedBox) -> Iterator[None]:
    """Allow a subscription to a capture device that one answer lacked."""
    yield
    assert {error for error in box.errors if "unknown device" not in error} == set()
    box.errors.clear()


def question(hass: HomeAssistant) -> ir.IssueEntry:
    """Return the only question about a capture device."""
    [issue] = questions(hass)
    return issue


def questions(hass: HomeAssistant) -> list[ir.IssueEntry]:
    """Return the questions about capture devices that users see."""
    return [each for each in issues(hass) if each.translation_key == ADDED_ANEW]


def customize(hass: HomeAssistant, device: dr.DeviceEntry) -> dr.DeviceEntry:
    """Change what a user can change of a capture device."""
    er.async_get(hass).async_update_entity(
        FRONT_DOOR, new_entity_id=CUSTOM, name="Who was there"
    )
    dr.async_get(hass).async_update_device(device.id, name_by_user="Main gate")
    customized = dr.async_get(hass).async_get(device.id)
    assert isinstance(customized, dr.DeviceEntry)
    return customized


def entities_of(hass: HomeAssistant, device_id: str) -> dict[str, str]:
    """Return the entity ids of a device by registry id."""
    return {
        entity.id: entity.entity_id
        for entity in er.async_entries_for_device(
            er.async_get(hass), device_id, include_disabled_entities=True
        )
    }


@pytest.mark.parametrize("was_removed", [False, True], ids=["at once", "later"])
async def test_fix_moves_the_rows_of_a_capture_device_added_anew(
    hass: HomeAssistant,
    box: EmulatedBox,
    entry: SeAiBoxConfigEntry,
    fired: FiredEvents,
    hass_client: ClientGenerator,
    was_removed: bool,
) -> None:
    """Names stay, and automations by device and by entity run."""
    repairs = await open_repairs(hass, hass_client)
    old = box.devices[0]
    device = registered(hass, entry, old)
    assert device is not None
    device = customize(hass, device)
    before = entities_of(hass, device.id)
    runs = await automate(
        hass,
        [
            recognized({"device_id": device.id}),
            recognized({"entity_id": "event.front_door_recognition"}),
        ],
    )
    if was_removed:
        box.remove_device(old.device_id)
        await notice(hass, box, entry)
        assert registered(hass, entry, old) is None
        box.add_device(old)
    new = box.add_device_anew(old.device_id)
    await notice(hass, box, entry)
    issue = question(hass)
    assert issue.is_fixable
    assert issue.learn_more_url is not None
    assert issue.learn_more_url.endswith(f"#{ADDED_ANEW}")
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["device"] == "Front door"
    assert issue.translation_placeholders["address"] == old.ip
    # Nothing is lost before the user has answered.
    assert (registered(hass, entry, old) is None) is was_removed
    fresh = registered(hass, entry, new)
    assert fresh is not None
    assert fresh.id != device.id

    form = await repairs.open(issue)
    assert form["step_id"] == "confirm"
    assert (await repairs.submit(form))["type"] == "create_entry"
    await hass.async_block_till_done()
    await until_listening(entry)
    moved = registered(hass, entry, new)
    assert moved is not None
    assert (moved.id, moved.name_by_user, moved.name) == (
        device.id,
        "Main gate",
        "Front door",
    )
    assert entities_of(hass, moved.id) == before
    assert registered(hass, entry, old) is None
    assert dr.async_get(hass).async_get(fresh.id) is None
    assert entry.options["capture_devices"][0] == new.device_id
    assert not questions(hass)
    await state_where(hass, CUSTOM, lambda state: state.state != "unavailable")

    await box.recognize(new, box.people[0])
    assert (await fired.next())["device_id"] == device.id
    await hass.async_block_till_done()
    assert state_of(hass, CUSTOM) == "Tom"
    # Both triggers ran.
    assert (await runs.next()) != (await runs.next())
    # After another restart, nothing is asked.
    await hass.config_entries.async_reload(entry.entry_id)
    await until_listening(entry)
    assert not questions(hass)


async def test_question_is_asked_after_a_restart_and_ignoring_it_keeps_both(
    hass: HomeAssistant, box: EmulatedBox, entry: SeAiBoxConfigEntry
) -> None:
    """It stays ignored over reloads, also if the box lists nothing for a moment."""
    old = box.devices[0]
    assert await hass.config_entries.async_unload(entry.entry_id)
    new = box.add_device_anew(old.device_id)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until_listening(entry)
    issue = question(hass)
    ir.async_ignore_issue(hass, DOMAIN, issue.issue_id, True)
    for _ in range(2):
        await entry.runtime_data.async_refresh()
    await hass.config_entries.async_reload(entry.entry_id)
    await until_listening(entry)
    await entry.runtime_data.async_refresh()
    devices = list(box.devices)
    box.devices.clear()
    await entry.runtime_data.async_refresh()
    box.devices.extend(devices)
    await entry.runtime_data.async_refresh()
    assert question(hass).dismissed_version is not None
    assert registered(hass, entry, old) is not None
    assert registered(hass, entry, new) is not None

    # The old one can be deleted, which ends the question.
    old_device = registered(hass, entry, old)
    assert old_device is not None
    await entry.runtime_data.async_forget(old.device_id)
    await hass.async_block_till_done()
    assert registered(hass, entry, old) is None
    assert not questions(hass)


async def test_fix_selects_a_new_one_that_the_options_leave_out(
    hass: HomeAssistant, box: EmulatedBox, hass_client: ClientGenerator
) -> None:
    """Others that appear later are not added."""
    entry = make_entry(box, options={"add_new_capture_devices": False})
    await hass.config_entries.async_add(entry)
    await until_listening(entry)
    repairs = await open_repairs(hass, hass_client)
    old = box.devices[0]
    device = registered(hass, entry, old)
    new = box.add_device_anew(old.device_id)
    for _ in range(2):
        await entry.runtime_data.async_refresh()
    assert registered(hass, entry, new) is None
    await repairs.submit(await repairs.open(question(hass)))
    await hass.async_block_till_done()
    await until_listening(entry)
    moved = registered(hass, entry, new)
    assert device is not None
    assert moved is not None
    assert moved.id == device.id
    assert state_of(hass, FRONT_DOOR) == "unknown"


async def test_capture_device_that_returns_ends_the_question(
    hass: HomeAssistant,
    box: EmulatedBox,
    entry: SeAiBoxConfigEntry,
    hass_client: ClientGenerator,
) -> None:
    """An answer that comes later changes nothing."""
    repairs = await open_repairs(hass, hass_client)
    old = box.devices[0]
    new = box.add_device_anew(old.device_id)
    await notice(hass, box, entry)
    form = await repairs.open(question(hass))
    box.remove_device(new.device_id)
    box.add_device(old)
    await notice(hass, box, entry)
    assert not questions(hass)
    assert (await repairs.submit(form))["reason"] == "no_longer_asked"
    assert registered(hass, entry, old) is not None


async def test_two_with_one_name_and_address_raise_nothing(
    hass: HomeAssistant, box: EmulatedBox, entry: SeAiBoxConfigEntry
) -> None:
    """Nobody knows which of them it was."""
    old = box.devices[0]
    new = box.add_device_anew(old.device_id)
    box.add_device_anew(new.device_id)
    box.add_device(new)
    await notice(hass, box, entry)
    assert not questions(hass)
    assert registered(hass, entry, old) is None


async def test_question_ends_with_a_disabled_or_removed_box(
    hass: HomeAssistant, box: EmulatedBox, entry: SeAiBoxConfigEntry
) -> None:
    """So does what is stored of its capture devices."""
    box.add_device_anew(box.devices[0].device_id)
    await notice(hass, box, entry)
    assert questions(hass)
    await hass.config_entries.async_set_disabled_by(
        entry.entry_id, ConfigEntryDisabler.USER
    )
    assert not questions(hass)
    await hass.config_entries.async_set_disabled_by(entry.entry_id, None)
    await until_listening(entry)
    assert questions(hass)
    await hass.config_entries.async_remove(entry.entry_id)
    assert not questions(hass)
    assert await stored(hass) == {}


async def stored(hass: HomeAssistant) -> Mapping[str, KnownDevice]:
    """Return what is stored of the capture devices of the box."""
    memory = DeviceMemory(hass, ENTRY_ID)
    await memory.async_load()
    return memory.known


async def test_fix_of_a_box_that_cannot_be_unloaded_says_so_and_changes_nothing(
    hass: HomeAssistant,
    box: EmulatedBox,
    entry: SeAiBoxConfigEntry,
    hass_client: ClientGenerator,
) -> None:
    """The question stays for another try."""
    repairs = await open_repairs(hass, hass_client)
    old = box.devices[0]
    device = registered(hass, entry, old)
    box.add_device_anew(old.device_id)
    await notice(hass, box, entry)
    form = await repairs.open(question(hass))
    with cannot_be_unloaded(hass, entry):
        assert (await repairs.submit(form))["reason"] == "cannot_unload"
    assert question(hass).issue_id
    assert device == registered(hass, entry, old)
    form = await repairs.open(question(hass))
    assert (await repairs.submit(form))["type"] == "create_entry"
    await hass.async_block_till_done()
    await until_listening(entry)


@pytest.mark.parametrize(
    "damaged", [[], {"a": 1}, {"a": {"name": 1, "address": None}}, {"a": {}}]
)
async def test_damaged_memory_is_learned_anew(
    hass: HomeAssistant, damaged: Any
) -> None:
    await Store[Any](hass, 1, f"{DOMAIN}.capture_devices.{ENTRY_ID}").async_save(
        damaged
    )
    assert await stored(hass) == {}


async def test_memory_forgets_the_oldest_that_are_gone(hass: HomeAssistant) -> None:
    memory = DeviceMemory(hass, ENTRY_ID)
    await memory.async_remember([CaptureDevice("first", "Gate", ip="10.0.0.1")])
    await memory.async_remember(CaptureDevice(f"{number}") for number in range(300))
    assert (await stored(hass))["first"] == KnownDevice("Gate", "10.0.0.1")
    await memory.async_remember(CaptureDevice(f"n{number}") for number in range(300))
    known = await stored(hass)
    assert len(known) == 512
    assert "first" not in known
    assert "n0" in known


def known(*devices: tuple[str, str | None, str | None]) -> dict[str, KnownDevice]:
    """Return capture devices by id, name and address."""
    return {key: KnownDevice(name, address) for key, name, address in devices}


@pytest.mark.parametrize(
    ("gone", "listed", "found"),
    [
        ([("a", "Gate", "::1")], [("b", "gate ", "::1")], {"a": "b"}),
        ([("a", "Gate", "::1")], [("b", "Gate", "::2")], {}),
        ([("a", "Gate", "::1")], [("b", "Door", "::1")], {}),
        ([("a", None, "::1")], [("b", None, "::1")], {}),
        ([("a", "Gate", None)], [("b", "Gate", None)], {}),
        (
            [("a", "Gate", "::1"), ("b", "Gate", "::1")],
            [("c", "Gate", "::1")],
            {},
        ),
        (
            [("a", "Gate", "::1")],
            [("b", "Gate", "::1"), ("c", "Gate", "::1")],
            {},
        ),
    ],
)
def test_name_and_address_must_lead_to_one_capture_device(
    gone: Iterable[tuple[str, str | None, str | None]],
    listed: Iterable[tuple[str, str | None, str | None]],
    found: dict[str, str],
) -> None:
    assert successors(known(*gone), known(*listed)) == found


def test_address_may_be_that_of_the_stream() -> None:
    """Without any, a capture device cannot be found again."""
    devices = [
        CaptureDevice("a", "Gate", stream_url="rtsp://admin:p@ss@10.0.0.5:554/1"),
        CaptureDevice("b", "Gate", stream_url="/data/videos/demo.mp4"),
        CaptureDevice("c", "Gate", stream_url="rtsp://10.0.0.5:99999/1"),
        CaptureDevice("d", "Gate", ip="10.0.0.6", stream_url="rtsp://10.0.0.5/1"),
    ]
    assert [each.address for each in known_devices(devices).values()] == [
        "10.0.0.5",
        None,
        None,
        "10.0.0.6",
    ]


def test_equal_ids_on_another_box_are_of_the_same_capture_device() -> None:
    """Its settings were copied, so the others are not compared with it."""
    before = known(("a", "Gate", "::1"), ("b", "Door", "::2"), ("c", "Hall", "::3"))
    now = [CaptureDevice("a", "Door", ip="::2"), CaptureDevice("d", "Hall", ip="::3")]
    assert after_replacement(before, now) == {"a": "a", "c": "d"}
