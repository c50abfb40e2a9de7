"""Helpers of the tests of boxes that are replaced."""

from typing import Any, Literal

from emulator import EmulatedBox, PictureSize
from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigFlowResult,
)
from homeassistant.core import HomeAssistant
from tests.integration.helpers import until_listening

from .flow_helpers import typed_address

NEW_SERIAL = "HQATEVBAIAIAI0777"
NEW_MAC = "e0:a5:09:00:77:77"


def new_box(dialect: Literal["nested", "flat"], **options: Any) -> EmulatedBox:
    """Return another box on which the same capture devices have other ids."""
    return EmulatedBox(
        dialect,
        **{
            "seed": 7,
            "device_count": 3,
            "serial_number": NEW_SERIAL,
            "mac": NEW_MAC,
            "picture_size": PictureSize(face=4_000, scene=12_000, reference=4_000),
            **options,
        },
    )


async def reconfigure(
    hass: HomeAssistant, entry: ConfigEntry, box: Any
) -> ConfigFlowResult:
    """Enter the address of a box."""
    result = await hass.config_entries.flow.async_init(
        entry.domain,
        context={"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id},
    )
    return await hass.config_entries.flow.async_configure(
        result["flow_id"], typed_address(box)
    )


async def answer(
    hass: HomeAssistant, result: ConfigFlowResult, step: str
) -> ConfigFlowResult:
    """Answer whether it replaces the box of the entry."""
    assert result["step_id"] == "replacement"
    assert result["menu_options"] == ["replace_box", "keep_box"]
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], {"next_step_id": step}
    )
    await hass.async_block_till_done()
    return result


async def replace_box(hass: HomeAssistant, entry: Any, box: EmulatedBox) -> None:
    """Replace the box of an entry, and wait until the new one is connected."""
    result = await answer(hass, await reconfigure(hass, entry, box), "replace_box")
    assert result["reason"] == "replaced"
    await until_listening(entry)
