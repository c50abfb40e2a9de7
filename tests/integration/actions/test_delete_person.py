"""Deleting somebody from a box."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from custom_components.se_aibox.people.following import PeopleConfigEntry
from custom_components.se_aibox.people.visitors import async_visits
from emulator import EmulatedBox, Identity
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
from tests.emulator.pictures import photo
from tests.integration.conftest import SetUp

from .action_helpers import act, keep, of_box, one

pytest_plugins = ["tests.integration.people.people_fixtures"]

ANNA = Identity("20001", "Anna")
WHO: dict[str, object] = {"identity_id": "20001", "name": "Anna"}


async def test_deleted_person_is_no_longer_enrolled(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Nobody else is touched."""
    others = [*box.people]
    box.state.enroll(ANNA)
    await set_up()
    one(await act(hass, "delete_person", of_box(**WHO)))
    assert box.people == others


@pytest.mark.parametrize(
    ("who", "key"),
    [
        ({"name": "Tom"}, "refused_identity_mismatch"),
        ({"name": ""}, "refused_identity_mismatch"),
        ({"identity_id": "99999"}, "refused_identity_unknown"),
    ],
)
async def test_wrong_id_or_name_deletes_nobody(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    who: dict[str, object],
    key: str,
) -> None:
    box.state.enroll(ANNA)
    before = [*box.people]
    await set_up()
    with pytest.raises(HomeAssistantError) as raised:
        await act(hass, "delete_person", of_box(**{**WHO, **who}))
    assert raised.value.translation_key == key
    assert box.people == before


async def test_person_without_a_name_is_deleted_by_none(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    box.state.enroll(replace(ANNA, name="佚名"))
    await set_up()
    await act(hass, "delete_person", of_box(identity_id=20001, name=""))
    assert box.state.find_identity("20001") is None


async def test_person_whom_the_box_still_has_is_a_failure(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Although it confirmed the deletion."""
    box.state.enroll(ANNA)
    box.state.deletes_nobody = True
    await set_up()
    with pytest.raises(HomeAssistantError, match="could not do this"):
        await act(hass, "delete_person", of_box(**WHO))


async def test_visit_of_a_deleted_visitor_is_forgotten(
    hass: HomeAssistant,
    set_up: SetUp,
    people: PeopleConfigEntry,
    tmp_path: Path,
) -> None:
    """There is nothing to end any more."""
    await set_up()
    end = dt_util.utcnow() + timedelta(hours=1)
    file = keep(hass, tmp_path, "anna.jpg", photo())
    visit = {"person_type": "visitor", "valid_until": end.isoformat()}
    data = of_box(**WHO, **visit, file=file, permission_group="visitor")
    await act(hass, "enroll_person", data)
    assert len(async_visits(hass)) == 1
    await act(hass, "delete_person", of_box(**WHO))
    assert async_visits(hass) == ()
