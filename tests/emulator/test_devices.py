"""Tests of device list and broadcasts (docs/protocol.md §2)."""

from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from emulator import Device, EmulatedBox, Relay, Variant

from .box_client import BoxClient, receive, until
from .conftest import Boxes


async def test_nested_device_list_has_documented_fields(nested: BoxClient) -> None:
    """Relays and stream URLs have the keys of dialect 1.x."""
    answer = (await nested.get("/SophonDevice/api/Devices")).json
    listed = answer["data"]["devices_list"]
    assert [entry["device_id"] for entry in listed] == [
        device.device_id for device in nested.box.devices
    ]
    assert "preview_list" not in answer["data"]
    door, gate = listed[:2]
    assert door["device_name"] == "Front door"
    assert door["netRelay"] == {
        "ip": "192.168.150.120",
        "net_port": 50000,
        "door_port": 1,
        "delay_time": 5,
    }
    assert gate["device_name"] == "大门"
    assert gate["device_key"].startswith("rtsp://admin:pa%40ss-word@192.168.150.21:")
    assert gate["netRelay"] == {}
    assert gate["device_attr"]["actions"]["do_match"] is True


async def test_nested_device_is_listed_by_id(nested: BoxClient) -> None:
    """An unlisted id is an error."""
    device = nested.box.devices[2]
    answer = await nested.get(
        "/SophonDevice/api/Devices",
        device_id=device.device_id,
        need_preview_list="true",
    )
    assert [entry["device_name"] for entry in answer.json["data"]["devices_list"]] == [
        device.name
    ]
    assert len(answer.json["data"]["preview_list"]["preview_list"]) == 4
    unknown = await nested.get("/SophonDevice/api/Devices", device_id="nobody")
    assert unknown.status == 404
    assert unknown.json["error"] == {
        "code": 40401,
        "message": "nobody",
        "status": "ID_NOT_FOUND",
    }


async def test_flat_device_list_has_documented_fields(flat: BoxClient) -> None:
    """Relays and stream URLs have the keys of dialect 2.0."""
    listed = (await flat.post("/sophon/v2/face/getmediadevices")).json["devices"]
    assert [entry["media_device_id"] for entry in listed] == [
        device.device_id for device in flat.box.devices
    ]
    assert listed[0]["net_relay"] == {
        "ip": "192.168.150.120",
        "port": 50000,
        "channel": 1,
        "delay_time": 5,
    }
    assert listed[1]["media_device_url"].startswith("rtsp://admin:")
    one = await flat.post(
        "/sophon/v2/face/getmediadevices",
        {"media_device_id": listed[3]["media_device_id"]},
    )
    assert one.json["devices"] == [listed[3]]
    unknown = await flat.post(
        "/sophon/v2/face/getmediadevices", {"media_device_id": "nobody"}
    )
    assert unknown.json == {"error": {"code": "ID_NOT_FOUND", "message": "nobody"}}


async def test_device_list_can_omit_or_rename_fields(boxes: Boxes) -> None:
    """Only the id is certain, and the URL has two keys."""
    bare = await boxes.make("nested", Variant(only_device_ids=True))
    listed = (await bare.get("/SophonDevice/api/Devices")).json["data"]["devices_list"]
    assert listed == [{"device_id": device.device_id} for device in bare.box.devices]
    keyed = await boxes.make("flat", Variant(media_device_key=True))
    entry = (await keyed.post("/sophon/v2/face/getmediadevices")).json["devices"][1]
    assert entry["media_device_key"].startswith("rtsp://")
    assert "media_device_url" not in entry


async def test_preview_info_names_port_and_path(flat: BoxClient) -> None:
    """The answer locates the preview socket."""
    data = (await flat.get("/sophon/v2/face/previewinfo")).json["data"]
    assert (list(data["preview_port_list"]), data["preview_string"]) == (
        ["5678"],
        "/preview",
    )


@pytest.mark.parametrize(
    ("form", "types"),
    [
        ("words", ("photo", "rtsp")),
        ("numbers", ("0", "3")),
        ("capitals", ("PHOTO", "RTSP")),
    ],
)
@pytest.mark.parametrize("dialect", ["nested", "flat"])
async def test_device_types_have_three_forms(
    boxes: Boxes, dialect: str, form: Any, types: tuple[str, str]
) -> None:
    """A type without a number keeps its word."""
    client = await boxes.make(dialect, Variant(device_types=form))
    client.box.devices[2] = replace(client.box.devices[2], type="file")
    if dialect == "nested":
        listed = (await client.get("/SophonDevice/api/Devices")).json["data"][
            "devices_list"
        ]
        key = "device_type"
    else:
        listed = (await client.post("/sophon/v2/face/getmediadevices")).json["devices"]
        key = "media_device_type"
    word = "FILE" if form == "capitals" else "file"
    assert [entry[key] for entry in listed[:3]] == [*types, word]


async def test_layout_of_the_preview_is_read(flat: BoxClient) -> None:
    """A broadcast has the same fields."""
    layout = (await flat.post("/sophon/v2/face/getpreview")).json
    ids = [device.device_id for device in flat.box.devices]
    assert layout == {
        "last_set_name": "BOX",
        "preview_device_list": ids[:4],
        "selected_device_list": ids,
        "preview_mode": "4",
    }


async def test_flat_device_changes_are_broadcast_in_order(flat: BoxClient) -> None:
    """Devices are added, renamed and removed."""
    socket = await flat.connect(flat.box.ports.broadcast)
    await until(lambda: bool(flat.box.broadcasts.listeners))
    added = flat.box.add_device(name="Back door")
    flat.box.rename_device(added.device_id, "后门")
    flat.box.remove_device(added.device_id)
    changes = [(await receive(socket))["modify_media_device"] for _ in range(3)]
    assert [
        (item["action"], item["media_device_info"]["media_device_name"])
        for item in changes
    ] == [
        ("add", "Back door"),
        ("modify", "后门"),
        ("delete", "后门"),
    ]
    assert {item["media_device_info"]["media_device_id"] for item in changes} == {
        added.device_id
    }
    assert (
        len((await flat.post("/sophon/v2/face/getmediadevices")).json["devices"]) == 4
    )


async def test_device_added_anew_has_another_id_only(
    nested: BoxClient, flat: BoxClient
) -> None:
    """A box gives the id when it adds a capture device."""
    for client in (nested, flat):
        old = client.box.devices[0]
        new = client.box.add_device_anew(old.device_id)
        assert new.device_id != old.device_id
        assert replace(new, device_id=old.device_id) == old
        assert client.box.devices[-1] == new
        assert old not in client.box.devices


async def test_nested_device_changes_are_not_broadcast(nested: BoxClient) -> None:
    """A 1.x box has no broadcast port."""
    device = nested.box.add_device(
        Device("a-b-c", "Own", relay=Relay("10.0.0.1", 1, 2))
    )
    nested.box.rename_device("a-b-c", "Renamed")
    names = [
        e["device_name"]
        for e in (await nested.get("/SophonDevice/api/Devices")).json["data"][
            "devices_list"
        ]
    ]
    assert names[-1] == "Renamed"
    nested.box.remove_device(device.device_id)
    with pytest.raises(aiohttp.ClientConnectorError):
        await nested.connect(nested.box.ports.broadcast)
    assert len(nested.box.devices) == 4


def test_same_seed_makes_the_same_box() -> None:
    """Other seeds and added devices have other ids."""
    one, two, other = EmulatedBox(seed=5), EmulatedBox(seed=5), EmulatedBox(seed=6)
    assert one.devices == two.devices
    assert one.people == two.people
    assert (one.mac, one.serial_number) == (two.mac, two.serial_number)
    assert one.mac.startswith("E0:A5:09:")
    assert not {d.device_id for d in one.devices} & {d.device_id for d in other.devices}
    large = EmulatedBox(device_count=64)
    assert len({device.device_id for device in large.devices}) == 64
    assert len({device.name for device in large.devices}) == 64
    assert {device.type for device in large.devices} == {
        "photo",
        "rtsp",
        "file",
        "gb28181",
    }
