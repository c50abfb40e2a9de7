"""What a recognition says of people and capture devices: names, ids and scores as the box has them."""

from dataclasses import replace

import pytest

from emulator import EmulatedBox
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from tests.integration.conftest import SetUp
from tests.integration.helpers import Heard, state_of

LONG = "很长的名字 " * 50

NAMES = {
    "unknown": '"unknown"',
    "unavailable": '"unavailable"',
    "stranger": '"stranger"',
    "Stranger": "Stranger",
    "佚名": "佚名",
    "": "12345565",
    "   ": "12345565",
    "off": "off",
    "{{ states }}": "{{ states }}",
    LONG: LONG[:255],
}


async def test_names(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, heard: Heard
) -> None:
    """A name is shown as it is, unless a state cannot be that; the event always has it as it is."""
    await set_up()
    for name, state in NAMES.items():
        await box.recognize(box.devices[0], replace(box.people[0], name=name))
        event = await heard.next()
        assert event["matched"] is True
        assert event["identity_name"] == (name or None)
        assert state_of(hass, "sensor.front_door_last_person") == state


async def test_identity_id_with_a_meaning(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, heard: Heard
) -> None:
    """Nobody becomes a stranger by a nameless enrolment under that id."""
    await set_up()
    person = replace(box.people[0], identity_id="stranger", name="")
    await box.recognize(box.devices[0], person)
    assert (await heard.next())["matched"] is True
    assert state_of(hass, "sensor.front_door_last_person") == '"stranger"'


@pytest.mark.parametrize(
    ("threshold", "scores"), [(0.55, (0.0, 0.62, 1.0)), (82.0, (0.1, 82.05, 100.0))]
)
async def test_score_as_the_box_says_it(
    box: EmulatedBox,
    set_up: SetUp,
    heard: Heard,
    threshold: float,
    scores: tuple[float, ...],
) -> None:
    """A score is never rescaled; the box's threshold stands beside it."""
    box.settings.threshold = threshold
    await set_up()
    for score in scores:
        await box.recognize(identity=box.people[0], score=score)
        event = await heard.next()
        assert event["score"] == score
        assert event["threshold"] == threshold


async def test_missing_details(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, heard: Heard
) -> None:
    """What a box leaves out is null, and no recognition is lost for it."""
    await set_up()
    await box.recognize(
        box.devices[0],
        box.people[0],
        omit=(
            "score",
            "group_name",
            "identity_info",
            "ext_data",
            "user_type",
            "event_id",
            "recognize_face_attr",
            "identity_name",
        ),
        include_pictures=False,
    )
    event = await heard.next()
    assert event["person_type"] == "employee"
    for key in ("score", "group_name", "identity_info", "identity_name"):
        assert event[key] is None
    assert event["attributes"] == {}
    assert event["pictures"] == {}


@pytest.mark.parametrize("dialect", ["nested"])
async def test_name_of_the_capture_device(
    box: EmulatedBox, set_up: SetUp, heard: Heard
) -> None:
    """The event says the name that the capture device has now, null where it has none."""
    entry = await set_up()
    box.rename_device(box.devices[0].device_id, "Back door")
    box.rename_device(box.devices[1].device_id, "")
    await entry.runtime_data.async_refresh()
    for device, name in ((box.devices[0], "Back door"), (box.devices[1], None)):
        await box.recognize(device, box.people[0])
        assert (await heard.next())["capture_device_name"] == name


@pytest.mark.parametrize("dialect", ["nested"])
async def test_name_that_the_user_gave(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, heard: Heard
) -> None:
    """The event says what the user calls the capture device, whatever the box calls it."""
    await set_up()
    await box.recognize(box.devices[0], box.people[0])
    device_id = (await heard.next())["device_id"]
    dr.async_get(hass).async_update_device(device_id, name_by_user="Our gate")
    await box.recognize(box.devices[0], box.people[0])
    assert (await heard.next())["capture_device_name"] == "Our gate"


async def test_device_deleted_in_home_assistant(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, heard: Heard
) -> None:
    """A recognition of a capture device that Home Assistant has no device for is told all the same."""
    await set_up()
    await box.recognize(box.devices[0], box.people[0])
    device_id = (await heard.next())["device_id"]
    dr.async_get(hass).async_remove_device(device_id)
    await hass.async_block_till_done()
    await box.recognize(box.devices[0], box.people[1])
    event = await heard.next()
    assert event["device_id"] is None
    assert event["identity_name"] == "小明"
