"""Helpers of the tests of an SE3."""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from custom_components.se_aibox.const import DOMAIN
from custom_components.se_aibox.coordinator import SeAiBoxConfigEntry
from emulator import EmulatedSe3, PictureSize
from homeassistant.config_entries import SOURCE_USER, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.aiohttp_client import HomeAssistantTCPConnector
from homeassistant.setup import async_setup_component
from tests.integration.conftest import ClientGenerator
from tests.integration.helpers import (
    ENTRY_ID,
    MAC_ADDRESS,
    PATIENCE_SECONDS,
    SERIAL_NUMBER,
    make_entry,
    ports_of,
    until,
)

WEBHOOK_ID = "c0ffee" * 10
OTHER_URL = "http://10.0.0.1/somebody-else"


def make_se3(**options: Any) -> EmulatedSe3:
    """Return a patient SE3 with small pictures."""
    sizes = PictureSize(face=4_000, scene=12_000, reference=4_000)
    return EmulatedSe3(
        device_count=2,
        push_timeout=PATIENCE_SECONDS,
        **{
            "serial_number": SERIAL_NUMBER,
            "mac": MAC_ADDRESS,
            "picture_size": sizes,
            **options,
        },
    )


def make_se3_entry(
    se3: EmulatedSe3,
    *,
    data: Mapping[str, object] | None = None,
    options: Mapping[str, object] | None = None,
) -> SeAiBoxConfigEntry:
    """Return a config entry as the flow creates it, with changes."""
    return make_entry(
        se3,
        data={"dialect": "nested", "webhook_id": WEBHOOK_ID, **(data or {})},
        options={"capture_devices": [], **(options or {})},
    )


async def serve(hass: HomeAssistant, hass_client: ClientGenerator) -> str:
    """Serve Home Assistant to the box; return its internal URL."""
    # Set up first: a running web server accepts no more routes.
    for domain in ("camera", "image", "websocket_api", DOMAIN):
        assert await async_setup_component(hass, domain, {})
    client = await hass_client()
    base = f"http://127.0.0.1:{client.port}"
    assert hass.config.api is not None
    assert client.port is not None
    hass.config.api.port = client.port
    await hass.config.async_update(external_url="https://far.away")
    return base


def names_resolve(
    monkeypatch: pytest.MonkeyPatch, names: Mapping[str, Iterable[str]]
) -> None:
    """Let the resolver of all requests find only these names."""

    async def _resolve(_: HomeAssistantTCPConnector, host: str) -> list[Any]:
        if host not in names:
            raise OSError
        return [{"host": address} for address in names[host]]

    monkeypatch.setattr(HomeAssistantTCPConnector, "async_resolve_host", _resolve)


async def add(hass: HomeAssistant, entry: SeAiBoxConfigEntry) -> SeAiBoxConfigEntry:
    """Set up an entry and wait for the connection."""
    await hass.config_entries.async_add(entry)
    await hass.async_block_till_done()
    await until(lambda: entry.runtime_data.data.connected)
    return entry


async def find(hass: HomeAssistant, se3: EmulatedSe3) -> ConfigFlowResult:
    """Run the flow until it has found the box."""
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], {"next_step_id": "box"}
    )
    return await hass.config_entries.flow.async_configure(
        result["flow_id"], {"host": se3.host, "ports": ports_of(se3)}
    )


def entity_id_of(hass: HomeAssistant, platform: str, key: str) -> str:
    """Return an entity id by the end of its unique id."""
    entity_id = er.async_get(hass).async_get_entity_id(
        platform, DOMAIN, f"{ENTRY_ID}_{key}"
    )
    assert entity_id is not None
    return entity_id
