"""The blueprint that opens the boxes and counts the people inside."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from emulator import CannedAnswer
from homeassistant.core import HomeAssistant
from tests.integration.helpers import FiredEvents, state_of, until
from tests.integration.recognition.automation_helpers import FRIEND, GUEST
from tests.integration.site.roll_call_helpers import MISSING, check, missing
from tests.integration.site.site_helpers import Office

from .blueprint_helpers import END, Phone, report, use_blueprint

type Watch = Callable[..., Awaitable[None]]

pytest_plugins = [
    "tests.integration.blueprints.blueprint_fixtures",
    "tests.integration.entity_fixtures",
    "tests.integration.people.people_fixtures",
    "tests.integration.site.site_fixtures",
]

pytestmark = pytest.mark.usefixtures("every_entity_enabled")

SMOKE = "binary_sensor.smoke"
SELECTS = [f"select.{age}_box_pass_mode_control" for age in ("old", "new")]


@pytest.fixture
def watch(hass: HomeAssistant, office: Office, tmp_path: Path, phone: Phone) -> Watch:
    """Return a function that sets up the automation for the office."""

    async def _watch(**inputs: object) -> None:
        hass.states.async_set(SMOKE, "off")
        given: dict[str, object] = {
            "alarms": [SMOKE],
            "boxes": SELECTS,
            "sites": [office.site.device_id],
            "phones": [phone.device_id],
            "actions": [
                report(
                    message="{{ message }}",
                    count="{{ count }}",
                    names="{{ names }}",
                    not_open="{{ not_open }}",
                )
            ],
        }
        await use_blueprint(hass, tmp_path, "everybody_out", **given | inputs)

    return _watch


def burn(hass: HomeAssistant) -> None:
    """Set off the alarm."""
    hass.states.async_set(SMOKE, "off")
    hass.states.async_set(SMOKE, "on")


def modes(office: Office) -> list[str]:
    """Return the pass modes of the boxes."""
    return [box.settings.pass_mode for box in office.boxes]


def is_over(hass: HomeAssistant) -> bool:
    """Return whether the automation ended."""
    state = hass.states.get("automation.tested")
    assert state is not None
    return not state.attributes["current"]


async def test_alarm_opens_the_boxes_and_reports_the_number_inside(
    hass: HomeAssistant,
    office: Office,
    watch: Watch,
    phone: Phone,
    reports: FiredEvents,
) -> None:
    """Nothing is closed at its end."""
    await watch(pause={"milliseconds": 10})
    await office.sees(office.entrance, FRIEND)
    await office.sees(office.other_entrance, GUEST)
    burn(hass)
    assert await reports.next() == {
        "message": "Inside, at least: 2",
        "count": 2,
        "names": "小明, Anna",
        "not_open": [],
    }
    notification = await phone.next()
    assert notification["title"] == f"Everybody out{END}"
    assert notification["message"] == f"Inside, at least: 2{END}"
    await until(lambda: modes(office) == ["allpass"] * 2)
    assert await missing(hass) == ["小明", "Anna"]
    hass.states.async_set(SMOKE, "off")
    await until(lambda: is_over(hass))
    assert modes(office) == ["allpass"] * 2
    assert (reports.unread, phone.unread) == (0, 0)


async def test_second_alarm_soon_after_starts_nothing_again(
    hass: HomeAssistant, office: Office, watch: Watch, reports: FiredEvents
) -> None:
    """People who were checked off would be missing again."""
    await watch(boxes=[])
    await office.sees(office.entrance, FRIEND)
    burn(hass)
    assert (await reports.next())["count"] == 1
    await check(hass, "小明")
    burn(hass)
    # The automation waits all the time, so a test cannot wait for its end.
    await asyncio.sleep(0.05)
    assert state_of(hass, MISSING) == "0"
    # Ends the pause.
    for action in ("turn_off", "turn_on"):
        await hass.services.async_call(
            "automation", action, {"entity_id": "automation.tested"}, blocking=True
        )
    assert is_over(hass)
    assert reports.unread == 0
    burn(hass)
    assert (await reports.next())["count"] == 1
    assert modes(office) == ["normal"] * 2


async def test_box_that_stays_closed_is_reported_after_the_count(
    hass: HomeAssistant,
    office: Office,
    watch: Watch,
    phone: Phone,
    reports: FiredEvents,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The other box is open."""
    await watch(patience={"milliseconds": 10}, pause={"milliseconds": 10})
    office.boxes.flat.answer_instead["/sophon/v2/face/setconfigs"] = CannedAnswer(
        404, b"<html>404</html>"
    )
    burn(hass)
    assert (await reports.next())["message"] == "Inside, at least: 0"
    second = await reports.next()
    assert (second["message"], second["not_open"]) == ("NOT open: New box", ["New box"])
    assert [(await phone.next())["message"] for _ in range(2)] == [
        f"Inside, at least: 0{END}",
        f"NOT open: New box{END}",
    ]
    await until(lambda: is_over(hass))
    assert modes(office) == ["allpass", "normal"]
    assert (reports.unread, phone.unread) == (0, 0)
    caplog.clear()


@pytest.mark.parametrize("sites", [None, []])
async def test_boxes_open_even_if_no_one_is_counted(
    hass: HomeAssistant,
    office: Office,
    watch: Watch,
    reports: FiredEvents,
    caplog: pytest.LogCaptureFixture,
    sites: list[str] | None,
) -> None:
    """Without a site, or while it is not loaded."""
    chosen = {} if sites is None else {"sites": sites}
    await watch(pause={"milliseconds": 10}, urgent=False, **chosen)
    assert await hass.config_entries.async_unload(office.entry.entry_id)
    burn(hass)
    said = await reports.next()
    assert said["message"] == "How many are inside is unknown"
    assert said["count"] is None
    await until(lambda: modes(office) == ["allpass"] * 2)
    await until(lambda: is_over(hass))
    assert ("no loaded site" in caplog.text) is (sites is None)
    caplog.clear()


@pytest.mark.parametrize("before", ["unavailable", "unknown"])
async def test_detector_that_comes_back_opens_nothing(
    hass: HomeAssistant, office: Office, watch: Watch, before: str
) -> None:
    """Its alarm may be an old one."""
    await watch()
    hass.states.async_set(SMOKE, before)
    hass.states.async_set(SMOKE, "on")
    await hass.async_block_till_done()
    assert modes(office) == ["normal"] * 2
    assert office.site.roll_calls.current is None
