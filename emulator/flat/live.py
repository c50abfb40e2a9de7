"""The live message of dialect 2.0."""

import base64
from random import Random

from emulator.dialect import PictureTexts, as_written, picture_fields
from emulator.model import JsonObject, JsonValue, PictureKind, Record
from emulator.variant import Variant


def live_message(
    record: Record, variant: Variant, pictures: PictureTexts
) -> JsonObject:
    """Return a live message without a scene (docs/protocol.md §1)."""
    device = record.device
    message: JsonObject = {
        "timestamp": record.timestamp_ms,
        "identity_id": record.identity_id,
        "identity_name": record.identity_name,
        "score": record.score,
        "device_id"
        if variant.live_device_id_key
        else "media_device_id": device.device_id,
        "media_device_ip": device.ip,
        "media_device_type": device.type,
        "recognize_face_attr": face_attributes(record),
        **picture_fields(pictures, variant, {PictureKind.FACE: "recognize_face_image"}),
    }
    if record.identity is not None:
        key = "reg_pic" if variant.reg_pic_key else "register_image"
        message |= picture_fields(pictures, variant, {PictureKind.REFERENCE: key})
    if not variant.event_id_missing:
        message["event_id"] = record.event_id
    if not variant.person_type_missing:
        message["user_type"] = user_type(record)
    return as_written(message, variant)


def user_type(record: Record) -> JsonValue:
    """Return the person type of dialect 2.0, or the one set in its place."""
    own = record.wire_type
    return record.person_type.value if own is None else own


def face_attributes(record: Record) -> JsonObject:
    """Return face attributes and the vector that clients must drop."""
    return {
        **record.attributes,
        "expression": None,
        "box": [169.91, 256.99, 487.32, 671.73],
        "point": [],
        "feature_binary": base64.b64encode(
            Random(record.subject).randbytes(2048)
        ).decode("ascii"),
    }
