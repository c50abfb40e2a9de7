"""Helpers of the tests of discovered boxes."""

from custom_components.se_aibox.const import DOMAIN
from homeassistant.config_entries import SOURCE_DHCP, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
from tests.integration.helpers import MAC_ADDRESS

OLD, NEW, THIRD = "127.0.0.1", "127.0.0.2", "127.0.0.3"
OTHER_MAC = "e0:a5:09:00:00:99"


def announce(host: str, mac: str = MAC_ADDRESS) -> DhcpServiceInfo:
    """Return what DHCP reports of a host."""
    return DhcpServiceInfo(
        ip=host, hostname="bm1684-180", macaddress=mac.replace(":", "")
    )


async def discover(
    hass: HomeAssistant, host: str, mac: str = MAC_ADDRESS
) -> ConfigFlowResult:
    """Let DHCP discover a host."""
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_DHCP}, data=announce(host, mac)
    )
    await hass.async_block_till_done()
    return result
