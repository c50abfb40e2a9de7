"""The URL that an SE3 pushes to."""

import pytest

from custom_components.se_aibox.se3 import webhook as our_webhook
from custom_components.se_aibox.se3.webhook import NoPushUrlError, async_push_url
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from .se3_helpers import names_resolve

pytest_plugins = ["tests.integration.se3.se3_fixtures"]


@pytest.mark.parametrize(
    "internal", ["http://192.168.1.2:8123", "https://ha.example", None]
)
@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("192.0.2.9", "10.0.0.5"),
        ("se3.local", "10.0.0.5"),
        ("2001:db8::9", "[2001:db8::1]"),
        ("nobody.local", "10.0.0.6"),
    ],
)
async def test_push_url_has_the_address_that_faces_the_box(
    hass: HomeAssistant,
    base: str,
    internal: str | None,
    host: str,
    expected: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither the internal nor the external URL counts."""
    await hass.config.async_update(
        internal_url=internal, external_url="https://far.away"
    )
    assert hass.config.api is not None
    hass.config.api.port = 8124

    async def _source_ip(hass: HomeAssistant) -> str:
        return "10.0.0.6"

    names_resolve(monkeypatch, {"se3.local": ("::1", "192.0.2.9")})
    monkeypatch.setattr(our_webhook, "async_get_source_ip", _source_ip)
    monkeypatch.setattr(
        our_webhook,
        "source_address",
        {"192.0.2.9": "10.0.0.5", "2001:db8::9": "2001:db8::1"}.get,
    )
    url = await async_push_url(hass, "id", host)
    assert url == f"http://{expected}:8124/api/webhook/id"


async def test_push_url_in_a_container_network_is_the_internal_one(
    hass: HomeAssistant, base: str
) -> None:
    """The address of the container cannot be reached."""
    await hass.config.async_update(internal_url="http://192.168.1.2:8123")
    ir.async_create_issue(
        hass,
        "network",
        "docker_host_network",
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key="docker_host_network",
    )
    url = await async_push_url(hass, "id", "127.0.0.1")
    assert url == "http://192.168.1.2:8123/api/webhook/id"


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
