"""Requests for recognitions that are refused."""

import pytest
from pytest_homeassistant_custom_component.common import MockUser  # type: ignore[import-untyped]  # It ships no py.typed.
import voluptuous as vol

from emulator import EmulatedBox
from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError, Unauthorized, UnknownUser
from homeassistant.helpers import entity_registry as er
from tests.integration.conftest import SetUp
from tests.integration.helpers import NEAR, history_requests
from tests.integration.recognition.automation_helpers import FRIEND, box_device_id

from .action_helpers import Past, act, names


@pytest.mark.parametrize(
    "target",
    [
        None,
        {"entity_id": "light.hall"},
        {"device_id": "nobody"},
        {"area_id": "nowhere"},
    ],
)
async def test_target_without_our_entities_is_refused(
    hass: HomeAssistant, set_up: SetUp, target: dict[str, object] | None
) -> None:
    """It does not mean every box."""
    await set_up()
    with pytest.raises(ServiceValidationError) as raised:
        await act(hass, "get_recognitions", {}, target=target)
    assert raised.value.translation_key == "nothing_targeted"


@pytest.mark.parametrize("dialect", ["nested"])
@pytest.mark.parametrize(
    "wrong",
    [
        {"limit": 0},
        {"limit": 1001},
        {"limit": "many"},
        {"start_time": "yesterday"},
        {"start_time": "0001-01-01T00:00:00+14:00"},
        {"end_time": 5},
        {"people": [""]},
        {"people": [True]},
        {"people": [10.5]},
        {"people": ["10023"] * 101},
        {"person_types": ["admin"]},
        {"minimum_score": 101},
        {"minimum_score": "high"},
        {"entity_id": "all"},
        {"anything": "else"},
    ],
)
async def test_invalid_data_is_refused_before_a_request(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, wrong: dict[str, object]
) -> None:
    """The schema refuses it."""
    await set_up()
    before = history_requests(box)
    with pytest.raises(vol.Invalid):
        await act(hass, "get_recognitions", {**NEAR, **wrong})
    assert history_requests(box) == before


async def test_user_gets_rows_of_readable_capture_devices_only(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    box: EmulatedBox,
    set_up: SetUp,
    hass_read_only_user: MockUser,
) -> None:
    """The permission is that of the event entity."""
    entry = await set_up()
    past = Past()
    await past.add(box, FRIEND, 0)
    everywhere = {"device_id": box_device_id(hass, entry)}
    response = await act(
        hass, "get_recognitions", {}, target=everywhere, user=hass_read_only_user
    )
    assert names(response["recognitions"]) == [FRIEND.name]

    guest = MockUser().add_to_hass(hass)
    guest.mock_policy(
        {
            "entities": {
                "entity_ids": {"event.front_door_recognition": {POLICY_READ: True}}
            }
        }
    )
    response = await act(hass, "get_recognitions", {}, target=NEAR, user=guest)
    assert names(response["recognitions"]) == [FRIEND.name]
    with pytest.raises(Unauthorized):
        await act(hass, "get_recognitions", {}, target=everywhere, user=guest)
    nobody = MockUser().add_to_hass(hass)
    nobody.mock_policy({})
    with pytest.raises(Unauthorized):
        await act(hass, "get_recognitions", {}, target=NEAR, user=nobody)
    with pytest.raises(UnknownUser):
        await act(hass, "get_recognitions", {}, target=NEAR, user=MockUser(id="gone"))

    # A disabled entity still has permissions; without an entity there are none.
    door = entity_registry.async_get("event.front_door_recognition")
    assert door is not None
    near = {"device_id": door.device_id}
    assert await act(hass, "get_recognitions", {}, target=near, user=guest)
    entity_registry.async_remove(door.entity_id)
    with pytest.raises(Unauthorized):
        await act(hass, "get_recognitions", {}, target=near, user=guest)
