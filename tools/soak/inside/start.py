"""Starts a minimal Home Assistant with an HTTP server on loopback."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from homeassistant import bootstrap, loader
from homeassistant.components.http.config import STORAGE_MINOR_VERSION, STORAGE_VERSION
from homeassistant.config_entries import ConfigEntries
from homeassistant.core import HomeAssistant
from homeassistant.core_config import async_process_ha_core_config
from homeassistant.setup import async_setup_component
from tools.demo.configuration import DOMAIN, PROJECT
from tools.demo.ports import free_port
from tools.demo.storage import store_http

_HOST: Final = "127.0.0.1"


def write_configuration(folder: Path) -> None:
    """Write the configuration into an empty folder."""
    components = folder / "custom_components"
    components.mkdir(parents=True)
    (components / DOMAIN).symlink_to(PROJECT / "custom_components" / DOMAIN)
    write_http(folder)


def write_http(folder: Path) -> None:
    """Let the HTTP server listen on loopback only, on a free port."""
    store_http(folder, free_port(_HOST, 0), STORAGE_VERSION, STORAGE_MINOR_VERSION)


async def start(
    folder: Path, listen: Callable[[HomeAssistant], None] | None = None
) -> HomeAssistant:
    """Start Home Assistant as its bootstrap does, without what a box does not need.

    `listen` is called before anything is set up.

    There is no recorder, no dashboard, and nothing that searches for hardware or uses
    the internet.
    """
    hass = HomeAssistant(str(folder))
    if listen is not None:
        listen(hass)
    loader.async_setup(hass)
    hass.config.skip_pip = True
    hass.config_entries = ConfigEntries(hass, {})
    await loader.async_get_custom_components(hass)
    await bootstrap.async_load_base_functionality(hass)
    for domain in sorted(bootstrap.CORE_INTEGRATIONS):
        await async_setup_component(hass, domain, {})
    await async_process_ha_core_config(hass, {})
    if not await async_setup_component(hass, DOMAIN, {}):
        raise RuntimeError(f"Setting up {DOMAIN} failed. See the log above")
    await hass.async_start()
    return hass
