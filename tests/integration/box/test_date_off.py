"""A box whose `Date` header is off by a time zone, and whose clock call is closed."""

from datetime import timedelta

import pytest

from custom_components.se_aibox.aibox import clock
from custom_components.se_aibox.box.issues import Fault
from custom_components.se_aibox.const import EVENT_RECOVERED
from emulator import EmulatedBox
from homeassistant.core import HomeAssistant
from tests.integration.conftest import SetUp
from tests.integration.helpers import FiredEvents, until

from .repairs_helpers import issue_of, measure, raised

pytest_plugins = ["tests.integration.box.repairs_fixtures"]
pytestmark = pytest.mark.usefixtures("no_minimum_duration")


@pytest.fixture(autouse=True)
async def _no_clock_call(box: EmulatedBox) -> None:
    # A 2.0 box then says nothing about itself.
    await box.port("system").close()


@pytest.mark.parametrize(
    ("hours", "key", "difference"),
    [(8, "date_ahead", "8 h"), (-5.75, "date_behind", "5 h 45 min")],
)
async def test_date_is_believed_until_recognitions_disagree(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    fired: FiredEvents,
    monkeypatch: pytest.MonkeyPatch,
    hours: float,
    key: str,
    difference: str,
) -> None:
    """Until then, they are recovered, and a repair says why."""
    box.state.date_offset = hours * 3600
    entry = await set_up(accepts_silence=True)
    recovered = FiredEvents(hass, EVENT_RECOVERED)
    await measure(entry)
    assert raised(hass) == {key}
    issue = issue_of(hass, Fault.DATE_OFF)
    assert issue is not None
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["difference"] == difference
    for _ in range(5):
        await box.recognize(box.devices[0], box.people[0])
        await recovered.next()
    assert fired.unread == 0
    # As if the last five had taken ten minutes.
    monkeypatch.setattr(clock, "_AGREEMENT_SECONDS", 0.0)
    await box.recognize(box.devices[0], box.people[1])
    assert (await fired.next())["identity_id"] == box.people[1].identity_id
    await measure(entry)
    assert raised(hass) == set()


async def test_recognitions_that_agree_with_the_date_are_live(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, fired: FiredEvents
) -> None:
    """The clock itself is wrong; the repair is the same, and the only one."""
    box.state.clock_offset = 8 * 3600
    entry = await set_up(accepts_silence=True)
    for _ in range(7):
        await box.recognize(box.devices[0], box.people[0])
        await fired.next()
    await measure(entry)
    assert raised(hass) == {"date_ahead"}


async def test_clock_that_cannot_be_compared_is_found_by_the_times(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The box sends no `Date` header either."""
    box.state.date_header = None
    box.state.clock_offset = -7 * 60
    entry = await set_up(accepts_silence=True)
    recovered = FiredEvents(hass, EVENT_RECOVERED)
    for _ in range(7):
        await box.recognize(box.devices[0], box.people[0])
        await recovered.next()
    assert raised(hass) == {"times_shifted_behind"}
    box.state.date_header = ""
    await measure(entry)
    await until(lambda: "clock_behind" in raised(hass))


async def test_stale_recognitions_ask_for_the_clock_once_in_ten_seconds(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The answers do not change anything."""
    await set_up(accepts_silence=True)
    recovered = FiredEvents(hass, EVENT_RECOVERED)
    box.requests.clear()
    old = round((box.state.now() - timedelta(minutes=5).total_seconds()) * 1000)
    for number in range(30):
        await box.recognize(box.devices[0], box.people[0], timestamp_ms=old + number)
        await recovered.next()
    await hass.async_block_till_done()
    assert len(box.requests) <= 1
