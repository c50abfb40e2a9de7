"""Reading the list of capture devices."""

import orjson
import pytest

from custom_components.se_aibox.aibox.exceptions import AiBoxError
from custom_components.se_aibox.aibox.models import (
    CaptureDevice,
    CaptureDeviceType,
    Dialect,
    Relay,
)
from custom_components.se_aibox.aibox.rest import Rest
from emulator import CannedAnswer, EmulatedBox, Variant

_DOOR = {
    Dialect.NESTED: {
        "device_id": "door",
        "device_name": "Front door",
        "device_type": "photo",
        "device_ip": "10.0.0.7",
        "device_key": "10.0.0.7",
        "netRelay": {"ip": "10.0.0.8", "net_port": 50000, "door_port": 2},
    },
    Dialect.FLAT: {
        "media_device_id": "door",
        "media_device_name": "Front door",
        "media_device_type": "photo",
        "media_device_ip": "10.0.0.7",
        "media_device_url": "10.0.0.7",
        "net_relay": {"ip": "10.0.0.8", "port": 50000, "channel": 2},
    },
}


def _list(box: EmulatedBox, dialect: Dialect, *entries: object) -> None:
    """Make the box list these entries."""
    answer = (
        {"data": {"devices_list": entries}}
        if dialect is Dialect.NESTED
        else {"devices": entries}
    )
    box.answer_instead["*"] = CannedAnswer(body=orjson.dumps(answer))


@pytest.mark.parametrize("variant", [Variant(), Variant(media_device_key=True)])
async def test_capture_devices_are_read_in_the_order_of_the_box(
    rest: Rest, box: EmulatedBox
) -> None:
    """Names, addresses, types, streams and relays are read."""
    devices = await rest.capture_devices()

    assert [
        (device.capture_device_id, device.name, device.ip) for device in devices
    ] == [(device.device_id, device.name, device.ip) for device in box.devices]
    door, gate, *_ = devices
    assert door.device_type is CaptureDeviceType.PHOTO
    assert door.stream_url is None
    assert door.relay == Relay("192.168.150.120", 50_000, 1, 5)
    assert gate.device_type is CaptureDeviceType.RTSP
    assert gate.stream_url == box.devices[1].url
    assert gate.relay is None


@pytest.mark.parametrize(
    "variant", [Variant(device_types="numbers"), Variant(device_types="capitals")]
)
async def test_device_types_have_several_forms(rest: Rest, box: EmulatedBox) -> None:
    """Examples of the vendor contradict its tables."""
    door, gate, *_ = await rest.capture_devices()

    assert door.device_type is CaptureDeviceType.PHOTO
    assert gate.device_type is CaptureDeviceType.RTSP


async def test_address_of_a_device_may_be_its_key(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """The key of a device that sends a stream is no address."""
    name = "device_ip" if dialect is Dialect.NESTED else "media_device_ip"
    for device in box.devices[:2]:
        box.state.device_fields_missing[device.device_id] = (name,)
    door, gate, *others = await rest.capture_devices()

    assert door.ip == box.devices[0].url
    assert gate.ip is None
    assert [device.ip for device in others] == [one.ip for one in box.devices[2:]]


async def test_repr_does_not_contain_the_stream_url(
    rest: Rest, box: EmulatedBox
) -> None:
    """The URL may hold a password."""
    devices = await rest.capture_devices()

    assert "rtsp://" not in repr(devices)


@pytest.mark.parametrize("variant", [Variant(only_device_ids=True)])
async def test_missing_fields_of_a_device_are_unknown(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """Only the id is required."""
    assert await rest.capture_devices() == tuple(
        CaptureDevice(device.device_id) for device in box.devices
    )


async def test_invalid_entries_are_skipped(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """They do not hide the other entries."""
    _list(box, dialect, None, "door", {}, {"device_id": ""}, _DOOR[dialect])

    (door,) = await rest.capture_devices()

    assert door.capture_device_id == "door"
    assert door.relay == Relay("10.0.0.8", 50_000, 2, None)
    key = "device_id" if dialect is Dialect.NESTED else "media_device_id"
    assert rest.unreadable_devices == (f"no {key}",) * 4

    _list(box, dialect, _DOOR[dialect], {key: "x" * 256}, {key: 2.0**60})
    assert len(await rest.capture_devices()) == 1
    assert list(rest.unreadable_devices) == [
        f"{key} is too long",
        f"{key} is too large",
    ]


@pytest.mark.parametrize(
    "unreadable",
    ["x" * 1100, {"a": 1}, ["a"], True, "a\0b"],
    ids=["long", "object", "list", "truth", "NUL"],
)
async def test_unreadable_fields_of_a_device_are_unknown(
    rest: Rest, box: EmulatedBox, dialect: Dialect, unreadable: object
) -> None:
    """They cost neither the device nor the others."""
    key = "device_id" if dialect is Dialect.NESTED else "media_device_id"
    harmed = dict.fromkeys(_DOOR[dialect], unreadable) | {key: "harmed"}
    _list(box, dialect, harmed, _DOOR[dialect])

    one, other = await rest.capture_devices()

    assert one.capture_device_id == "harmed"
    assert one == CaptureDevice("harmed")
    assert other.name == "Front door"
    assert rest.unreadable_devices == ()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"delay_time": "long"}, Relay("10.0.0.8", 50_000, 2, None)),
        ({"delay_time": "7"}, Relay("10.0.0.8", 50_000, 2, 7.0)),
        # A relay that is only partly known could open another door.
        ({"port": "gate", "net_port": "gate"}, None),
        ({"channel": [], "door_port": []}, None),
        ({"ip": {}}, None),
        ({"ip": ""}, None),
    ],
)
async def test_relay_is_unknown_if_a_field_of_it_is_unreadable(
    rest: Rest,
    box: EmulatedBox,
    dialect: Dialect,
    change: dict[str, object],
    expected: Relay | None,
) -> None:
    """The name of the device is still read."""
    key = "netRelay" if dialect is Dialect.NESTED else "net_relay"
    relay = _DOOR[dialect][key]
    assert isinstance(relay, dict)
    _list(box, dialect, _DOOR[dialect] | {key: relay | change})

    (door,) = await rest.capture_devices()

    assert (door.name, door.relay) == ("Front door", expected)


async def test_undocumented_device_type_is_unknown(
    rest: Rest, box: EmulatedBox, dialect: Dialect
) -> None:
    """A missing type is unknown, too."""
    key = "device_type" if dialect is Dialect.NESTED else "media_device_type"
    _list(box, dialect, _DOOR[dialect] | {key: "onvif"}, _DOOR[dialect] | {key: None})

    devices = await rest.capture_devices()

    assert {device.device_type for device in devices} == {CaptureDeviceType.UNKNOWN}


@pytest.mark.parametrize("identifier", ["x" * 256, {}, [], True])
async def test_list_of_only_invalid_ids_raises(
    rest: Rest, box: EmulatedBox, dialect: Dialect, identifier: object
) -> None:
    """The id becomes part of unique ids."""
    key = "device_id" if dialect is Dialect.NESTED else "media_device_id"
    _list(box, dialect, {key: identifier})

    with pytest.raises(AiBoxError):
        await rest.capture_devices()


@pytest.mark.parametrize(
    ("reported", "group_id"),
    [
        ({"permission_id": "f4add9c0"}, "f4add9c0"),
        ({"permission_id": 7}, "7"),
        ({"permission_id": ""}, None),
        ({"permission_id": ["f4add9c0"]}, None),
        ({}, None),
    ],
)
async def test_permission_group_of_a_capture_device_is_read(
    rest: Rest,
    box: EmulatedBox,
    dialect: Dialect,
    reported: dict[str, object],
    group_id: str | None,
) -> None:
    """In doubt, there is none: its door opens for everybody enrolled."""
    _list(box, dialect, {**_DOOR[dialect], **reported})
    [door] = await rest.capture_devices()
    assert door.permission_group_id == group_id
    assert door.relay is not None
