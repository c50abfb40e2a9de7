"""Imports the statistics of the week that the boxes remember."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from .api import Json, Socket
from .boxes import Box
from .devices import Devices

_HOUR = timedelta(hours=1)
# Older than the first view of any chart.
_LONG_AGO = timedelta(days=2 * 365)
_COUNTER = "sensor.recognitions"


async def import_week(socket: Socket, devices: Devices, boxes: list[Box]) -> None:
    """Give each counter the hourly statistics of the box's history."""
    units = {
        state["entity_id"]: state["attributes"].get("unit_of_measurement")
        for state in await socket.states()
    }
    emulated = {box.name: box.emulated for box in boxes}
    now = datetime.now(UTC)
    for device in devices.capture_devices:
        counter = device.entity_ids[_COUNTER]
        moments = [
            datetime.fromtimestamp(record.timestamp_ms / 1000, UTC)
            for record in emulated[device.box_name].state.history
            if record.device.name == device.name
        ]
        await socket.command(
            "recorder/import_statistics",
            metadata={
                "mean_type": 0,
                "has_sum": True,
                "name": None,
                "source": "recorder",
                "statistic_id": counter,
                "unit_class": None,
                "unit_of_measurement": units[counter],
            },
            stats=hourly(moments, now),
        )


def hourly(moments: Iterable[datetime], now: datetime) -> list[Json]:
    """Return the statistics of each full hour, oldest first.

    The sum ends with zero, from where Home Assistant continues.
    """
    this_hour = _hour_of(now)
    counts = Counter(_hour_of(moment) for moment in moments)
    first = min(counts, default=this_hour)
    hours = [first + number * _HOUR for number in range((this_hour - first) // _HOUR)]
    if not hours:
        return []
    # Without a sum from before the first hour, that would be all that is missing to
    # zero: a chart would begin with a large negative number.
    hours.insert(0, first - _LONG_AGO)
    states = list(accumulate(counts[hour] for hour in hours))
    return [
        {"start": hour.isoformat(), "state": state, "sum": state - states[-1]}
        for hour, state in zip(hours, states, strict=True)
    ]


def _hour_of(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
