"""The people and capture devices that follow from the seed."""

from random import Random
import uuid

from .crowd import crowd
from .model import Device, DeviceKind, Identity, PersonType, Relay

LONG_NAME = (
    " ".join(["Maximiliane Friederike Alexandrina Leopoldine Wilhelmine"] * 5)
    + " von Sachsen-Altenburg"
)

_PEOPLE = (
    ("12345565", "Tom", PersonType.EMPLOYEE),
    ("666666", "小明", PersonType.VIP),
    ("10010160", "张伟", PersonType.EMPLOYEE),
    ("10010162", "Anna Schmidt", PersonType.EMPLOYEE),
    ("10010248", "李娜", PersonType.VISITOR),
    ("10010376", "王芳", PersonType.EMPLOYEE),
    ("10010593", "王芳", PersonType.VISITOR),
    ("10010594", "陈强", PersonType.BLACKLIST),
    ("10010753", "Viktor Kane", PersonType.BLACKLIST),
    ("10010801", "Mei-Ling O'Connor", PersonType.VIP),
    ("10010804", "佚名", PersonType.EMPLOYEE),
    ("10010927", LONG_NAME, PersonType.VISITOR),
    ("10010930", "Łukasz Żółć", PersonType.EMPLOYEE),
    ("10011074", "赵敏", PersonType.EMPLOYEE),
)

# Name, type, kind, and whether a relay opens a door there.
_DEVICES = (
    ("Front door", "photo", DeviceKind.DOOR_READER, True),
    ("大门", "rtsp", DeviceKind.VIDEO_CAMERA, False),
    ("Lobby turnstile", "photo", DeviceKind.TURNSTILE, False),
    ("车库 Garage", "photo", DeviceKind.SNAPSHOT_CAMERA, False),
    ("Warehouse", "gb28181", DeviceKind.VIDEO_CAMERA, False),
    ("演示视频", "file", DeviceKind.VIDEO_CAMERA, False),
)


def seeded_uuid(seed: object) -> str:
    """Return the version 4 UUID that belongs to a seed."""
    return str(uuid.UUID(int=Random(str(seed)).getrandbits(128), version=4))


def cast_people(seed: int, count: int | None = None) -> list[Identity]:
    """Return `count` enrolled people; the crowd extends the cast."""
    people = [
        Identity(
            identity_id=identity_id,
            name=name,
            person_type=person_type,
            user_id=f"0122{number:04d}",
            image_id=seeded_uuid(f"{seed}/image/{identity_id}"),
            face_id=seeded_uuid(f"{seed}/face/{identity_id}"),
            permission_ids=(permission_id(seed, person_type),),
            added_at=1_587_543_999.19 + number * 86_400,
            room=f"{1 + number // 4}0{1 + number % 4}",
            floor=str(1 + number // 4),
            building="1",
            address="北清路 81 号",
        )
        for number, (identity_id, name, person_type) in enumerate(_PEOPLE)
    ][:count]
    if count is not None:
        employees = permission_id(seed, PersonType.EMPLOYEE)
        people += crowd(seed, count - len(people), employees)
    return people


def permission_id(seed: int, person_type: PersonType) -> str:
    """Return the permission group of a person type."""
    return seeded_uuid(f"{seed}/permission/{person_type}").replace("-", "")


def cast_device(seed: int, number: int, name: str | None = None) -> Device:
    """Return the capture device with a number, from 0."""
    usual_name, type_, kind, has_relay = _DEVICES[number % len(_DEVICES)]
    if number >= len(_DEVICES):
        usual_name = f"{usual_name} {1 + number // len(_DEVICES)}"
    ip = f"192.168.150.{20 + number}"
    return Device(
        device_id=seeded_uuid(f"{seed}/device/{number}"),
        name=usual_name if name is None else name,
        type=type_,
        kind=kind,
        ip=ip,
        url=_url(type_, ip),
        relay=Relay(ip=f"192.168.150.{120 + number}", port=50_000, channel=1)
        if has_relay
        else None,
        permission_id=seeded_uuid(f"{seed}/permission/device"),
        group_id=seeded_uuid(f"{seed}/group"),
        place=number,
    )


def unlisted_device(device_id: str) -> Device:
    """Return a capture device that is reported but not listed."""
    return Device(device_id=device_id, name="", place=len(device_id), listed=False)


def _url(type_: str, ip: str) -> str:
    if type_ == "rtsp":
        return f"rtsp://admin:pa%40ss-word@{ip}:554/ch1"
    if type_ == "gb28181":
        return "34020000001320000001"
    if type_ == "file":
        return "/data/videos/demo.mp4"
    return ip
