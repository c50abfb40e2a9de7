"""Questions in words about the attendance of a day."""

import pytest

from custom_components.se_aibox.people.following import PeopleConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
from tests.integration.actions.action_helpers import act
from tests.integration.actions.attendance_helpers import days_ago, past
from tests.integration.people.followed_people import TOM, follow, person_of
from tests.integration.site.site_helpers import Office

pytest_plugins = [
    "tests.integration.people.people_fixtures",
    "tests.integration.site.site_fixtures",
]


@pytest.mark.parametrize("is_followed", [True, False])
@pytest.mark.parametrize(
    "question",
    [
        "When did Tom come in on Monday?",
        "When did Tom first come in on Monday?",
        "Tom周一几点来的？",
    ],
)
async def test_assist_answers_the_arrival_of_a_person_on_a_day(
    hass: HomeAssistant,
    noon: None,
    office: Office,
    people: PeopleConfigEntry,
    question: str,
    is_followed: bool,
) -> None:
    """The answer for a site or capture devices is from the history of the boxes."""
    if is_followed:
        await follow(hass, people, "Tom", TOM)
    dr.async_get(hass).async_update_device(office.entrance, name_by_user="Gate")
    monday = dt_util.now().weekday()
    who = person_of(office.boxes.nested, TOM)
    await past(office, office.entrance, days_ago(monday, 8, 10), who)
    await past(office, office.entrance, days_ago(monday + 1, 9), who)
    for target in (office.site.device_id, office.entrance):
        response = await act(
            hass,
            "answer_question",
            {"question": question},
            target={"device_id": target},
        )
        assert "8:10" in response["answer"]
        assert "gate" in response["answer"].lower()
