"""Tests of the fields of live messages (docs/protocol.md §1)."""

import base64
from io import BytesIO

from PIL import Image
import pytest

from emulator import PersonType

from .box_client import BoxClient, receive

NESTED_FIELDS = {
    "identity_id",
    "identity_name",
    "identity_info",
    "device_id",
    "group_name",
    "timestamp",
    "score",
    "reg_pic",
    "ext_data",
}
NESTED_EXTENSIONS = {
    "device_ip",
    "device_type",
    "person_type",
    "spot_pic",
    "recognize_face",
    "grab_fiqa_info",
    "box_fiqa_info",
}
FLAT_FIELDS = {
    "event_id",
    "timestamp",
    "identity_id",
    "identity_name",
    "user_type",
    "score",
    "media_device_id",
    "media_device_ip",
    "media_device_type",
    "register_image",
    "recognize_face_image",
    "recognize_face_attr",
}


def _is_jpeg(text: str) -> bool:
    with Image.open(BytesIO(base64.b64decode(text, validate=True))) as image:
        image.load()
        return image.format == "JPEG"


async def test_nested_message_has_documented_fields(nested: BoxClient) -> None:
    """The types of the fields are the documented ones, too."""
    socket = await nested.subscribe()
    device, tom = nested.box.devices[0], nested.box.people[0]
    emitted = await nested.box.recognize(device, tom)
    message = await receive(socket)
    assert message == emitted.message
    assert message.keys() == NESTED_FIELDS
    extension = message["ext_data"]
    assert extension.keys() == NESTED_EXTENSIONS
    assert (message["device_id"], message["identity_id"], message["identity_name"]) == (
        device.device_id,
        "12345565",
        "Tom",
    )
    assert message["timestamp"] == emitted.timestamp_ms > 10**12
    assert extension["device_type"] == "4"
    assert extension["person_type"] == 1
    assert message["identity_info"]["ext_info"].keys() == {
        "building_no",
        "room",
        "address",
        "floor",
    }
    for picture in (
        message["reg_pic"],
        extension["spot_pic"],
        extension["recognize_face"],
    ):
        assert _is_jpeg(picture)


async def test_flat_message_has_documented_fields(flat: BoxClient) -> None:
    """There is no scene, and pictures are data URIs."""
    socket = await flat.subscribe()
    device, vip = flat.box.devices[1], flat.box.people[1]
    emitted = await flat.box.recognize(device, vip)
    message = await receive(socket)
    assert message == emitted.message
    assert message.keys() == FLAT_FIELDS
    assert message["event_id"] == emitted.event_id
    assert message["user_type"] == "vip"
    assert message["media_device_type"] == "rtsp"
    for key in ("register_image", "recognize_face_image"):
        prefix, _, picture = message[key].partition(",")
        assert prefix == "data:image/jpeg;base64"
        assert _is_jpeg(picture)


@pytest.mark.parametrize(
    ("stranger", "identity_id", "name", "person_type"),
    [
        ("empty", "", "", 4),
        ("stranger", "", "stranger", 4),
        ("automatic", None, "", 4),
        ("random", "", None, 4),
        ("employee", "", "", 1),
    ],
)
async def test_nested_stranger_is_reported_in_every_form(
    nested: BoxClient,
    stranger: str,
    identity_id: str | None,
    name: str | None,
    person_type: int,
) -> None:
    """A stranger has no enrollment details and no reference picture."""
    emitted = await nested.box.recognize(stranger=stranger)  # type: ignore[arg-type]
    message = emitted.message
    assert isinstance(message["ext_data"], dict)
    assert message["ext_data"]["person_type"] == person_type
    assert message["identity_info"] == {}
    assert "reg_pic" not in message
    if identity_id is None:
        seconds, _, digits = str(message["identity_id"]).partition(".")
        assert (len(seconds), len(digits)) == (10, 7)
    else:
        assert message["identity_id"] == identity_id
    if name is None:
        assert message["identity_name"]
    else:
        assert message["identity_name"] == name


async def test_flat_stranger_can_be_an_employee_without_id(flat: BoxClient) -> None:
    """The person type alone does not identify a stranger."""
    emitted = await flat.box.recognize(stranger="employee")
    assert (emitted.message["identity_id"], emitted.message["user_type"]) == (
        "",
        "employee",
    )
    assert emitted.person_type is PersonType.EMPLOYEE


async def test_live_message_fields_can_be_changed_and_removed(
    nested: BoxClient,
) -> None:
    """Nested fields can be changed and removed, too."""
    socket = await nested.subscribe()
    await nested.box.recognize(
        nested.box.devices[0],
        nested.box.people[0],
        overrides={"score": "high", "ext_data": {"person_type": 9}},
        omit=("identity_info", "ext_data.device_ip", "no.such.key"),
    )
    message = await receive(socket)
    assert message["score"] == "high"
    assert message["ext_data"]["person_type"] == 9
    assert "device_type" in message["ext_data"]
    assert "device_ip" not in message["ext_data"]
    assert "identity_info" not in message
