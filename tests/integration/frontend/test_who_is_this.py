"""The actions behind *Who is this?*, called as the card calls them."""

from datetime import timedelta

import pytest
from pytest_homeassistant_custom_component.common import MockUser  # type: ignore[import-untyped]  # It ships no py.typed.

from custom_components.se_aibox.const import CONF_IGNORED_STRANGERS
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.integration.helpers import record
from tests.integration.people.followed_people import ENTRY_IDS, Boxes

from .feed_fixtures import OpenCard
from .feed_helpers import Card, CommandError, Message, Row

pytest_plugins = [
    "tests.integration.frontend.feed_fixtures",
    "tests.integration.people.people_fixtures",
]

pytestmark = pytest.mark.usefixtures("noon")


async def see_strangers(boxes: Boxes) -> None:
    """Record one at each box, which files them away."""
    for number, box in enumerate(boxes):
        moment = dt_util.utcnow() - timedelta(minutes=number + 1)
        await record(box, moment, stranger="automatic")


async def call(
    card: Card, service: str, row: Row, data: Message, *, returns: bool = True
) -> Message:
    """Call an action for the box of a row; return its response."""
    answer = await card.send(
        {
            "type": "call_service",
            "domain": "se_aibox",
            "service": service,
            "service_data": {"config_entry_id": row["entry_id"], **data},
            "target": {},
            "return_response": returns,
        }
    )
    response: Message = answer["result"].get("response", {})
    return response


def named(row: Row, group: str) -> Message:
    """Return what names a stranger, with the picture that the card shows."""
    path, _, signature = row["pictures"]["face"].partition("?")
    assert signature
    return {"media": path, "name": "Grace", "permission_group": group}


async def test_administrator_names_and_ignores_strangers_of_the_card(
    hass: HomeAssistant, boxes: Boxes, card: Card
) -> None:
    """The picture is the one of the row, of either dialect."""
    await see_strangers(boxes)
    rows = await card.rows(filter={"person_types": ["stranger"]})
    assert {row["entry_id"] for row in rows} == set(ENTRY_IDS.values())
    for row in rows:
        [answered] = (await call(card, "get_groups", row, {}))["boxes"]
        group = answered["groups"][0]
        person = named(row, group["group_id"] or group["name"])
        [enrolled] = (await call(card, "enroll_person", row, person))["boxes"]
        assert enrolled["ok"]
        stranger = {"stranger_id": row["stranger_id"]}
        await call(card, "ignore_stranger", row, stranger, returns=False)
        entry = hass.config_entries.async_get_known_entry(row["entry_id"])
        assert entry.options[CONF_IGNORED_STRANGERS] == [row["stranger_id"]]
    for box in boxes:
        [grace] = [person for person in box.people if person.name == "Grace"]
        assert (grace.person_type, len(grace.permission_ids)) == ("employee", 1)


async def test_other_users_neither_name_nor_ignore_a_stranger(
    hass: HomeAssistant,
    boxes: Boxes,
    open_card: OpenCard,
    hass_read_only_user: MockUser,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """They see the face; the boxes are not even asked for their groups."""
    await see_strangers(boxes)
    card = await open_card(hass_read_only_user)
    rows = await card.rows(filter={"person_types": ["stranger"]})
    assert len(rows) == 2
    people = [len(box.people) for box in boxes]
    asked = [len(box.requests) for box in boxes]
    for row in rows:
        for service, data in (
            ("get_groups", {}),
            ("enroll_person", named(row, "1")),
            ("ignore_stranger", {"stranger_id": row["stranger_id"]}),
        ):
            returns = service != "ignore_stranger"
            with pytest.raises(CommandError, match="Unauthorized"):
                await call(card, service, row, data, returns=returns)
        entry = hass.config_entries.async_get_known_entry(row["entry_id"])
        assert CONF_IGNORED_STRANGERS not in entry.options
    assert [len(box.requests) for box in boxes] == asked
    assert [len(box.people) for box in boxes] == people
    # Home Assistant logs each refusal as an error.
    caplog.clear()
