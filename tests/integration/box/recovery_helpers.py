"""What the tests of recovery do: people pass while nobody listens, and when they are said to have passed."""

from datetime import UTC, datetime, timedelta

from custom_components.se_aibox.coordinator import SeAiBoxConfigEntry
from emulator import Emitted, EmulatedBox
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.integration.helpers import record, state_of, until

COUNT = "sensor.front_door_recognitions"


async def disconnect(box: EmulatedBox, entry: SeAiBoxConfigEntry) -> None:
    """Cut a box off until its events port starts again."""
    await box.port("events").close()
    await until(lambda: not entry.runtime_data.data.connected)


async def drop(box: EmulatedBox) -> None:
    """Cut the box's clients off; they may come back at once."""
    await box.drop()


async def reboot(box: EmulatedBox) -> None:
    """Start a box anew."""
    await box.reboot(0)


async def miss(
    box: EmulatedBox, minutes_ago: float, who: int = 0, door: int = 0
) -> Emitted:
    """Let somebody, by number, have passed one of the capture devices unheard."""
    moment = dt_util.utcnow() - timedelta(minutes=minutes_ago)
    return await record(box, moment, box.people[who], door)


def moment_of(emitted: Emitted) -> datetime:
    """Return when somebody passed."""
    return datetime.fromtimestamp(emitted.timestamp_ms / 1000, UTC)


def moment_in(hass: HomeAssistant, entity_id: str) -> datetime:
    """Return the moment that a sensor shows."""
    return dt_util.parse_datetime(state_of(hass, entity_id), raise_on_error=True)
