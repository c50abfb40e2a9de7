"""Helpers for the tests of diagnostics."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from custom_components.se_aibox.coordinator import SeAiBoxConfigEntry
from emulator import EmulatedBox, EmulatedSe3
from homeassistant.core import HomeAssistant

from .canary import CANARY
from .helpers import until_listening

type Download = Callable[..., Awaitable[tuple[dict[str, Any], str]]]


def secrets(box: EmulatedBox | EmulatedSe3) -> Iterator[str]:
    """Yield everything about a box and its people that must stay private."""
    yield from (CANARY, box.host, box.serial_number, box.mac, box.mac.lower())
    yield from (box.state.chip_number, box.mac.replace(":", "").lower(), "BM1684-180")
    for device in box.devices:
        yield from (device.device_id, device.name, device.ip, device.url)
    for person in box.people:
        yield from (person.identity_id, person.name, person.user_id, person.room)
        yield from (person.image_id, person.face_id, person.building, person.address)


def assert_silent(body: str, box: EmulatedBox | EmulatedSe3) -> None:
    """Assert that a file has no secret, in upper or lower case."""
    text = body.casefold()
    found = {secret for secret in secrets(box) if secret.casefold() in text}
    # Shorter ones are part of other words, such as Tom in custom.
    assert not {secret for secret in found if len(secret) > 3}


async def load(
    hass: HomeAssistant, box: EmulatedBox, entry: SeAiBoxConfigEntry
) -> None:
    """Set up an entry and run every poll."""
    await hass.config_entries.async_add(entry)
    await hass.async_block_till_done()
    await until_listening(entry)
    for poll in ("health", "pass_mode", "mode", "clock"):
        await getattr(entry.runtime_data.polls, poll).async_refresh()
