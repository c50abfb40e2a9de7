"""The URL that an SE3 pushes to."""

import socket
from typing import Any

import pytest

from custom_components.se_aibox.se3 import webhook as our_webhook
from custom_components.se_aibox.se3.webhook import NoPushUrlError, async_push_url
from homeassistant.core import HomeAssistant

pytest_plugins = ["tests.integration.se3.se3_fixtures"]


@pytest.mark.parametrize(
    ("internal", "host", "expected"),
    [
        ("http://192.168.1.2:8123", "127.0.0.1", "http://192.168.1.2:8123"),
        ("http://homeassistant.local:8123", "127.0.0.1", "http://10.0.0.5:8124"),
        ("https://ha.example", "127.0.0.1", "http://10.0.0.5:8124"),
        (None, "127.0.0.1", "http://10.0.0.5:8124"),
        (None, "nobody", "http://10.0.0.6:8124"),
    ],
)
async def test_push_url_is_numeric_and_in_the_network_of_the_box(
    hass: HomeAssistant,
    base: str,
    internal: str | None,
    host: str,
    expected: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is never the external URL."""
    await hass.config.async_update(
        internal_url=internal, external_url="https://far.away"
    )
    assert hass.config.api is not None
    hass.config.api.port = 8124

    async def _source_ip(hass: HomeAssistant, target: str | None = None) -> str:
        return "10.0.0.5" if target == "127.0.0.1" else "10.0.0.6"

    async def _addresses(host: str, *_: object, **__: object) -> list[Any]:
        if host == "nobody":
            raise socket.gaierror
        return [(0, 0, 0, "", (address, 0)) for address in ("::1", "127.0.0.1")]

    monkeypatch.setattr(our_webhook, "async_get_source_ip", _source_ip)
    monkeypatch.setattr(hass.loop, "getaddrinfo", _addresses)
    assert await async_push_url(hass, "id", host) == f"{expected}/api/webhook/id"


async def test_push_url_behind_https_is_the_plain_internal_url(
    hass: HomeAssistant, base: str
) -> None:
    """Without one, the error says what is missing."""
    assert hass.config.api is not None
    hass.config.api.use_ssl = True
    await hass.config.async_update(internal_url="http://homeassistant.local:8123")
    url = await async_push_url(hass, "id", "127.0.0.1")
    assert url == "http://homeassistant.local:8123/api/webhook/id"
    await hass.config.async_update(internal_url=None)
    with pytest.raises(NoPushUrlError) as raised:
        await async_push_url(hass, "id", "127.0.0.1")
    assert raised.value.key == "https_only"
    hass.config.api = None
    with pytest.raises(NoPushUrlError) as raised:
        await async_push_url(hass, "id", "127.0.0.1")
    assert raised.value.key == "no_internal_url"
