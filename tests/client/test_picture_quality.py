"""Asking a box whether a picture is good enough to enroll."""

import orjson
import pytest

from custom_components.se_aibox.aibox.exceptions import (
    AiBoxNotFoundError,
    AiBoxProtocolError,
    AiBoxRefusedError,
    Refusal,
)
from custom_components.se_aibox.aibox.models import Dialect
from custom_components.se_aibox.aibox.people import EnrolledPeople
from custom_components.se_aibox.aibox.wire.quality import read_quality
from emulator import CannedAnswer, EmulatedBox, Variant
from emulator.model import JsonObject, JsonValue
from tests.emulator.pictures import colored, photo

PATHS = {Dialect.NESTED: "/SophonFace/api/FIQA", Dialect.FLAT: "/sophon/v2/face/fiqa"}


async def test_good_picture_has_no_faults(
    people: EnrolledPeople, box: EmulatedBox, dialect: Dialect
) -> None:
    """The question enrolls no one."""
    assert await people.check_quality(photo()) == ()
    assert [request.path for request in box.requests] == [PATHS[dialect]]
    assert len(box.people) == 14


@pytest.mark.parametrize(
    ("picture", "refusals"),
    [
        (photo(side=30), (Refusal.FACE_TOO_SMALL,)),
        (colored((200, 10, 10)), (Refusal.NO_FACE,)),
        (b"no picture", (Refusal.PICTURE_UNREADABLE,)),
    ],
)
async def test_faults_of_a_picture_are_named(
    people: EnrolledPeople, picture: bytes, refusals: tuple[Refusal, ...]
) -> None:
    """They are the reasons for which the box would refuse it."""
    assert await people.check_quality(picture) == refusals


async def test_several_faults_begin_with_the_worst(
    people: EnrolledPeople, dialect: Dialect
) -> None:
    """1.x counts darkness as uneven light."""
    light = {Dialect.NESTED: Refusal.UNEVEN_LIGHT, Dialect.FLAT: Refusal.TOO_DARK}
    assert await people.check_quality(photo(side=30, brightness=10)) == (
        Refusal.FACE_TOO_SMALL,
        light[dialect],
    )


def quality(dialect: Dialect, failed: JsonValue, result: JsonValue) -> JsonObject:
    """Return an answer about a face."""
    if dialect is Dialect.FLAT:
        return {"fiqa_result": result, "detailed_result": {"failed_items": failed}}
    return {"data": [{"fiqa_result": result, "fails": failed}]}


@pytest.mark.parametrize(
    ("failed", "result", "refusals"),
    [
        ([], True, ()),
        ([], False, (Refusal.LOW_QUALITY,)),
        (["anything"], False, (Refusal.LOW_QUALITY,)),
        (["clarity", "headpose", "face_angle"], False, None),
        (["partial", 7, None, "mask"], False, (Refusal.CUT_OFF, Refusal.MASKED)),
        (None, None, ()),
    ],
)
def test_names_of_both_dialects_are_known(
    dialect: Dialect,
    failed: JsonValue,
    result: JsonValue,
    refusals: tuple[Refusal, ...] | None,
) -> None:
    """V5R7 has other names than MQ 5.3 and 2.0."""
    expected = (Refusal.TURNED_AWAY, Refusal.BLURRED) if refusals is None else refusals
    assert read_quality(dialect, quality(dialect, failed, result)) == expected


@pytest.mark.parametrize("data", [[], ["x"]])
def test_nested_answer_without_a_face_has_a_reason(data: list[JsonValue]) -> None:
    """The page does not describe the answer for a picture without a face."""
    expected = () if data else (Refusal.NO_FACE,)
    assert read_quality(Dialect.NESTED, {"data": data}) == expected


async def test_picture_above_the_limit_of_the_box_is_too_large(
    people: EnrolledPeople, box: EmulatedBox
) -> None:
    """The limit is a setting of the box."""
    box.settings.largest_picture = 500
    assert await people.check_quality(photo()) == (Refusal.PICTURE_TOO_LARGE,)


async def test_box_without_the_call_finds_no_faults(
    people: EnrolledPeople, box: EmulatedBox, dialect: Dialect
) -> None:
    """It checks the picture when it enrolls it."""
    box.state.variant = Variant(quality_call_missing=True)
    if dialect is Dialect.FLAT:
        box.answer_instead[PATHS[dialect]] = CannedAnswer(404)
    assert await people.check_quality(photo(side=30)) == ()


async def test_other_refusals_are_errors(
    people: EnrolledPeople, box: EmulatedBox, dialect: Dialect
) -> None:
    """They are not about the picture."""
    body = orjson.dumps({"error": {"code": "INTERNAL_ERROR"}})
    box.answer_instead[PATHS[dialect]] = CannedAnswer(500, body)
    with pytest.raises(AiBoxRefusedError):
        await people.check_quality(photo())
    box.answer_instead[PATHS[dialect]] = CannedAnswer(body=b"[]")
    with pytest.raises(AiBoxProtocolError) as raised:
        await people.check_quality(photo())
    assert not isinstance(raised.value, AiBoxNotFoundError)
