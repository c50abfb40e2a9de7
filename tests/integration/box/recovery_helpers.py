"""Helpers for recognitions that are missed during a disconnection."""

from datetime import UTC, datetime, timedelta

from custom_components.se_aibox.coordinator import SeAiBoxConfigEntry
from emulator import Emitted, EmulatedBox
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.integration.helpers import record, state_of, until

COUNT = "sensor.front_door_recognitions"


async def disconnect(box: EmulatedBox, entry: SeAiBoxConfigEntry) -> None:
    """Disconnect a box until its events port opens again."""
    await box.port("events").close()
    await until(lambda: not entry.runtime_data.data.connected)


async def drop(box: EmulatedBox) -> None:
    """Disconnect the clients of a box, which may reconnect at once."""
    await box.drop()


async def reboot(box: EmulatedBox) -> None:
    """Reboot a box at once."""
    await box.reboot(0)


async def miss(
    box: EmulatedBox, minutes_ago: float, who: int = 0, door: int = 0
) -> Emitted:
    """Record that a person passed a capture device, without a push.

    Both are given by number.

    """
    moment = dt_util.utcnow() - timedelta(minutes=minutes_ago)
    return await record(box, moment, box.people[who], door)


def moment_of(emitted: Emitted) -> datetime:
    """Return the time of a recognition."""
    return datetime.fromtimestamp(emitted.timestamp_ms / 1000, UTC)


def moment_in(hass: HomeAssistant, entity_id: str) -> datetime:
    """Return the time that a sensor shows."""
    return dt_util.parse_datetime(state_of(hass, entity_id), raise_on_error=True)
