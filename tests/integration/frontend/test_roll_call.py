"""The roll call of a site as a card is sent it."""

import asyncio
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser  # type: ignore[import-untyped]  # It ships no py.typed.

from custom_components.se_aibox.people.following import PeopleConfigEntry
from emulator import Identity
from homeassistant.auth.permissions.const import POLICY_CONTROL, POLICY_READ
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from tests.integration.conftest import ClientGenerator
from tests.integration.people.followed_people import ENTRY_IDS, TOM, follow, person_of
from tests.integration.recognition.automation_helpers import FRIEND, GUEST
from tests.integration.site.roll_call_helpers import LIST, check, items, start
from tests.integration.site.site_helpers import Office

from .feed_fixtures import OpenCard
from .feed_helpers import Card, Message, Subscribed

pytest_plugins = [
    "tests.integration.frontend.feed_fixtures",
    "tests.integration.people.people_fixtures",
    "tests.integration.site.site_fixtures",
]

# Longer than changes are gathered.
_A_WHILE = 0.3


async def subscribe(card: Card, device_id: str | None) -> Subscribed:
    """Subscribe to the roll call of a site."""
    answer = await card.send(
        {"type": "se_aibox/roll_call/subscribe", "device_id": device_id}
    )
    return Subscribed(card, answer["id"])


async def is_quiet(card: Card, subscribed: Subscribed) -> bool:
    """Return whether nothing else is sent for a while."""
    await asyncio.sleep(_A_WHILE)
    # Everything that was sent before its answer has arrived.
    await card.page(limit=1)
    return not subscribed.waiting


def user_who_may(hass: HomeAssistant, rights: dict[str, set[str]]) -> MockUser:
    """Return a user with these rights by entity id."""
    user = MockUser().add_to_hass(hass)
    user.mock_policy(
        {
            "entities": {
                "entity_ids": {
                    entity_id: dict.fromkeys(policies, True)
                    for entity_id, policies in rights.items()
                }
            }
        }
    )
    return user


def event_entity(hass: HomeAssistant, device_id: str) -> str:
    """Return the event entity of a capture device."""
    [entity] = (
        entity.entity_id
        for entity in er.async_entries_for_device(er.async_get(hass), device_id)
        if entity.domain == "event"
    )
    return entity


async def turn_pictures(hass: HomeAssistant, state: str) -> None:
    """Turn the pictures of the box at the entrance on or off."""
    await hass.services.async_call(
        "switch",
        f"turn_{state}",
        target={"entity_id": "switch.old_box_pictures"},
        blocking=True,
    )


async def test_people_are_sent_as_on_the_list_with_place_and_times(
    hass: HomeAssistant, office: Office, people: PeopleConfigEntry, card: Card
) -> None:
    """At once, and again when another one is started."""
    subscribed = await subscribe(card, office.site.device_id)
    assert await subscribed.next() is None
    await follow(hass, people, "Tom", TOM)
    await office.sees(office.entrance, person_of(office.boxes.nested, TOM))
    await office.sees(office.other_entrance, Identity("4711", ""))
    await start(hass)

    sent = await subscribed.next()
    roll_call = office.site.roll_calls.current
    assert roll_call is not None
    assert sent["started_at"] == roll_call.started_at.isoformat()
    assert sent["may_check"] is True
    assert [(each["uid"], each["name"]) for each in sent["people"]] == [
        (item["uid"], item["summary"]) for item in await items(hass)
    ]
    tom, unnamed = sent["people"]
    stay = roll_call.listed[tom["uid"]].stay
    entrance = dr.async_get(hass).async_get(office.entrance)
    assert entrance is not None
    assert tom == {
        "uid": tom["uid"],
        "name": "Tom",
        "type": "employee",
        "place": entrance.name,
        "inside_since": stay.since.isoformat(),
        "last_seen": stay.last_seen.isoformat(),
        "accounted_at": None,
        "face": tom["face"],
    }
    assert unnamed["name"] == "Unnamed (4711)"
    assert await (await subscribe(card, office.site.device_id)).next() == sent


async def test_everybody_checked_off_is_sent_and_so_is_what_is_taken_back(
    hass: HomeAssistant, office: Office, card: Card
) -> None:
    """By hand and by a face at the exit."""
    await office.sees(office.entrance, FRIEND)
    await office.sees(office.other_entrance, GUEST)
    await start(hass)
    subscribed = await subscribe(card, office.site.device_id)

    async def accounted() -> list[bool]:
        sent = await subscribed.next()
        return [each["accounted_at"] is not None for each in sent["people"]]

    assert await accounted() == [False, False]
    await check(hass, "小明")
    assert await accounted() == [True, False]
    await check(hass, "小明", "needs_action")
    assert await accounted() == [False, False]
    await office.sees(office.exit, GUEST)
    assert await accounted() == [False, True]
    # Neither who is on no list nor another name of an entity changes anything.
    await office.sees(office.entrance, Identity("4711", "Eve"))
    er.async_get(hass).async_update_entity(LIST, name="Who is missing?")
    assert await is_quiet(card, subscribed)


async def test_changes_of_a_moment_are_sent_once(
    hass: HomeAssistant, office: Office, card: Card
) -> None:
    """A crowd leaves at once."""
    await office.sees(office.entrance, FRIEND)
    await office.sees(office.other_entrance, GUEST)
    await start(hass)
    subscribed = await subscribe(card, office.site.device_id)
    await subscribed.next()
    current = office.site.roll_calls.current
    assert current is not None
    for uid in current.listed:
        office.site.roll_calls.async_check(uid, is_accounted=True)

    sent = await subscribed.next()
    assert all(each["accounted_at"] for each in sent["people"])
    assert await is_quiet(card, subscribed)


async def test_face_is_signed_and_gone_while_pictures_are_off(
    hass: HomeAssistant,
    office: Office,
    card: Card,
    hass_client_no_auth: ClientGenerator,
) -> None:
    """One whose path stays is not loaded again."""
    await office.sees(office.entrance, FRIEND)
    await start(hass)
    subscribed = await subscribe(card, office.site.device_id)
    client = await hass_client_no_auth()

    async def face() -> str | None:
        [person] = (await subscribed.next())["people"]
        path: str | None = person["face"]
        return path

    before = await face()
    assert before is not None
    answer = await client.get(f"{before}&width=72")
    assert (answer.status, answer.content_type) == (200, "image/jpeg")
    await turn_pictures(hass, "off")
    assert await face() is None
    assert (await client.get(before)).status == 404
    await turn_pictures(hass, "on")
    assert await face() == before
    await check(hass, "小明")
    assert await face() == before


async def test_face_of_a_box_that_is_unloaded_is_gone(
    hass: HomeAssistant, office: Office, card: Card
) -> None:
    """The person is on the list all the same."""
    await office.sees(office.entrance, FRIEND)
    await start(hass)
    subscribed = await subscribe(card, office.site.device_id)
    assert (await subscribed.next())["people"][0]["face"] is not None
    await hass.config_entries.async_unload(ENTRY_IDS["nested"])

    while (sent := await subscribed.next())["people"][0]["face"] is not None:
        pass
    assert sent["people"][0]["name"] == "小明"


async def test_site_that_is_unloaded_has_none_until_it_is_loaded(
    hass: HomeAssistant, office: Office, card: Card
) -> None:
    """Another one after the reload is sent, too."""
    await office.sees(office.entrance, FRIEND)
    await start(hass)
    subscribed = await subscribe(card, office.site.device_id)
    before = await subscribed.next()
    await hass.config_entries.async_unload(office.entry.entry_id)
    assert await subscribed.next() is None
    await hass.config_entries.async_setup(office.entry.entry_id)
    assert await subscribed.next() == before
    await start(hass)
    assert (await subscribed.next())["started_at"] > before["started_at"]


async def test_user_needs_the_right_to_read_the_list(
    hass: HomeAssistant, office: Office, open_card: OpenCard
) -> None:
    """Only who may control it may check off."""
    await office.sees(office.entrance, FRIEND)
    await start(hass)
    site = office.site.device_id
    sensor = {"sensor.office_unaccounted_for": {POLICY_READ, POLICY_CONTROL}}

    async def sent_to(rights: dict[str, set[str]]) -> Message | None:
        card = await open_card(user_who_may(hass, rights))
        message: Message | None = await (await subscribe(card, site)).next()
        return message

    assert await sent_to(sensor) is None
    for policies, may_check in (
        ({POLICY_READ}, False),
        ({POLICY_READ, POLICY_CONTROL}, True),
    ):
        sent = await sent_to({LIST: policies})
        assert sent is not None
        assert sent["may_check"] is may_check
        [person] = sent["people"]
        assert person["name"] == "小明"
        # The user may not know what is seen at that door.
        assert (person["place"], person["face"]) == (None, None)
    sent = await sent_to(
        {LIST: {POLICY_READ}, event_entity(hass, office.entrance): {POLICY_READ}}
    )
    assert sent is not None
    assert sent["people"][0]["place"] is not None
    assert sent["people"][0]["face"] is not None


async def test_user_who_loses_the_right_is_sent_none(
    hass: HomeAssistant, office: Office, open_card: OpenCard
) -> None:
    """At once, not with the next login."""
    await start(hass)
    user = user_who_may(hass, {LIST: {POLICY_READ}})
    subscribed = await subscribe(await open_card(user), office.site.device_id)
    assert await subscribed.next() is not None
    user.mock_policy({})
    await hass.auth.async_update_user(user, name="Nobody")

    assert await subscribed.next() is None


@pytest.mark.parametrize("device_id", ["unknown", None])
async def test_device_that_is_no_site_has_none(
    hass: HomeAssistant, office: Office, card: Card, device_id: str | None
) -> None:
    """Which devices there are is not said."""
    await start(hass)
    subscribed = await subscribe(card, device_id or office.entrance)

    assert await subscribed.next() is None


async def test_subscription_that_ended_is_sent_nothing(
    hass: HomeAssistant, office: Office, card: Card
) -> None:
    """Even where a change was to be sent just now."""
    await office.sees(office.entrance, FRIEND)
    await start(hass)
    subscribed = await subscribe(card, office.site.device_id)
    sent: Any = await subscribed.next()
    current = office.site.roll_calls
    current.async_check(sent["people"][0]["uid"], is_accounted=True)
    await subscribed.stop()
    await start(hass)

    assert await is_quiet(card, subscribed)
