"""Reading how a box is set to work."""

from dataclasses import replace
from datetime import time
from typing import Any

import orjson
import pytest

from custom_components.se_aibox.aibox.exceptions import (
    AiBoxBusyError,
    AiBoxConnectionError,
)
from custom_components.se_aibox.aibox.models import Dialect
from custom_components.se_aibox.aibox.operation import (
    ApplyMode,
    ArmedTime,
    BoxUsage,
    Operation,
    covers_the_day,
)
from custom_components.se_aibox.aibox.operation_reader import OperationReader
from custom_components.se_aibox.aibox.rest import Rest
from emulator import CannedAnswer, EmulatedBox, Variant

AS_DELIVERED = Operation(
    apply_mode=ApplyMode.RECOGNIZE,
    usage=BoxUsage.NORMAL,
    armed_times=(),
    uses_external_disk=False,
    stores_pictures=True,
    detects_attributes=False,
)
OFFICE_HOURS = ArmedTime(time(8), time(18))
CONFIGS = "/SophonConfig/api/Configs/"
DISK = {
    Dialect.NESTED: "/SophonSystem/api/externalDiskInfo",
    Dialect.FLAT: "/sophon/v2/system/getstorage",
}
FOLDER = {
    Dialect.NESTED: "/SophonFogSys/api/ImagePathStatusQuery",
    Dialect.FLAT: "/sophon/v2/face/checkeventimagepath",
}


async def test_box_as_delivered_recognizes_at_any_time(
    rest: Rest, box: EmulatedBox
) -> None:
    """Its pictures are on the internal disk."""
    reader = OperationReader(rest)
    assert await reader.read() == AS_DELIVERED
    assert reader.has_settings


@pytest.mark.parametrize(
    ("settings", "read"),
    [
        ({"apply_mode": "grab"}, {"apply_mode": ApplyMode.CAPTURE}),
        ({"usage": "fiqa"}, {"usage": BoxUsage.QUALITY}),
        ({"usage": "feature"}, {"usage": BoxUsage.FEATURES}),
        ({"detects_attributes": True}, {"detects_attributes": True}),
        ({"writable": False}, {"stores_pictures": False}),
        (
            {"image_path": "remote"},
            {
                "uses_external_disk": True,
                "external_disk_mounted": False,
                "stores_pictures": False,
            },
        ),
        (
            {"image_path": "remote", "disk_mounted": True},
            {"uses_external_disk": True, "external_disk_mounted": True},
        ),
        # Times count only while they are switched on.
        ({"time_part_1": "08:00:00,18:00:00"}, {}),
        (
            {"time_part_1": "08:00:00,18:00:00", "time_part_1_on": True},
            {"armed_times": (OFFICE_HOURS,)},
        ),
        (
            {
                "time_part_1": "08:00:00,18:00:00",
                "time_part_1_on": True,
                "time_part_2": "22:30:00,06:15:00",
                "time_part_2_on": True,
            },
            {"armed_times": (OFFICE_HOURS, ArmedTime(time(22, 30), time(6, 15)))},
        ),
        # The meaning of these is unknown.
        ({"apply_mode": "dance"}, {"apply_mode": None}),
        ({"usage": ""}, {"usage": None}),
        ({"image_path": "cloud"}, {"uses_external_disk": None}),
        ({"detects_attributes": "perhaps"}, {"detects_attributes": None}),
        ({"time_part_2_on": "perhaps"}, {"armed_times": None}),
        ({"time_part_2": "soon", "time_part_2_on": True}, {"armed_times": None}),
        ({"time_part_2": "08:00", "time_part_2_on": True}, {"armed_times": None}),
        (
            {"time_part_2": "08:00:00,08:00:00", "time_part_2_on": True},
            {"armed_times": None},
        ),
        (
            {"time_part_2": "8 am,25:00:00", "time_part_2_on": True},
            {"armed_times": None},
        ),
        # Texts in place of booleans, and other letters.
        (
            {"apply_mode": " Grab", "detects_attributes": "True"},
            {"apply_mode": ApplyMode.CAPTURE, "detects_attributes": True},
        ),
    ],
)
async def test_each_setting_is_read(
    rest: Rest, box: EmulatedBox, settings: dict[str, Any], read: dict[str, Any]
) -> None:
    """A word that is unheard of is unknown; the others are read all the same."""
    for name, value in settings.items():
        setattr(box.state.operation, name, value)
    operation = await OperationReader(rest).read()
    assert operation == replace(AS_DELIVERED, **read)


async def test_settings_are_asked_for_one_by_one(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """Never the whole configuration, which has passwords."""
    box.state.operation.image_path = "remote"
    await OperationReader(rest).read()
    asked = [
        request.path.removeprefix(CONFIGS)
        if dialect is Dialect.NESTED
        else _name_in(request.body) or request.path
        for request in box.requests
    ]
    times = "REG" if dialect is Dialect.NESTED else "REGN"
    gate = "" if dialect is Dialect.NESTED else "GATE_"
    assert asked == [
        f"{gate}APPLY_MODE",
        f"{gate}BOX_USAGE",
        f"{times}_TIME_PART1_SWITCH",
        f"{times}_TIME_PART2_SWITCH",
        "ATTRIBUTE_DETECT" if dialect is Dialect.NESTED else "ALG_ATTRIBUTE_DETECT",
        f"{gate}EVENT_IMAGE_PATH",
        DISK[dialect],
        FOLDER[dialect],
    ]
    if dialect is Dialect.FLAT:
        assert box.requests[-2].body == {"device": "hdd"}


def _name_in(body: object) -> str | None:
    return body.get("config_name") if isinstance(body, dict) else None


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
@pytest.mark.parametrize("variant", [Variant(config_call_missing=True)])
async def test_box_without_the_call_is_asked_for_one_setting_only(
    rest: Rest, box: EmulatedBox
) -> None:
    """That is 1.x before V5R7."""
    reader = OperationReader(rest)
    assert await reader.read() == Operation()
    assert not reader.has_settings
    assert [request.path for request in box.requests] == [f"{CONFIGS}APPLY_MODE"]


@pytest.mark.parametrize("dialect", [Dialect.NESTED])
async def test_setting_that_the_box_does_not_have_is_unknown(
    rest: Rest, box: EmulatedBox
) -> None:
    """The example of V5R7 has no usage."""
    refused = b'{"error": {"code": 40401, "message": "", "status": "ID_NOT_FOUND"}}'
    box.answer_instead[f"{CONFIGS}BOX_USAGE"] = CannedAnswer(404, refused)
    # An error without an explanation.
    box.answer_instead[f"{CONFIGS}ATTRIBUTE_DETECT"] = CannedAnswer(500, b"")
    operation = await OperationReader(rest).read()
    assert operation == replace(AS_DELIVERED, usage=None, detects_attributes=None)


@pytest.mark.parametrize(
    ("state", "mounted"),
    [(True, True), (False, False), ("1", True), ("0", False), (2, None), (None, None)],
)
async def test_state_of_the_external_disk_has_several_forms(
    rest: Rest, box: EmulatedBox, dialect: Dialect, state: object, mounted: bool | None
) -> None:
    """2.0 has a boolean, 1.x a digit."""
    box.state.operation.image_path = "remote"
    nested = dialect is Dialect.NESTED
    disk = {"external_hard_state" if nested else "mount_status": state}
    body = orjson.dumps({"data": disk} if nested else disk)
    box.answer_instead[DISK[dialect]] = CannedAnswer(200, body, "application/json")
    operation = await OperationReader(rest).read()
    assert operation.external_disk_mounted is mounted


async def test_storage_is_unknown_without_its_calls(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """The system port may be closed, too."""
    box.state.operation.image_path = "remote"
    box.answer_instead[FOLDER[dialect]] = CannedAnswer(404)
    await box.port("system").close()
    operation = await OperationReader(rest).read()
    assert operation == replace(
        AS_DELIVERED,
        uses_external_disk=True,
        external_disk_mounted=None,
        stores_pictures=None,
    )
    await box.port("system").open()


async def test_starting_box_is_not_read(rest: Rest, box: EmulatedBox) -> None:
    """Nor does it count as a box without the call."""
    box.state.initializing = True
    reader = OperationReader(rest)
    with pytest.raises(AiBoxBusyError):
        await reader.read()
    await box.port("rest").close()
    with pytest.raises(AiBoxConnectionError):
        await reader.read()
    assert reader.has_settings


@pytest.mark.parametrize(
    ("spans", "covers"),
    [
        ((), True),
        (("00:00", "23:59:59"), True),
        (("00:00", "23:59"), True),
        (("00:00", "23:58"), False),
        (("00:02", "23:59:59"), False),
        (("08:00", "18:00"), False),
        (("12:00", "23:59:59", "00:00", "11:59:59"), True),
        (("12:00", "23:59:59", "00:00", "11:00"), False),
        (("00:00", "20:00", "08:00", "12:00"), False),
        (("18:00", "08:00", "08:00", "18:00"), True),
        (("18:00", "08:00", "09:00", "18:00"), False),
        (("22:00", "06:00"), False),
    ],
)
def test_armed_times_cover_the_day_or_leave_a_part_out(
    spans: tuple[str, ...], covers: bool
) -> None:
    """A minute is no part of the day."""
    moments = [time.fromisoformat(text) for text in spans]
    times = tuple(map(ArmedTime, moments[::2], moments[1::2], strict=True))
    assert covers_the_day(times) is covers
