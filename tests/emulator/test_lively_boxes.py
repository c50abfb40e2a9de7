"""Tests of what differs from one moment to the next."""

from dataclasses import replace
import time
from typing import Any, get_args
from unittest.mock import patch

import pytest

from emulator import PersonType, PictureKind, Variant
from emulator.pictures import mark_of
from emulator.recognition import DisguisedStranger
from emulator.uptime import Uptime

from .box_client import BoxClient, receive
from .conftest import Boxes


def _uptime_after(seconds: float) -> str:
    with patch("time.monotonic", return_value=0.0):
        uptime = Uptime()
        uptime.restart()
        uptime.restart()
    with patch("time.monotonic", return_value=seconds):
        return str(uptime)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (59, "0 minutes"),
        (60, "1 minute"),
        (7_260, "2 hours, 1 minute"),
        (90_000, "1 day, 1 hour"),
        (15 * 86_400 + 180, "2 weeks, 1 day, 3 minutes"),
    ],
)
def test_uptime_has_the_words_of_linux(seconds: float, text: str) -> None:
    """A zero is not written."""
    assert _uptime_after(seconds) == text


async def _uptime(client: BoxClient) -> str:
    name = "uptime" if client.box.dialect == "nested" else "getuptime"
    answer = (await client.system(name)).json
    return str(answer.get("data", answer)["uptime"])


async def test_uptime_grows_until_a_reboot(either: BoxClient) -> None:
    """The box was on before the test began."""
    assert await _uptime(either) == "3 hours, 57 minutes"
    later = time.monotonic() + 120
    with patch("emulator.uptime.time.monotonic", return_value=later):
        assert str(either.box.state.readings.uptime) == "3 hours, 59 minutes"
    await either.box.reboot(0)
    assert await _uptime(either) == "0 minutes"
    either.box.state.health.uptime = "long"
    assert await _uptime(either) == "long"


async def test_health_readings_can_vary(either: BoxClient) -> None:
    """They stay near their usual values, and shares below 1."""
    health = either.box.state.health
    assert either.box.state.readings.core_temperature == 44.0
    health.drift, health.tpu_usage = 0.1, 1.0
    readings = [either.box.state.readings for _ in range(50)]
    temperatures = {reading.core_temperature for reading in readings}
    assert len(temperatures) > 10
    assert all(39 < temperature < 49 for temperature in temperatures)
    assert max(reading.tpu_usage for reading in readings) == 1.0
    assert len({reading.memory_used for reading in readings}) > 10


@pytest.mark.parametrize("score_scale", [1, 100])
@pytest.mark.parametrize("dialect", ["nested", "flat"])
async def test_scores_vary_and_come_near_the_threshold(
    boxes: Boxes, dialect: str, score_scale: int
) -> None:
    """Matches reach the threshold, strangers never."""
    box = (await boxes.make(dialect, score_scale=score_scale)).box
    threshold = box.settings.threshold
    matches = [(await box.recognize(identity=box.people[0])).score for _ in range(200)]
    strangers = [(await box.recognize()).score for _ in range(200)]
    assert len(set(matches)) > 90
    assert min(matches) >= threshold > max(strangers)
    near = 0.006 * score_scale
    assert min(matches) < threshold + near
    assert max(strangers) > threshold - near
    assert max(matches) > 0.97 * score_scale
    assert min(strangers) < 0.05 * score_scale


async def test_pictures_differ_from_one_recognition_to_the_next(
    nested: BoxClient,
) -> None:
    """The history has the same picture as the live message."""
    box = nested.box
    for _ in range(2):
        await box.recognize(box.devices[0], box.people[0])
    for kind in (PictureKind.FACE, PictureKind.SCENE):
        first, second = [
            (await box.state.studio.paint(box.state.drawing(record, kind))).jpeg
            for record in box.history
        ]
        assert mark_of(first) == box.history[0].face_image_id != mark_of(second)
    reference = [
        box.state.drawing(record, PictureKind.REFERENCE) for record in box.history
    ]
    assert reference[0] == reference[1] == box.state.reference(box.people[0])


async def test_people_can_hold_their_heads_in_several_ways(nested: BoxClient) -> None:
    """Every recognition has another pose than the last."""
    nested.box.state.poses = 3
    for _ in range(4):
        await nested.box.recognize(nested.box.devices[0], push=False)
    drawings = [
        nested.box.state.drawing(record, PictureKind.FACE)
        for record in nested.box.history
    ]
    assert [drawing.pose for drawing in drawings] == [1, 2, 0, 1]


def _type(message: Any) -> Any:
    if "user_type" in message:
        return message["user_type"]
    return message.get("ext_data", message.get("common", {}))["person_type"]


@pytest.mark.parametrize("word", ["black_list", "黑名单", "6", 6, "car"])
async def test_person_type_can_be_any_word(either: BoxClient, word: str | int) -> None:
    """It is the same live, in the history and in the list of people."""
    box = either.box
    socket = await either.subscribe()
    await box.recognize(box.devices[0], box.people[0], wire_type=word)
    assert _type(await receive(socket)) == word
    odd = box.state.enroll(replace(box.people[1], wire_type=word))
    await box.recognize(box.devices[0], odd)
    message = await receive(socket)
    assert _type(message) == word
    assert [_type(record) for record in await either.events()] == [word, word]
    if box.dialect == "nested":
        assert message["identity_info"]["type"] == word
        return
    listed = await either.post(
        "/sophon/v2/face/getidentities", {"filters": {"identity_id": odd.identity_id}}
    )
    assert listed.json["identities"][0]["user_type"] == word


async def test_stranger_can_be_disguised_as_an_employee(either: BoxClient) -> None:
    """Each has an id and a low score."""
    box = either.box
    socket = await either.subscribe()
    found: dict[str, Any] = {}
    for stranger in get_args(DisguisedStranger.__value__):
        emitted = await box.recognize(box.devices[0], stranger=stranger)
        found[stranger] = message = await receive(socket)
        assert emitted.person_type is PersonType.EMPLOYEE
        assert _type(message) in (1, "employee")
        assert message["identity_id"]
        assert message["score"] < box.settings.threshold
    assert found["filed"]["identity_name"] == "stranger"
    assert found["minus_one"]["identity_id"] == "-1"
    assert found["zero"]["identity_id"] == "0"
    assert "." in found["automatic_employee"]["identity_id"]
    if box.dialect == "nested":
        assert found["filed"]["identity_info"] == {}
        info = found["enrolled"]["identity_info"]
        assert (info["type"], info["name"]) == (4, "stranger")


async def test_type_of_an_enrolled_stranger_can_be_only_in_the_enrollment(
    boxes: Boxes,
) -> None:
    """A missing type means employee."""
    client = await boxes.make("nested", Variant(person_type_missing=True))
    socket = await client.subscribe()
    await client.box.recognize(client.box.devices[0], stranger="enrolled")
    message = await receive(socket)
    assert "person_type" not in message["ext_data"]
    assert message["identity_info"]["type"] == 4
    [record] = await client.events()
    assert record["common"]["identity_info"]["type"] == 4
