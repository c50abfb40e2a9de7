"""The faces that entities show as their pictures."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import quote

from aiohttp import ClientResponse
import pytest
from yarl import URL

from custom_components.se_aibox.people.following import PeopleConfigEntry
from custom_components.se_aibox.recognition import faces
from emulator import EmulatedBox, PictureKind
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import CoreState, HomeAssistant, State
from homeassistant.helpers import entity_registry as er
from tests.integration.conftest import ClientGenerator, SetUp
from tests.integration.helpers import (
    ENTRY_ID,
    NOBODY,
    FiredEvents,
    jpeg,
    restore,
    set_up_entry,
)
from tests.integration.people.followed_people import TOM, follow

pytest_plugins = [
    "tests.integration.entity_fixtures",
    "tests.integration.people.people_fixtures",
]

EVENT = "event.front_door_recognition"
LAST_PERSON = "sensor.front_door_last_person"
PERSON = ("event.tom_recognition", "sensor.tom_last_location", "sensor.tom_last_seen")
PERSON_FACE = "image.tom_face"
SEEN = "2026-10-30T07:01:02+00:00"

type Open = Callable[[str], Awaitable[ClientResponse]]

pytestmark = pytest.mark.usefixtures("every_entity_enabled")


@pytest.fixture
def show(hass_client_no_auth: ClientGenerator) -> Open:
    """Request a path as the `img` of a page does: without a token."""

    async def _show(path: str) -> ClientResponse:
        client = await hass_client_no_auth()
        return await client.get(URL(path, encoded=True))

    return _show


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let signatures be older than their time."""
    monkeypatch.setattr(faces, "_SIGNED_FOR", timedelta(minutes=-1))


def picture(hass: HomeAssistant, entity_id: str) -> str | None:
    """Return the picture of an entity."""
    state = hass.states.get(entity_id)
    assert state is not None, entity_id
    found: str | None = state.attributes.get("entity_picture")
    return found


def pictures(hass: HomeAssistant, *entity_ids: str) -> set[str | None]:
    """Return the pictures of entities."""
    return {picture(hass, entity_id) for entity_id in entity_ids}


def shown(hass: HomeAssistant, *entity_ids: str) -> str:
    """Return the one picture of all these entities."""
    [path] = pictures(hass, *entity_ids)
    assert path is not None
    return path


async def turn(hass: HomeAssistant, word: str) -> None:
    """Turn the switch *Pictures* on or off."""
    await hass.services.async_call(
        "switch",
        f"turn_{word}",
        {"entity_id": "switch.bm1684_180_pictures"},
        blocking=True,
    )
    await hass.async_block_till_done()


async def test_entity_picture_is_the_face_of_the_person(
    hass: HomeAssistant,
    people: PeopleConfigEntry,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    show: Open,
) -> None:
    """It needs no token, and opens no other picture."""
    await set_up()
    await follow(hass, people, "Tom", TOM)
    assert pictures(hass, EVENT, LAST_PERSON, *PERSON) == {None}
    await box.recognize(box.devices[0], box.state.find_identity(TOM))
    first = await fired.next()
    path = shown(hass, EVENT, LAST_PERSON, *PERSON)
    plain, _, query = path.partition("?")
    assert plain == first["pictures"]["face"]
    response = await show(path)
    assert await response.read() == jpeg(box, PictureKind.FACE)
    small = await show(f"{path}&width=16")
    assert small.status == HTTPStatus.OK
    assert len(await small.read()) < len(await response.read())

    await box.recognize(box.devices[0], box.people[1])
    second = await fired.next()
    newer = shown(hass, EVENT, LAST_PERSON)
    assert await (await show(newer)).read() == jpeg(box, PictureKind.FACE)
    assert shown(hass, *PERSON) == path
    for other in (
        *second["pictures"].values(),
        first["pictures"]["scene"],
        first["pictures"]["reference"],
    ):
        assert (await show(f"{other}?{query}")).status == HTTPStatus.FORBIDDEN
        assert (await show(other)).status == HTTPStatus.FORBIDDEN


async def test_picture_is_not_recorded(
    hass: HomeAssistant,
    people: PeopleConfigEntry,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
) -> None:
    """Later it would open nothing."""
    await set_up()
    await follow(hass, people, "Tom", TOM)
    await box.recognize(box.devices[0], box.state.find_identity(TOM))
    await fired.next()
    for entity_id in (EVENT, LAST_PERSON, *PERSON):
        state = hass.states.get(entity_id)
        assert state is not None
        assert state.state_info is not None
        assert "entity_picture" in state.state_info["unrecorded_attributes"]


@pytest.mark.usefixtures("late")
async def test_old_face_is_shown_until_the_next_one(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    show: Open,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Its path is never renewed: the change of a state would run automations."""
    await set_up()
    await box.recognize(box.devices[0], box.people[0])
    await fired.next()
    changes = FiredEvents(hass, str(EVENT_STATE_CHANGED))
    old = shown(hass, EVENT, LAST_PERSON)
    response = await show(old)
    assert await response.read() == jpeg(box, PictureKind.FACE)
    assert changes.unread == 0

    await box.recognize(box.devices[0], box.people[1])
    await fired.next()
    assert (await show(old)).status == HTTPStatus.FORBIDDEN
    new = shown(hass, EVENT, LAST_PERSON)
    assert (await show(new)).status == HTTPStatus.OK
    for entity_id in (EVENT, LAST_PERSON):
        er.async_get(hass).async_update_entity(
            entity_id, disabled_by=er.RegistryEntryDisabler.USER
        )
    await hass.async_block_till_done()
    assert (await show(new)).status == HTTPStatus.FORBIDDEN
    # Such a page must not ban the user.
    assert "Login attempt" not in caplog.text


@pytest.mark.parametrize("dialect", ["nested"])
async def test_face_is_gone_while_pictures_are_off(
    hass: HomeAssistant,
    people: PeopleConfigEntry,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    show: Open,
) -> None:
    """Paths that were signed before lead to no face."""
    entry = await set_up()
    await follow(hass, people, "Tom", TOM)
    everywhere = (EVENT, LAST_PERSON, *PERSON)
    await box.recognize(box.devices[0], box.state.find_identity(TOM))
    await fired.next()
    path = shown(hass, *everywhere)
    assert picture(hass, PERSON_FACE) is not None

    await turn(hass, "off")
    assert pictures(hass, *everywhere, PERSON_FACE) == {None}
    response = await show(path)
    assert response.status == HTTPStatus.NOT_FOUND
    assert await response.read() == NOBODY
    assert await hass.config_entries.async_reload(people.entry_id)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert pictures(hass, *everywhere, PERSON_FACE) == {None}

    await turn(hass, "on")
    path = shown(hass, *everywhere)
    assert picture(hass, PERSON_FACE) is not None
    assert await (await show(path)).read() == jpeg(box, PictureKind.FACE)


@pytest.mark.parametrize("dialect", ["nested"])
async def test_recognition_without_a_face_leaves_no_picture(
    hass: HomeAssistant,
    people: PeopleConfigEntry,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
) -> None:
    """An earlier face would be of another person."""
    await set_up()
    await follow(hass, people, "Tom", TOM)
    for include_pictures in (True, False):
        await box.recognize(
            box.devices[0],
            box.state.find_identity(TOM),
            include_pictures=include_pictures,
        )
        await fired.next()
        found = pictures(hass, EVENT, LAST_PERSON, *PERSON)
        assert (found == {None}) is not include_pictures


@pytest.mark.parametrize("dialect", ["flat"])
async def test_face_of_an_odd_id_is_shown(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents, show: Open
) -> None:
    """The path keeps its escapes."""
    await set_up()
    odd = "a/b?c#d%2Fé~1"
    await box.recognize(box.devices[0], box.people[0], overrides={"event_id": odd})
    event = await fired.next()
    assert event["recognition_id"] == odd
    path = shown(hass, EVENT, LAST_PERSON)
    assert quote(odd, safe="") in path
    assert (await show(path)).status == HTTPStatus.OK


async def restart(
    hass: HomeAssistant, face: object, entity_ids: tuple[str, ...]
) -> None:
    """Start with the data that Home Assistant stored before it stopped."""
    hass.set_state(CoreState.not_running)
    await restore(
        hass,
        *(
            (
                State(entity_id, SEEN if "event" in entity_id else "李娜"),
                {
                    "native_value": "李娜",
                    "native_unit_of_measurement": None,
                    "last_event_type": "visitor",
                    "last_event_attributes": {},
                    "face": face,
                },
            )
            for entity_id in entity_ids
        ),
    )


async def stored_face(box: EmulatedBox) -> dict[str, str]:
    """Add a history record from before a restart; return its stored data."""
    emitted = await box.recognize(box.devices[0], box.people[4], push=False)
    built = f"{emitted.device_id}~{emitted.timestamp_ms}~{emitted.identity_id}"
    return {
        "entry_id": ENTRY_ID,
        "recognition_id": emitted.event_id if box.dialect == "flat" else built,
        "updated": SEEN,
    }


async def test_face_returns_after_a_restart(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, show: Open
) -> None:
    """The signature is new, the picture is from the history."""
    await restart(hass, await stored_face(box), (EVENT, LAST_PERSON))
    entry = await set_up()
    for _ in range(2):
        for entity_id in (EVENT, LAST_PERSON):
            response = await show(shown(hass, entity_id))
            assert await response.read() == jpeg(box, PictureKind.FACE)
        assert await hass.config_entries.async_reload(entry.entry_id)


@pytest.mark.parametrize("dialect", ["nested"])
@pytest.mark.parametrize("face", [None, 7, {}, {"entry_id": 7}])
async def test_unusable_stored_face_is_none(
    hass: HomeAssistant, set_up: SetUp, face: object
) -> None:
    """The state is restored."""
    await restart(hass, face, (EVENT, LAST_PERSON))
    await set_up()
    assert pictures(hass, EVENT, LAST_PERSON) == {None}
    state = hass.states.get(LAST_PERSON)
    assert state is not None
    assert state.state == "李娜"


@pytest.mark.parametrize("dialect", ["nested"])
async def test_face_of_a_person_stays_while_its_box_is_not_loaded(
    hass: HomeAssistant,
    people: PeopleConfigEntry,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    show: Open,
) -> None:
    """A picture that goes and returns would change states. Without the box it goes."""
    entry = await set_up()
    await follow(hass, people, "Tom", TOM)
    await box.recognize(box.devices[0], box.state.find_identity(TOM))
    await fired.next()
    path = shown(hass, *PERSON)
    changes = FiredEvents(hass, str(EVENT_STATE_CHANGED))
    assert await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()
    assert shown(hass, *PERSON) == path
    response = await show(path)
    assert response.status == HTTPStatus.NOT_FOUND
    assert await response.read() == NOBODY
    while changes.unread:
        assert (await changes.next())["entity_id"] not in PERSON

    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert pictures(hass, *PERSON) == {None}


@pytest.mark.parametrize("dialect", ["nested"])
async def test_face_of_a_person_is_hidden_once_its_box_forbids_pictures(
    hass: HomeAssistant,
    people: PeopleConfigEntry,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
) -> None:
    """At a restart the people may come before their box, whose pictures are off."""
    entry = await set_up()
    await follow(hass, people, "Tom", TOM)
    await box.recognize(box.devices[0], box.state.find_identity(TOM))
    await fired.next()
    await turn(hass, "off")
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert await hass.config_entries.async_reload(people.entry_id)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert pictures(hass, *PERSON) == {None}


@pytest.mark.parametrize("dialect", ["nested"])
async def test_face_that_was_not_chosen_is_not_shown(
    hass: HomeAssistant, box: EmulatedBox, fired: FiredEvents
) -> None:
    """The options allow the enrolled photo only."""
    await set_up_entry(hass, box, {"pictures": ["reference"]})
    await box.recognize(box.devices[0], box.people[0])
    await fired.next()
    assert pictures(hass, EVENT, LAST_PERSON) == {None}
