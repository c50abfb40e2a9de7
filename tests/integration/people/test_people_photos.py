"""The photos of the people that a search found."""

import re

from aiohttp import ClientResponse
import pytest

from custom_components.se_aibox.people.following import PeopleConfigEntry
from custom_components.se_aibox.people.photos import _SHOWN
from emulator import CannedAnswer, Identity
from homeassistant.core import HomeAssistant
from homeassistant.util import slugify
from tests.integration.conftest import ClientGenerator
from tests.integration.helpers import NOBODY

from .followed_people import TITLES, TOM, Boxes, open_person_flow, placeholders, submit

pytest_plugins = ["tests.integration.people.people_fixtures"]


def photos(shown: str) -> dict[str, str]:
    """Return the paths of the photos in a description, by number."""
    tables = re.findall(r"^\|(.+)\|\n\|[:|-]+\|\n\|(.+)\|$", shown, re.MULTILINE)
    cells = [
        cell
        for numbers, row in tables
        for cell in zip(numbers.split("|"), row.split("|"), strict=True)
    ]
    return {
        number: path
        for number, image in cells
        for path in re.findall(rf"^!\[{number}\]\((\S+)\)$", image)
    }


class Browser:
    """A browser that is not logged in, as an image in a dialog."""

    def __init__(self, client_generator: ClientGenerator) -> None:
        """Start without a connection."""
        self._client_generator = client_generator

    async def look(self, path: str, **headers: str) -> ClientResponse:
        """Request a path."""
        client = await self._client_generator()
        return await client.get(path, headers=headers)


@pytest.fixture
def browser(boxes: Boxes, hass_client_no_auth: ClientGenerator) -> Browser:
    """Return a browser without credentials, after the routes are there."""
    return Browser(hass_client_no_auth)


async def switch_pictures(hass: HomeAssistant, title: str, service: str) -> None:
    """Allow or forbid the pictures of a box."""
    await hass.services.async_call(
        "switch",
        service,
        {"entity_id": f"switch.{slugify(title)}_pictures"},
        blocking=True,
    )


@pytest.mark.parametrize("dialect", TITLES)
async def test_found_people_are_shown_with_the_numbers_of_the_list(
    hass: HomeAssistant,
    boxes: Boxes,
    people: PeopleConfigEntry,
    browser: Browser,
    dialect: str,
) -> None:
    """A dialog shows them without a login; the path is signed."""
    box = getattr(boxes, dialect)
    for number in (1, 2):
        box.state.enroll(Identity(f"enrolled-as-{number}", f"Zoë {number}"))
    result = await submit(hass, await open_person_flow(hass, people), {"text": "zoë"})
    shown = placeholders(result)["result"]
    assert shown.startswith("Found 2 people.\n\n|1|2|\n")
    paths = photos(shown)
    assert list(paths) == ["1", "2"]
    contents = []
    for path in paths.values():
        assert "enrolled-as" not in path
        response = await browser.look(path)
        assert response.status == 200
        assert response.content_type == "image/jpeg"
        assert response.headers["Cache-Control"] == "no-store"
        contents.append(await response.read())
        assert len(contents[-1]) < 20_000
    assert len(set(contents)) == 2


async def test_a_hundred_people_are_shown_with_their_faces(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry, browser: Browser
) -> None:
    """A photo is requested from the box once it is viewed."""
    for number in range(101):
        boxes.flat.state.enroll(Identity(f"Z-{number}", f"Zoë {number:03}"))
    result = await submit(hass, await open_person_flow(hass, people), {"text": "zoë"})
    paths = photos(placeholders(result)["result"])
    assert list(paths) == [str(number) for number in range(1, 101)]
    boxes.flat.requests.clear()
    assert (await browser.look(paths["100"])).status == 200
    assert len(boxes.flat.requests) == 1


async def test_photo_needs_the_open_flow_and_a_valid_signature(
    hass: HomeAssistant,
    boxes: Boxes,
    people: PeopleConfigEntry,
    browser: Browser,
    hass_client: ClientGenerator,
) -> None:
    """A stale page is no failed login."""
    result = await submit(hass, await open_person_flow(hass, people), {"text": "Tom"})
    assert placeholders(result)["result"].startswith("Found 1 person.\n\n|1|\n")
    [path] = photos(placeholders(result)["result"]).values()
    plain = path.partition("?")[0]
    assert (await browser.look(plain)).status == 403
    assert (await browser.look(f"{path}x")).status == 403
    wrong = await browser.look(plain, Authorization="Bearer wrong")
    assert wrong.status == 401
    client = await hass_client()
    assert (await client.get(plain)).status == 200
    assert (await client.get(f"{plain[:-1]}7")).status == 404

    result = await submit(hass, result, {"text": "小明"})
    assert (await browser.look(path)).status == 404
    [path] = photos(placeholders(result)["result"]).values()
    assert (await browser.look(path)).status == 200
    hass.config_entries.subentries.async_abort(result["flow_id"])
    assert (await browser.look(path)).status == 404
    assert not hass.data[_SHOWN]


async def test_photo_is_gone_once_pictures_are_forbidden(
    hass: HomeAssistant, boxes: Boxes, people: PeopleConfigEntry, browser: Browser
) -> None:
    """The placeholder is shown; the other box still shows its own."""
    for box in boxes:
        box.state.enroll(Identity(f"Z-{box.dialect}", f"Zoë {box.dialect}"))
    result = await submit(hass, await open_person_flow(hass, people), {"text": "zoë"})
    # By name: flat first.
    flat, nested = photos(placeholders(result)["result"]).values()
    await switch_pictures(hass, TITLES["flat"], "turn_off")
    response = await browser.look(flat)
    assert response.status == 404
    assert await response.read() == NOBODY
    assert (await browser.look(nested)).status == 200

    result = await submit(hass, result, {"text": "zoë"})
    assert list(photos(placeholders(result)["result"])) == ["2"]
    result = await submit(hass, result, {"identity_ids": [TOM]})
    assert list(photos(placeholders(result)["result"])) == ["1"]


@pytest.mark.parametrize(
    "content",
    [b'{"error": {"code": "INTERNAL_ERROR"}}', b"", b"no picture"],
    ids=["error", "empty", "damaged"],
)
async def test_photo_that_the_box_does_not_have_is_not_found(
    hass: HomeAssistant,
    boxes: Boxes,
    people: PeopleConfigEntry,
    browser: Browser,
    content: bytes,
) -> None:
    """Neither does a box that is removed meanwhile."""
    boxes.flat.state.enroll(Identity("Z", "Zoë"))
    result = await submit(hass, await open_person_flow(hass, people), {"text": "zoë"})
    [path] = photos(placeholders(result)["result"]).values()
    boxes.flat.answer_instead["*"] = CannedAnswer(body=content)
    assert (await browser.look(path)).status == 404
    boxes.flat.answer_instead.clear()
    assert (await browser.look(path)).status == 200
    for entry in hass.config_entries.async_entries("se_aibox"):
        if entry.title == TITLES["flat"]:
            await hass.config_entries.async_unload(entry.entry_id)
    assert (await browser.look(path)).status == 404
