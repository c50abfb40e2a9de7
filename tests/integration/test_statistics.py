"""The long-term statistics of the counter."""

from datetime import timedelta

import pytest

from emulator import EmulatedBox
from homeassistant.components.recorder import Recorder, get_instance
from homeassistant.components.recorder.statistics import statistics_during_period
from homeassistant.components.recorder.tasks import StatisticsTask
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .conftest import SetUp
from .helpers import state_becomes

COUNT = "sensor.front_door_recognitions"


@pytest.fixture(autouse=True)
def _custom_integrations(
    recorder_mock: Recorder, enable_custom_integrations: None
) -> None:
    """Start the recorder before Home Assistant, as it requires."""


@pytest.mark.parametrize("dialect", ["nested"])
async def test_statistics_add_up_the_count(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The recorder compiles them every five minutes."""
    now = dt_util.utcnow()
    start = now.replace(minute=now.minute // 5 * 5, second=0, microsecond=0)
    await set_up()
    for number in range(3):
        await box.recognize(box.devices[0])
        await state_becomes(hass, COUNT, str(number + 1))

    instance = get_instance(hass)
    await instance.async_block_till_done()
    # Two periods, as the clock may have passed the end of the first.
    for period in (start, start + timedelta(minutes=5)):
        instance.queue_task(StatisticsTask(period, False))
    await instance.async_block_till_done()
    rows = await instance.async_add_executor_job(
        lambda: statistics_during_period(
            hass, start, None, {COUNT}, "5minute", None, {"state", "sum"}
        )
    )
    assert (rows[COUNT][-1]["state"], rows[COUNT][-1]["sum"]) == (3.0, 3.0)
