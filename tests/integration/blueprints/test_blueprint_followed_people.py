"""Blueprints in which followed people are chosen as devices."""

from pathlib import Path

import pytest

from custom_components.se_aibox.people.following import PeopleConfigEntry
from emulator import EmulatedBox
from homeassistant.core import HomeAssistant
from tests.integration.conftest import SetUp
from tests.integration.helpers import FiredEvents
from tests.integration.people.followed_people import (
    TOM,
    device_id_of,
    follow,
    person_of,
)
from tests.integration.recognition.automation_helpers import FRIEND, doors_of

from .blueprint_helpers import REPORT, report, use_blueprint

pytest_plugins = [
    "tests.integration.blueprints.blueprint_fixtures",
    "tests.integration.people.people_fixtures",
]


@pytest.mark.parametrize("dialect", ["nested"])
@pytest.mark.parametrize("folder", ["", "zh-Hans/"])
@pytest.mark.parametrize(
    ("blueprint", "actions", "target", "others"),
    [
        ("notify", "actions", "device_id", {}),
        ("welcome_home", "more", "device_id", {"pause": {"milliseconds": 1}}),
        ("open_door", "door", None, {"minimum_score": 0}),
    ],
)
async def test_only_the_chosen_followed_person_is_meant(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    people: PeopleConfigEntry,
    tmp_path: Path,
    folder: str,
    blueprint: str,
    actions: str,
    target: str | None,
    others: dict[str, object],
) -> None:
    """Other people and strangers are not."""
    front_door, *_ = doors_of(hass, box, await set_up())
    where = [front_door.device_id]
    reports = FiredEvents(hass, REPORT)
    await use_blueprint(
        hass,
        tmp_path,
        folder + blueprint,
        where={target: where} if target else where,
        followed=[device_id_of(hass, await follow(hass, people, "Dad", TOM))],
        **others,
        **{actions: [report(id="{{ trigger.identity_id }}")]},
    )
    for identity in (FRIEND, None, person_of(box, TOM)):
        await front_door.sees(identity)
    assert await reports.next() == {"id": int(TOM)}
    assert reports.unread == 0
