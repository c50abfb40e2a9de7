"""What a row says of a recognition."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import quote

from aiohttp import ClientResponse
import pytest
from pytest_homeassistant_custom_component.common import MockUser  # type: ignore[import-untyped]  # It ships no py.typed.
from yarl import URL

from emulator import EmulatedBox, Identity, PersonType, PictureKind
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
from tests.integration.conftest import ClientGenerator, SetUp
from tests.integration.helpers import ENTRY_ID, jpeg, record

from .feed_fixtures import OpenCard
from .feed_helpers import Card

pytest_plugins = ["tests.integration.frontend.feed_fixtures"]

KEYS = {
    *("key", "entry_id", "recognition_id", "device_id", "place", "followed_device_ids"),
    *("name", "identity_id", "stranger_id", "person_type", "matched", "score"),
    *("threshold", "group_name", "occurred_at", "kind", "simulated", "attributes"),
    "pictures",
}
HOSTILE = "<img src=x onerror=alert(1)>\u202e**{{ 1 }}**"

type Show = Callable[[str], Awaitable[ClientResponse]]


@pytest.fixture
def show(hass_client_no_auth: ClientGenerator) -> Show:
    """Request a path as the `img` of a page does: without a token."""

    async def _show(path: str) -> ClientResponse:
        client = await hass_client_no_auth()
        return await client.get(URL(path, encoded=True))

    return _show


def recently() -> datetime:
    """Return a time in the past."""
    return dt_util.utcnow() - timedelta(minutes=5)


async def test_row_has_every_key_live_and_recorded(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, card: Card
) -> None:
    """Enrollment details are left out even where events have them."""
    entry = await set_up({"identity_info_in_events": True})
    [device] = [
        device
        for device in dr.async_entries_for_config_entry(dr.async_get(hass), ENTRY_ID)
        if device.name == "Front door"
    ]
    dr.async_get(hass).async_update_device(device.id, name_by_user="North gate")
    subscribed = await card.subscribe()
    anna = box.state.enroll(Identity("20001", HOSTILE, PersonType.VISITOR))
    emitted = await box.recognize(box.devices[0], anna)

    live, _ = await subscribed.recognition()
    [recorded] = await card.rows()

    assert live.keys() == recorded.keys() == KEYS
    assert (live["kind"], recorded["kind"]) == ("live", "recorded")
    for row in (live, recorded):
        assert row["key"] == f"{ENTRY_ID}/{row['recognition_id']}"
        assert row["device_id"] == device.id
        assert row["place"] == "North gate"
        assert row["name"] == HOSTILE
        assert row["identity_id"] == "20001"
        assert row["person_type"] == "visitor"
        assert row["matched"] is True
        assert row["simulated"] is False
        assert row["stranger_id"] is None
        assert row["followed_device_ids"] == []
        assert row["threshold"] == entry.runtime_data.data.info.threshold
        assert row["pictures"].keys() == {"face", "scene", "reference"}
        moment = dt_util.parse_datetime(row["occurred_at"], raise_on_error=True)
        assert round(moment.timestamp() * 1000) == emitted.timestamp_ms


@pytest.mark.parametrize(
    ("who", "name"), [(Identity("40001", "佚名"), None), (None, None)]
)
async def test_nameless_person_and_stranger_have_no_name(
    box: EmulatedBox,
    set_up: SetUp,
    card: Card,
    who: Identity | None,
    name: str | None,
) -> None:
    """The box's word for no name is not a name."""
    await set_up()
    subscribed = await card.subscribe()
    await box.recognize(box.devices[0], who, stranger="automatic")

    live, _ = await subscribed.recognition()
    [recorded] = await card.rows()

    for row in (live, recorded):
        assert row["name"] is name
        assert row["identity_id"] == (who and who.identity_id)
        assert row["matched"] is (who is not None)
        assert (row["stranger_id"] is None) is (who is not None)


async def test_picture_opens_without_a_token_at_any_width(
    box: EmulatedBox, set_up: SetUp, card: Card, show: Show
) -> None:
    """Its signature opens no other picture."""
    await set_up()
    await record(box, recently(), box.people[0])
    [row] = await card.rows()
    paths = row["pictures"]

    for kind in PictureKind:
        response = await show(paths[kind])
        assert await response.read() == jpeg(box, kind)
    small = await show(f"{paths['face']}&width=16")
    assert small.status == HTTPStatus.OK
    assert len(await small.read()) < len(jpeg(box, PictureKind.FACE))
    signature = paths["face"].partition("?")[2]
    other = paths["scene"].partition("?")[0]
    assert (await show(f"{other}?{signature}")).status == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("dialect", ["flat"])
async def test_picture_of_an_odd_id_opens(
    box: EmulatedBox, set_up: SetUp, card: Card, show: Show
) -> None:
    """The path keeps its escapes."""
    await set_up()
    odd = "a/b?c#d%2Fé~1"
    subscribed = await card.subscribe()
    await box.recognize(box.devices[0], box.people[0], overrides={"event_id": odd})

    row, _ = await subscribed.recognition()

    assert quote(odd, safe="") in row["pictures"]["face"]
    assert (await show(row["pictures"]["face"])).status == HTTPStatus.OK


async def test_pictures_are_gone_while_they_are_off(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, card: Card, show: Show
) -> None:
    """Rows that were sent before lead to nobody."""
    await set_up()
    subscribed = await card.subscribe()
    await subscribed.state_where(today=0)
    await box.recognize(box.devices[0], box.people[0])
    before, _ = await subscribed.recognition()

    for allowed in (False, True):
        await hass.services.async_call(
            "switch",
            f"turn_{'on' if allowed else 'off'}",
            {"entity_id": "switch.bm1684_180_pictures"},
            blocking=True,
        )
        state = await subscribed.state()
        assert [each["pictures"] for each in state["boxes"]] == [allowed]
        await box.recognize(box.devices[0], box.people[1])
        row, _ = await subscribed.recognition()
        assert bool(row["pictures"]) is allowed
        for recorded in await card.rows():
            assert bool(recorded["pictures"]) is allowed
        for path in before["pictures"].values():
            response = await show(path)
            status = HTTPStatus.OK if allowed else HTTPStatus.NOT_FOUND
            assert response.status == status


async def test_picture_is_gone_with_the_login(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    open_card: OpenCard,
    show: Show,
    hass_read_only_user: MockUser,
) -> None:
    """Its path ends with the session of the user that it was made for."""
    await set_up()
    await record(box, recently(), box.people[0])
    card = await open_card(hass_read_only_user)
    [row] = await card.rows()
    face = row["pictures"]["face"]
    assert (await show(face)).status == HTTPStatus.OK

    await card.close()
    for token in list(hass_read_only_user.refresh_tokens.values()):
        hass.auth.async_remove_refresh_token(token)

    assert (await show(face)).status == HTTPStatus.FORBIDDEN
