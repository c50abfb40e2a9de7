"""Serves the dashboard's modules and puts them among the Lovelace resources."""

from hashlib import sha256
from http import HTTPStatus
from pathlib import Path

from aiohttp import web

from homeassistant.components.http import KEY_HASS, HomeAssistantView, StaticPathConfig
from homeassistant.core import HomeAssistant
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from .resource import ENTRY_MODULE, URL, async_forget_resource, async_offer_resource

_MODULES = Path(__file__).with_name("modules")
_VERSIONED_URL: HassKey[str] = HassKey(f"{DOMAIN}_entry_module")


async def async_setup_frontend(hass: HomeAssistant) -> None:
    """Serve the modules under a path with their version."""
    version = await hass.async_add_executor_job(_version)
    path = f"{URL}/{version}"
    # Browsers keep them: another version has another path.
    await hass.http.async_register_static_paths(
        [StaticPathConfig(path, str(_MODULES), cache_headers=True)]
    )
    hass.data[_VERSIONED_URL] = f"{path}/{ENTRY_MODULE}"
    hass.http.register_view(NewestModuleView)


async def async_offer_frontend(hass: HomeAssistant) -> None:
    """Let every dashboard load the modules."""
    await async_offer_resource(hass, hass.data[_VERSIONED_URL])


async def async_forget_frontend(hass: HomeAssistant) -> None:
    """Take the modules away with the last entry."""
    # A disabled entry counts; it keeps what it needs.
    if not hass.config_entries.async_entries(DOMAIN, include_ignore=False):
        await async_forget_resource(hass)


def _version() -> str:
    """Return a digest of the modules."""
    digest = sha256()
    for module in sorted(_MODULES.glob("*.js")):
        digest.update(module.read_bytes())
    return digest.hexdigest()[:12]


class NewestModuleView(HomeAssistantView):
    """Leads to the entry module of this version.

    A line in the user's YAML needs a path that outlives an update.
    """

    # A browser loads modules without a token.
    requires_auth = False
    url = f"{URL}/{ENTRY_MODULE}"
    name = f"api:{DOMAIN}:frontend"

    async def get(self, request: web.Request) -> web.Response:
        """Redirect; modules import each other relative to the final path."""
        location = request.app[KEY_HASS].data[_VERSIONED_URL]
        return web.Response(
            status=HTTPStatus.FOUND,
            headers={"Location": location, "Cache-Control": "no-store"},
        )
