"""Tests of what some firmware of dialect 1.x fills in."""

from dataclasses import replace
from typing import Any

import pytest

from emulator import DeviceKind, Identity, Variant

from .box_client import BoxClient, receive
from .conftest import Boxes


async def test_message_can_name_the_device_as_video_only(boxes: Boxes) -> None:
    """The vendor's sample client reads `video_id` and `event_id`."""
    client = await boxes.make("nested", Variant(video_id_only=True))
    socket = await client.subscribe()
    seen = await client.box.recognize(client.box.devices[1], client.box.people[0])
    message = await receive(socket)
    assert "device_id" not in message
    assert message["video_id"] == client.box.devices[1].device_id
    assert message["event_id"] == seen.event_id


async def test_quality_of_a_face_can_be_filled_in(boxes: Boxes) -> None:
    """Only of snapshot cameras, live and in the history."""
    client = await boxes.make("nested", Variant(face_quality=True))
    box = client.box
    socket = await client.subscribe()
    camera = next(
        device for device in box.devices if device.kind is DeviceKind.SNAPSHOT_CAMERA
    )
    messages: list[Any] = []
    for _ in range(30):
        await box.recognize(camera, box.people[0])
        messages.append(await receive(socket))
    qualities = [message["ext_data"]["box_fiqa_info"] for message in messages]
    for quality in qualities:
        assert {"clarity", "brightness", "face_size"} <= quality["info"].keys()
        assert ("brightness" in quality["fails"]) is not quality["fiqa_result"]
        assert not set(quality["fails"]) & set(quality["success"])
        assert len(quality["fails"] + quality["success"]) == 5
    assert {quality["fiqa_result"] for quality in qualities} == {True, False}
    camera_says = messages[0]["ext_data"]["grab_fiqa_info"]
    assert {"face_id", "confidence", "rect", "age", "sex"} <= camera_says.keys()
    [record, *_] = await client.events()
    assert record["grab_data"]["grap_fiqa_info"].keys() == {"age", "sex"}
    await box.recognize(box.devices[0], box.people[0])
    other = (await receive(socket))["ext_data"]
    assert (other["box_fiqa_info"], other["grab_fiqa_info"]) == ({}, {})


@pytest.mark.parametrize("name", ["night shift", "", "5f2d1c"])
async def test_group_is_the_one_of_the_person(nested: BoxClient, name: str) -> None:
    """A name may be empty or the id of the group."""
    box = nested.box
    tom = box.state.enroll(replace(box.people[0], group_names=(name, "default_group")))
    socket = await nested.subscribe()
    await box.recognize(box.devices[0], tom)
    assert (await receive(socket))["group_name"] == name
    [record] = await nested.events()
    assert record["common"]["group_name"] == name
    await box.recognize(box.devices[0])
    assert (await receive(socket))["group_name"] == "default_group"


async def test_person_can_be_in_no_group(nested: BoxClient) -> None:
    """The box compares with the default group then."""
    box = nested.box
    nobody = box.state.enroll(Identity("1", "Nobody", group_names=()))
    socket = await nested.subscribe()
    await box.recognize(box.devices[0], nobody)
    assert (await receive(socket))["group_name"] == "default_group"


async def test_record_names_the_permission_group_of_its_device(
    either: BoxClient,
) -> None:
    """The usual device has a permission group without a name."""
    box = either.box
    named = replace(box.devices[0], permission_name="白班")
    box.devices[0] = named
    for device in box.devices[:2]:
        await box.recognize(device, box.people[0])
    names = [
        record.get("common", record)["permission_name"]
        for record in await either.events()
    ]
    assert names == ["", "白班"]


async def test_memory_can_have_its_published_form(boxes: Boxes) -> None:
    """The form of V2R6 and V5R5 to V5R7."""
    client = await boxes.make("nested", Variant(memory_info="long"))
    memory = (await client.system("memoryInfo")).json["data"]
    assert memory["hardware_total_memory"] == "12.0G"
    assert memory["total_used_memory"] == "1.50G"
    assert memory["total_memory_scale"] == 0.13
    assert memory["tpu"].keys() == {"total", "free", "used", "tpu_scale"}
    unscaled = await boxes.make("nested", Variant(memory_info="unscaled"))
    assert (await unscaled.system("memoryInfo")).json[
        "data"
    ].keys() == memory.keys() - {"total_memory_scale"}
    client.box.state.health.memory_used = 0.94
    memory = (await client.system("memoryInfo")).json["data"]
    assert memory["total_used_memory"] == "962.56M"
