"""Names, ids and scores in a recognition."""

from dataclasses import replace

import pytest

from emulator import EmulatedBox, Identity
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from tests.integration.actions.action_helpers import act
from tests.integration.conftest import SetUp
from tests.integration.helpers import FiredEvents, state_of

LONG = "很长的名字 " * 50

NAMES = {
    "unknown": '"unknown"',
    "unavailable": '"unavailable"',
    "Stranger Things": "Stranger Things",
    "off": "off",
    "{{ states }}": "{{ states }}",
    LONG: LONG[:255],
}
# The words of boxes for a missing name.
NO_NAMES = ("佚名", " 佚名 ", "", "   ")


async def test_name_that_no_state_can_have_is_changed_in_the_state(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """The event always has it unchanged."""
    await set_up()
    for name, state in NAMES.items():
        await box.recognize(box.devices[0], replace(box.people[0], name=name))
        event = await fired.next()
        assert event["matched"] is True
        assert event["identity_name"] == name
        assert state_of(hass, "sensor.front_door_last_person") == state


async def test_word_for_no_name_is_never_a_name(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
) -> None:
    """The state is the identity id; neither events nor the history have a name."""
    await set_up()
    for name in NO_NAMES:
        await box.recognize(box.devices[0], replace(box.people[0], name=name))
        event = await fired.next()
        assert (event["matched"], event["identity_id"]) == (True, "12345565")
        assert event["identity_name"] is None
        assert state_of(hass, "sensor.front_door_last_person") == "12345565"
    looked_back = await act(
        hass, "get_recognitions", {}, target={"device_id": event["device_id"]}
    )
    rows = looked_back["recognitions"]
    assert len(rows) == len(NO_NAMES)
    assert {row["identity_name"] for row in rows} == {None}
    assert not any("佚名" in str(state) for state in hass.states.async_all())


@pytest.mark.parametrize(
    ("identity_id", "name"), [("1", "stranger"), ("1", "陌生人"), ("stranger", "Tom")]
)
async def test_person_named_stranger_is_a_stranger(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    identity_id: str,
    name: str,
) -> None:
    """Boxes write it in place of a name."""
    await set_up()
    await box.recognize(box.devices[0], Identity(identity_id, name))
    event = await fired.next()
    assert (event["matched"], event["person_type"]) == (False, "stranger")
    assert state_of(hass, "sensor.front_door_last_person") == "stranger"


@pytest.mark.parametrize(
    ("threshold", "scores"), [(0.55, (0.0, 0.62, 1.0)), (82.0, (0.1, 82.05, 100.0))]
)
async def test_score_is_never_rescaled(
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    threshold: float,
    scores: tuple[float, ...],
) -> None:
    """The event has the threshold of the box, too."""
    box.settings.threshold = threshold
    await set_up()
    for score in scores:
        await box.recognize(identity=box.people[0], score=score)
        event = await fired.next()
        assert event["score"] == score
        assert event["threshold"] == threshold


async def test_missing_details_are_null(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """The recognition is delivered without them."""
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
    event = await fired.next()
    assert event["person_type"] == "employee"
    for key in ("score", "group_name", "identity_info", "identity_name"):
        assert event[key] is None
    assert event["attributes"] == {}
    assert event["pictures"] == {}


@pytest.mark.parametrize("dialect", ["nested"])
async def test_event_has_the_current_name_of_the_device(
    box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """Without a name it is null."""
    entry = await set_up()
    box.rename_device(box.devices[0].device_id, "Back door")
    box.rename_device(box.devices[1].device_id, "")
    await entry.runtime_data.async_refresh()
    for device, name in ((box.devices[0], "Back door"), (box.devices[1], None)):
        await box.recognize(device, box.people[0])
        assert (await fired.next())["capture_device_name"] == name


@pytest.mark.parametrize("dialect", ["nested"])
async def test_event_has_the_name_that_the_user_gave_the_device(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """It takes precedence over the name on the box."""
    await set_up()
    await box.recognize(box.devices[0], box.people[0])
    device_id = (await fired.next())["device_id"]
    dr.async_get(hass).async_update_device(device_id, name_by_user="Our gate")
    await box.recognize(box.devices[0], box.people[0])
    assert (await fired.next())["capture_device_name"] == "Our gate"


async def test_recognition_at_a_deleted_device_is_delivered(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """The event has no device id."""
    await set_up()
    await box.recognize(box.devices[0], box.people[0])
    device_id = (await fired.next())["device_id"]
    dr.async_get(hass).async_remove_device(device_id)
    await hass.async_block_till_done()
    await box.recognize(box.devices[0], box.people[1])
    event = await fired.next()
    assert event["device_id"] is None
    assert event["identity_name"] == "小明"
