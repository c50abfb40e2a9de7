"""What makes a box mute is an issue until it is mended."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import pytest

from custom_components.se_aibox.box.issues import Fault
from custom_components.se_aibox.coordinator import SeAiBoxConfigEntry
from emulator import CannedAnswer, EmulatedBox, PictureSize, Variant
from emulator.model import JsonObject
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from tests.integration.conftest import SetUp
from tests.integration.helpers import (
    ENTRY_ID,
    let_time_pass,
    requests_to,
    set_up_entry,
    until,
)
from tests.integration.texts import LANGUAGES, texts

from .repairs_helpers import issue_of, raised

pytest_plugins = ["tests.integration.box.repairs_fixtures"]

MORNING = {"time_part_1": "08:00:00,12:00:00", "time_part_1_on": True}
AFTERNOON = {"time_part_2": "13:30:00,18:00:00", "time_part_2_on": True}
REST_OF_THE_DAY = {"time_part_2": "12:00:00,08:00:00", "time_part_2_on": True}


def work(box: EmulatedBox, **settings: Any) -> None:
    """Change how the box is set to work."""
    for name, value in settings.items():
        setattr(box.state.operation, name, value)


async def read(entry: SeAiBoxConfigEntry) -> None:
    """Read the settings now."""
    await entry.runtime_data.polls.operation.async_refresh()


def shown(issue: ir.IssueEntry, language: str) -> str:
    """Return the title and description that a user reads."""
    words = texts(language)["issues"][issue.translation_key]
    placeholders = issue.translation_placeholders or {}
    text = f"{words['title']}\n{words['description']}".format(**placeholders)
    # As Markdown shows it.
    return text.replace("\\", "")


@pytest.mark.parametrize(
    ("harm", "mend", "fault", "key", "words"),
    [
        (
            {"apply_mode": "grab"},
            {"apply_mode": "recognize"},
            Fault.ONLY_CAPTURES,
            "only_captures",
            ("does not compare them", "开启识别模式"),
        ),
        (
            {"usage": "fiqa"},
            {"usage": "normal"},
            Fault.OTHER_USAGE,
            "used_for_quality",
            ("quality checks", "图像质量检测"),
        ),
        (
            {"usage": "feature"},
            {"usage": "normal"},
            Fault.OTHER_USAGE,
            "used_for_features",
            ("feature extraction", "特征值提取"),
        ),
        (
            {**MORNING, **AFTERNOON},
            REST_OF_THE_DAY,
            Fault.ARMED_PART_OF_DAY,
            "armed_part_of_day",
            ("8:00 AM–12:00 PM, 1:30 PM–6:00 PM", "布防时间段"),
        ),
    ],
)
async def test_setting_is_an_issue_until_it_is_mended(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    harm: dict[str, Any],
    mend: dict[str, Any],
    fault: Fault,
    key: str,
    words: tuple[str, str],
) -> None:
    """One reading is enough: settings are not wrong for a moment."""
    entry = await set_up()
    await read(entry)
    assert raised(hass) == set()
    work(box, **harm)
    await read(entry)
    assert raised(hass) == {key}
    issue = issue_of(hass, fault)
    assert issue is not None
    assert not issue.is_fixable
    for language, word in zip(LANGUAGES, words, strict=True):
        assert word in shown(issue, language)
        assert "BM1684-180" in shown(issue, language)
    work(box, **mend)
    await read(entry)
    assert raised(hass) == set()


@pytest.mark.usefixtures("no_minimum_duration")
@pytest.mark.parametrize(
    ("harm", "mend", "key", "words"),
    [
        (
            {"image_path": "remote"},
            {"disk_mounted": True},
            "disk_not_mounted",
            ("no external disk is mounted", "没有挂载外接硬盘"),
        ),
        (
            {"image_path": "remote"},
            {"image_path": "local"},
            "disk_not_mounted",
            ("internal storage", "内部存储"),
        ),
        (
            {"writable": False},
            {"writable": True},
            "pictures_not_stored",
            ("cannot be written", "无法写入"),
        ),
    ],
)
async def test_missing_storage_is_an_issue_after_two_readings(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    harm: dict[str, Any],
    mend: dict[str, Any],
    key: str,
    words: tuple[str, str],
) -> None:
    """A box that starts mounts its disk a moment later."""
    work(box, **harm)
    entry = await set_up()
    await read(entry)
    assert raised(hass) == set()
    await read(entry)
    assert raised(hass) == {key}
    issue = issue_of(hass, Fault.PICTURES_NOT_STORED)
    assert issue is not None
    for language, word in zip(LANGUAGES, words, strict=True):
        assert word in shown(issue, language)
    work(box, **mend)
    await read(entry)
    assert raised(hass) == set()


async def test_armed_times_are_written_as_home_assistant_writes_times(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """In Chinese, a day has 24 hours."""
    hass.config.language = "zh-Hans"
    work(box, **MORNING)
    await read(await set_up())
    issue = issue_of(hass, Fault.ARMED_PART_OF_DAY)
    assert issue is not None
    assert "08:00–12:00" in shown(issue, "zh-Hans")


async def test_armed_times_of_a_box_that_only_captures_are_no_issue(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """It recognizes nobody at any time, and an issue says so."""
    work(box, apply_mode="grab", **MORNING)
    entry = await set_up()
    await read(entry)
    assert raised(hass) == {"only_captures"}
    work(box, apply_mode="recognize")
    await read(entry)
    assert raised(hass) == {"armed_part_of_day"}


async def test_ignored_armed_times_stay_ignored(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The issue does not come and go with the time of day."""
    work(box, **MORNING)
    entry = await set_up()
    await read(entry)
    issue_id = f"{Fault.ARMED_PART_OF_DAY}_{ENTRY_ID}"
    ir.async_ignore_issue(hass, "se_aibox", issue_id, ignore=True)
    await read(entry)
    issue = issue_of(hass, Fault.ARMED_PART_OF_DAY)
    assert issue is not None
    assert issue.dismissed_version is not None


@pytest.mark.usefixtures("no_minimum_duration")
@pytest.mark.parametrize(
    ("answer", "key"), [('{"available": true}', None), ("{}", "disk_not_mounted")]
)
async def test_folder_that_can_be_written_needs_no_disk(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, answer: str, key: str | None
) -> None:
    """A box that does not say so is asked for its disk only."""
    path = "/sophon/v2/face/checkeventimagepath"
    if box.dialect == "nested":
        path, answer = "/SophonFogSys/api/ImagePathStatusQuery", f'{{"data": {answer}}}'
    body = answer.encode()
    box.answer_instead[path] = CannedAnswer(200, body, "application/json")
    work(box, image_path="remote")
    entry = await set_up()
    await read(entry)
    await read(entry)
    assert raised(hass) == {key} - {None}


@pytest.mark.parametrize("dialect", ["nested"])
async def test_cameras_set_to_attributes_that_the_box_does_not_detect_are_named(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """A device that sends stills ignores that setting."""
    asking: JsonObject = {"device_attr": {"actions": {"do_attribute": True}}}
    photo, camera, _ = box.devices
    for device in (photo, camera):
        box.state.device_fields[device.device_id] = asking
    entry = await set_up()
    await read(entry)
    assert raised(hass) == {"attributes_off"}
    issue = issue_of(hass, Fault.ATTRIBUTES_OFF)
    assert issue is not None
    assert issue.translation_placeholders is not None
    assert issue.translation_placeholders["devices"] == camera.name
    for language, word in zip(LANGUAGES, ("age, gender", "年龄、性别"), strict=True):
        assert word in shown(issue, language)
    work(box, detects_attributes=True)
    await read(entry)
    assert raised(hass) == set()


async def test_box_without_attributes_is_well_where_no_camera_asks_for_them(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Nothing in Home Assistant asks for attributes."""
    box.state.device_fields[box.devices[1].device_id] = {"device_attr": None}
    entry = await set_up()
    await read(entry)
    assert entry.runtime_data.polls.operation.data.detects_attributes is False
    assert raised(hass) == set()


@pytest.mark.usefixtures("no_minimum_duration")
async def test_unknown_values_raise_and_clear_nothing(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """Nor does a box that does not answer."""
    unknown = {
        "apply_mode": "dance",
        "usage": "other",
        "time_part_1_on": "perhaps",
        "image_path": "cloud",
        "detects_attributes": "perhaps",
    }
    work(box, **unknown)
    entry = await set_up()
    await read(entry)
    await read(entry)
    assert raised(hass) == set()
    work(box, apply_mode="recognize", usage="fiqa", **MORNING)
    await read(entry)
    work(box, apply_mode="grab")
    await read(entry)
    faults = {"only_captures", "used_for_quality", "armed_part_of_day"}
    assert raised(hass) == faults
    work(box, **unknown)
    await read(entry)
    await box.port("rest").close()
    await read(entry)
    assert raised(hass) == faults
    await box.port("rest").open()


async def test_settings_are_read_after_a_minute_and_every_ten(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """The start has more urgent questions."""
    work(box, apply_mode="grab")
    entry = await set_up()
    await hass.async_block_till_done()
    assert not entry.runtime_data.polls.operation.answered
    let_time_pass(hass, timedelta(seconds=61))
    await until(lambda: raised(hass) == {"only_captures"})
    work(box, apply_mode="recognize")
    let_time_pass(hass, timedelta(seconds=61 + 601))
    await until(lambda: raised(hass) == set())


@pytest.fixture
async def old_box() -> AsyncGenerator[EmulatedBox]:
    """Run a box of 1.x before V5R7."""
    variant = Variant(config_call_missing=True)
    size = PictureSize(face=1_000, scene=1_000, reference=1_000)
    async with EmulatedBox("nested", variant=variant, picture_size=size) as box:
        yield box


async def test_box_without_the_call_is_asked_once(
    hass: HomeAssistant, old_box: EmulatedBox
) -> None:
    """After a reload, it may have new firmware."""
    path = "/SophonConfig/api/Configs/APPLY_MODE"
    entry = await set_up_entry(hass, old_box)
    poll = entry.runtime_data.polls.operation
    let_time_pass(hass, timedelta(seconds=61))
    await until(lambda: poll.answered)
    assert requests_to(old_box, path) == 1
    assert poll.update_interval is None
    let_time_pass(hass, timedelta(hours=1))
    await hass.async_block_till_done()
    assert requests_to(old_box, path) == 1
    assert raised(hass) == set()
