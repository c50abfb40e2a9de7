"""The modules as a browser loads them."""

from http import HTTPStatus
from pathlib import Path

from homeassistant.core import HomeAssistant
from tests.integration.conftest import ClientGenerator

pytest_plugins = ["tests.integration.people.people_fixtures"]

_MODULES = Path(__file__).parents[3] / "custom_components/se_aibox/frontend/modules"
_ENTRY = "/se_aibox/frontend/se-aibox.js"


async def test_stable_path_leads_to_the_modules_of_this_version(
    hass: HomeAssistant, people: object, hass_client_no_auth: ClientGenerator
) -> None:
    """A browser loads modules without a token, and resolves imports there."""
    client = await hass_client_no_auth()
    answer = await client.get(_ENTRY)

    assert answer.status == HTTPStatus.OK
    assert len(answer.history) == 1
    # Else a browser would load an old version after an update.
    assert answer.history[0].headers["Cache-Control"] == "no-store"
    version, name = answer.url.path.removeprefix("/se_aibox/frontend/").split("/")
    assert version
    assert name == "se-aibox.js"
    assert await answer.read() == (_MODULES / name).read_bytes()


async def test_modules_of_a_version_are_kept_by_browsers(
    hass: HomeAssistant, people: object, hass_client_no_auth: ClientGenerator
) -> None:
    client = await hass_client_no_auth()
    entry = await client.get(_ENTRY)

    for module in _MODULES.glob("*.js"):
        answer = await client.get(entry.url.with_name(module.name).path)
        assert answer.status == HTTPStatus.OK
        # A browser refuses modules of another type.
        assert answer.content_type == "text/javascript"
        assert "max-age=2678400" in answer.headers["Cache-Control"]
        assert await answer.read() == module.read_bytes()


async def test_modules_of_another_version_are_not_found(
    hass: HomeAssistant, people: object, hass_client_no_auth: ClientGenerator
) -> None:
    """They would import modules of this version."""
    client = await hass_client_no_auth()
    answer = await client.get("/se_aibox/frontend/0123456789ab/se-aibox.js")
    assert answer.status == HTTPStatus.NOT_FOUND
