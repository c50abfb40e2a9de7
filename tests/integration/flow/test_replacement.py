"""A box that another one replaces."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from http import HTTPStatus

import pytest

from custom_components.se_aibox.box.issues import Fault, Symptom
from custom_components.se_aibox.box.registry import async_registered_capture_devices
from custom_components.se_aibox.const import DOMAIN, EVENT_RECOVERED
from custom_components.se_aibox.recognition.faces import async_signed_path
from custom_components.se_aibox.recognition.memory import async_get_memory
from emulator import EmulatedBox, Ports, Variant
from homeassistant.config_entries import (
    SOURCE_IGNORE,
    SOURCE_USER,
    ConfigEntry,
    ConfigEntryState,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from tests.integration.box.device_list_helpers import FRONT_DOOR, LOBBY
from tests.integration.box.recovery_helpers import disconnect
from tests.integration.conftest import Look, SetUp
from tests.integration.helpers import (
    NOBODY,
    Dialect,
    FiredEvents,
    cannot_be_unloaded,
    make_entry,
    record,
    state_of,
    until,
    until_listening,
)
from tests.integration.recognition.automation_helpers import (
    automate,
    box_device_id,
    recognized,
    recognized_within,
)

from .flow_helpers import state_of_entry
from .replacement_helpers import (
    NEW_MAC,
    NEW_SERIAL,
    answer,
    new_box,
    reconfigure,
    replace_box,
)


@pytest.fixture
def new_dialect(dialect: Dialect) -> Dialect:
    """Return the dialect of the new box, by default that of the old one."""
    return dialect


@pytest.fixture
async def new(new_dialect: Dialect) -> AsyncGenerator[EmulatedBox]:
    """Run the new box."""
    async with new_box(new_dialect) as box:
        yield box
        assert box.errors == []


def device_ids(hass: HomeAssistant, entry: ConfigEntry) -> dict[str | None, str]:
    """Return the registry ids of the capture devices by name."""
    devices = async_registered_capture_devices(hass, entry).values()
    return {device.name: device.id for device in devices}


def entity_ids(hass: HomeAssistant, entry: ConfigEntry) -> dict[str, str]:
    """Return the entity ids of a box by registry id."""
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return {entity.id: entity.entity_id for entity in entities}


@pytest.mark.parametrize("new_dialect", ["nested", "flat"])
async def test_replaced_box_keeps_its_devices_entities_and_automations(
    hass: HomeAssistant,
    box: EmulatedBox,
    new: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
) -> None:
    """Its capture devices have other ids, and its dialect may be another one."""
    entry = await set_up(
        {
            "hold_time": 77,
            "ignored_capture_devices": [box.devices[1].device_id],
            "capture_devices": [each.device_id for each in box.devices[::2]],
            "ignored_strangers": ["4711"],
        },
        accepts_silence=True,
    )
    devices, entities = device_ids(hass, entry), entity_ids(hass, entry)
    runs = await automate(
        hass,
        [
            recognized({"device_id": devices["Front door"]}),
            recognized({"entity_id": "event.front_door_recognition"}),
        ],
    )
    entry.runtime_data.issues.async_raise(Fault.CLOCK_OFF, Symptom("clock_ahead"))

    result = await reconfigure(hass, entry, new)
    assert result["type"] is FlowResultType.MENU
    placeholders = result["description_placeholders"]
    assert placeholders is not None
    assert placeholders["known"] == r"BM1684\-180"
    assert placeholders["old_serial_number"] == box.serial_number
    assert placeholders["old_host"] == r"127\.0\.0\.1"
    assert placeholders["serial_number"] == NEW_SERIAL
    assert placeholders["staying"] == "Front door, Lobby turnstile"
    assert (placeholders["gone"], placeholders["new"]) == ("none", "none")
    result = await answer(hass, result, "replace_box")
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "replaced"

    await until_listening(entry)
    await until(lambda: bool(new.subscriptions) and not box.subscriptions)
    assert entry.unique_id == entry.data["serial_number"] == NEW_SERIAL
    assert entry.data["mac_addresses"] == [NEW_MAC]
    assert entry.data["dialect"] == new.dialect
    assert entry.data["events_port"] == new.ports.events
    assert "accepts_silence" not in entry.data
    assert "ignored_strangers" not in entry.options
    assert entry.options["hold_time"] == 77
    assert entry.options["ignored_capture_devices"] == [new.devices[1].device_id]
    assert not entry.runtime_data.issues.is_raised(Fault.CLOCK_OFF)
    assert device_ids(hass, entry) == devices
    # Not every dialect has the same calls.
    assert entity_ids(hass, entry).items() >= entities.items()
    device = dr.async_get(hass).async_get(box_device_id(hass, entry))
    assert isinstance(device, dr.DeviceEntry)
    assert device.serial_number == NEW_SERIAL
    assert device.connections == {(dr.CONNECTION_NETWORK_MAC, NEW_MAC)}

    await new.recognize(new.devices[0], new.people[0])
    event = await fired.next()
    assert event["device_id"] == devices["Front door"]
    assert event["capture_device_id"] == new.devices[0].device_id
    assert (await runs.next()) != (await runs.next())
    assert state_of(hass, FRONT_DOOR) == "Tom"


@pytest.mark.parametrize("new_dialect", ["nested", "flat"])
async def test_nothing_from_before_the_replacement_is_delivered(
    hass: HomeAssistant,
    box: EmulatedBox,
    new: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
) -> None:
    """The history of the new box is read from then on."""
    recovered = FiredEvents(hass, EVENT_RECOVERED)
    entry = await set_up()
    await box.recognize(box.devices[0], box.people[0])
    await fired.next()
    now = dt_util.utcnow()
    await record(box, now, box.people[1])
    for minutes in (1, 9, 120):
        await record(new, now - timedelta(minutes=minutes), new.people[1])
    await replace_box(hass, entry, new)
    await until_listening(entry)
    assert (fired.unread, recovered.unread) == (0, 0)
    assert state_of(hass, FRONT_DOOR) == "Tom"

    await disconnect(new, entry)
    missed = await record(new, dt_util.utcnow(), new.people[2])
    await new.port("events").open()
    await until_listening(entry)
    assert (await recovered.next())["identity_id"] == missed.identity_id
    await new.recognize(new.devices[0], new.people[3])
    assert (await fired.next())["identity_name"] == new.people[3].name
    assert (fired.unread, recovered.unread) == (0, 0)


async def test_new_box_at_the_same_address_is_set_up_on_the_users_word(
    hass: HomeAssistant, box: EmulatedBox, dialect: Dialect, set_up: SetUp
) -> None:
    """Until then, it is refused."""
    entry = await set_up()
    ports = box.ports
    await box.stop()
    async with new_box(dialect, ports=Ports(*vars_of(ports))) as new:
        await hass.config_entries.async_reload(entry.entry_id)
        assert state_of_entry(entry) is ConfigEntryState.SETUP_RETRY
        assert entry.error_reason_translation_key == "another_box"
        assert not new.subscriptions
        await replace_box(hass, entry, new)
        assert state_of_entry(entry) is ConfigEntryState.LOADED
        assert new.subscriptions
        assert await hass.config_entries.async_unload(entry.entry_id)


def vars_of(ports: Ports) -> tuple[int, int, int, int]:
    """Return the numbers of ports."""
    return ports.rest, ports.events, ports.system, ports.broadcast


async def test_capture_devices_without_a_counterpart_go_and_new_ones_come(
    hass: HomeAssistant,
    box: EmulatedBox,
    dialect: Dialect,
    set_up: SetUp,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Those that go are handled as deleted on the box."""
    monkeypatch.setattr(
        "custom_components.se_aibox.box.device_list._SECONDS_TO_BE_GONE", 0
    )
    entry = await set_up()
    async with new_box(dialect, device_count=1) as new:
        new.add_device(name="Side entrance")
        result = await reconfigure(hass, entry, new)
        placeholders = result["description_placeholders"]
        assert placeholders is not None
        assert placeholders["staying"] == "Front door"
        assert placeholders["gone"] == "大门, Lobby turnstile"
        assert placeholders["new"] == "Side entrance"
        await answer(hass, result, "replace_box")
        await until_listening(entry)
        await entry.runtime_data.async_refresh()
        await hass.async_block_till_done()
        assert set(device_ids(hass, entry)) == {"Front door", "Side entrance"}
        assert hass.states.get(LOBBY) is None
        assert state_of(hass, "sensor.side_entrance_last_person") == "unknown"
        assert await hass.config_entries.async_unload(entry.entry_id)
    box.errors.clear()


@pytest.mark.parametrize("dialect", ["nested"])
async def test_box_of_another_entry_is_no_replacement(
    hass: HomeAssistant, box: EmulatedBox, new: EmulatedBox, set_up: SetUp
) -> None:
    """Two entries would listen to it."""
    entry = await set_up()
    other = make_entry(new, entry_id="01SEAIBOX000000000000OTHER")
    await hass.config_entries.async_add(other)
    result = await reconfigure(hass, entry, new)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert entry.data["serial_number"] == box.serial_number
    assert await hass.config_entries.async_unload(other.entry_id)


async def test_box_that_was_added_while_the_question_was_open_replaces_none(
    hass: HomeAssistant, box: EmulatedBox, new: EmulatedBox, set_up: SetUp
) -> None:
    """Two entries would listen to it."""
    entry = await set_up()
    result = await reconfigure(hass, entry, new)
    other = make_entry(new, entry_id="01SEAIBOX000000000000OTHER")
    await hass.config_entries.async_add(other)
    result = await answer(hass, result, "replace_box")
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert entry.data["serial_number"] == box.serial_number
    assert await hass.config_entries.async_unload(other.entry_id)


@pytest.mark.parametrize("dialect", ["nested"])
async def test_replacement_ends_the_offer_to_add_the_new_box(
    hass: HomeAssistant, new: EmulatedBox, set_up: SetUp
) -> None:
    """It was ignored before, and found again meanwhile."""
    entry = await set_up()
    flows = hass.config_entries.flow
    await flows.async_init(
        DOMAIN,
        context={"source": SOURCE_IGNORE},
        data={"unique_id": NEW_SERIAL, "title": "New box"},
    )
    assert len(hass.config_entries.async_entries(DOMAIN)) == 2
    offer = await flows.async_init(
        DOMAIN, context={"source": SOURCE_USER, "unique_id": NEW_MAC}
    )
    bystander = await flows.async_init(DOMAIN, context={"source": SOURCE_USER})
    await replace_box(hass, entry, new)
    assert hass.config_entries.async_entries(DOMAIN) == [entry]
    left = {each["flow_id"] for each in flows.async_progress_by_handler(DOMAIN)}
    assert bystander["flow_id"] in left
    assert offer["flow_id"] not in left
    assert entry.unique_id == NEW_SERIAL


@pytest.mark.parametrize("dialect", ["nested"])
async def test_identifiers_that_other_entries_have_are_no_unique_id(
    hass: HomeAssistant, new: EmulatedBox, set_up: SetUp
) -> None:
    """An entry whose box has learned another identity since keeps its own."""
    entry = await set_up()
    for number, unique_id in enumerate((NEW_SERIAL, NEW_MAC)):
        other = make_entry(
            new,
            entry_id=f"01SEAIBOX00000000000OTHER{number}",
            data={"serial_number": f"other{number}", "mac_addresses": [], "host": "x"},
        )
        object.__setattr__(other, "unique_id", unique_id)
        other.add_to_hass(hass)  # type: ignore[attr-defined]  # a mock entry's own
    await replace_box(hass, entry, new)
    assert entry.unique_id not in (None, NEW_SERIAL, NEW_MAC)
    assert entry.data["serial_number"] == NEW_SERIAL


async def test_faces_of_the_old_box_are_not_shown_from_the_new_one(
    hass: HomeAssistant,
    box: EmulatedBox,
    new: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    look: Look,
) -> None:
    """Both boxes may give a recognition the same id."""
    box.state.variant = new.state.variant = Variant(
        event_ids_restart=True, live_event_id=True
    )
    entry = await set_up()
    await box.recognize(box.devices[0], box.people[0])
    await fired.next()
    await hass.async_block_till_done()
    assert "entity_picture" in attributes(hass, FRONT_DOOR)
    shown = await look("/api/image_proxy/image.front_door_face")
    assert shown.status == HTTPStatus.OK
    assert await shown.read() != NOBODY
    await record(new, dt_util.utcnow(), new.people[1])
    await replace_box(hass, entry, new)
    assert state_of(hass, FRONT_DOOR) == "Tom"
    assert "entity_picture" not in attributes(hass, FRONT_DOOR)
    for path in (
        "image_proxy/image.front_door_face",
        "camera_proxy/camera.front_door_scene",
    ):
        answered = await look(f"/api/{path}")
        assert await answered.read() == NOBODY


@pytest.mark.parametrize("new_dialect", ["nested", "flat"])
async def test_paths_of_the_old_boxs_pictures_open_none_of_the_new_one(
    hass: HomeAssistant,
    box: EmulatedBox,
    new: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    look: Look,
) -> None:
    """A notification from before must neither show nor enroll another face."""
    box.state.variant = new.state.variant = Variant(
        event_ids_restart=True, live_event_id=True
    )
    entry = await set_up()
    assert await async_setup_component(hass, "media_source", {})
    front_door = {"device_id": device_ids(hass, entry)["Front door"]}
    runs = await automate(hass, [recognized(front_door)])

    async def _seen(by: EmulatedBox) -> tuple[str, str, str]:
        """Return the path of a face, signed and not, and its media id."""
        await by.recognize(by.devices[0], by.people[0])
        await fired.next()
        trigger = (await runs.next())["trigger"]
        path = trigger["pictures"]["face"]
        return path, async_signed_path(hass, path), trigger["media_ids"]["face"]

    async def _read(media: str) -> None:
        await hass.services.async_call(
            DOMAIN,
            "recognize_picture",
            {"config_entry_id": entry.entry_id, "media": media},
            blocking=True,
            return_response=True,
        )

    path, signed, media_id = await _seen(box)
    assert (await look(signed)).status == HTTPStatus.OK
    await replace_box(hass, entry, new)
    new_path, new_signed, new_media_id = await _seen(new)
    # The ids are equal.
    assert path.split("/")[-2:] == new_path.split("/")[-2:]
    for each in (path, signed):
        assert (await look(each)).status == HTTPStatus.NOT_FOUND
    for each, key in (
        (path, "recognition_without_picture"),
        (media_id, "picture_unknown"),
    ):
        with pytest.raises(ServiceValidationError) as refused:
            await _read(each)
        assert refused.value.translation_key == key
    assert (await look(new_signed)).status == HTTPStatus.OK
    assert (await look(new_path)).status == HTTPStatus.OK
    for each in (new_path, new_media_id):
        await _read(each)


def attributes(hass: HomeAssistant, entity_id: str) -> dict[str, object]:
    """Return the attributes of an entity."""
    state = hass.states.get(entity_id)
    assert state is not None
    return dict(state.attributes)


async def test_conditions_forget_whom_the_old_box_recognized(
    hass: HomeAssistant,
    box: EmulatedBox,
    new: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
) -> None:
    """An id of the old box may be somebody else's on the new one."""
    entry = await set_up()
    front_door = {"device_id": device_ids(hass, entry)["Front door"]}
    person = box.people[0]
    runs = await automate(
        hass,
        [{"trigger": "event", "event_type": "ask"}],
        recognized_within(front_door, within={"hours": 1}),
    )
    await box.recognize(box.devices[0], person)
    await fired.next()
    hass.bus.async_fire("ask")
    await runs.next()
    memory = async_get_memory(hass)
    [sighting] = memory.async_all()
    assert memory.async_earlier(sighting).count == 0

    await replace_box(hass, entry, new)
    assert memory.async_all() == ()
    hass.bus.async_fire("ask")
    await hass.async_block_till_done()
    assert runs.unread == 0
    await new.recognize(new.devices[0], person)
    await fired.next()
    [sighting] = memory.async_all()
    assert memory.async_earlier(sighting).count == 0
    hass.bus.async_fire("ask")
    await runs.next()


async def test_copied_settings_keep_renamed_capture_devices(
    hass: HomeAssistant,
    box: EmulatedBox,
    dialect: Dialect,
    set_up: SetUp,
    fired: FiredEvents,
) -> None:
    """Ids are unique everywhere, so an equal one is the same capture device."""
    entry = await set_up()
    devices = device_ids(hass, entry)
    async with new_box(dialect, seed=box.state.seed) as copy:
        copy.rename_device(copy.devices[0].device_id, "Main gate")
        await replace_box(hass, entry, copy)
        await copy.recognize(copy.devices[0], copy.people[0])
        event = await fired.next()
        assert event["device_id"] == devices["Front door"]
        assert event["capture_device_name"] == "Main gate"
        assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("dialect", ["nested"])
async def test_entry_that_was_never_set_up_gets_another_box(
    hass: HomeAssistant, box: EmulatedBox, new: EmulatedBox
) -> None:
    """Nothing is known of its own one but the address."""
    await box.stop()
    entry = make_entry(box)
    await hass.config_entries.async_add(entry)
    assert state_of_entry(entry) is ConfigEntryState.SETUP_RETRY
    result = await reconfigure(hass, entry, new)
    placeholders = result["description_placeholders"]
    assert placeholders is not None
    assert placeholders["old_model"] == r"\?"
    assert placeholders["new"] == "Front door, 大门, Lobby turnstile"
    await answer(hass, result, "replace_box")
    await until_listening(entry)
    assert entry.data["serial_number"] == NEW_SERIAL


async def test_box_that_cannot_be_unloaded_is_not_replaced(
    hass: HomeAssistant, box: EmulatedBox, new: EmulatedBox, set_up: SetUp
) -> None:
    """The user may try again."""
    entry = await set_up()
    before = dict(entry.data)
    result = await reconfigure(hass, entry, new)
    with cannot_be_unloaded(hass, entry):
        result = await answer(hass, result, "replace_box")
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "cannot_unload"
    assert dict(entry.data) == before
    await replace_box(hass, entry, new)
    assert entry.data["serial_number"] == NEW_SERIAL
