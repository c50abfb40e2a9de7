"""The live message of dialect 1.x."""

from emulator.dialect import PictureTexts, as_written, picture_fields
from emulator.model import (
    Identity,
    JsonObject,
    JsonValue,
    PersonType,
    PictureKind,
    Record,
)
from emulator.variant import Variant

from .quality import box_quality, camera_quality


def live_message(
    record: Record, variant: Variant, pictures: PictureTexts
) -> JsonObject:
    """Return a live message (docs/protocol.md §1)."""
    message: JsonObject = {
        "identity_id": record.identity_id,
        **_place(record, variant),
        "identity_name": record.identity_name,
        "identity_info": record_info(record),
        "group_name": record.group_name,
        "timestamp": record.timestamp_ms,
        "score": record.score,
        "ext_data": _ext_data(record, variant, pictures),
    }
    if record.identity is not None:
        message |= picture_fields(pictures, variant, {PictureKind.REFERENCE: "reg_pic"})
    return as_written(message, variant)


def _place(record: Record, variant: Variant) -> JsonObject:
    """Return the device id; the vendor's sample reads `video_id`."""
    device_id = record.device.device_id
    place: JsonObject = {} if variant.video_id_only else {"device_id": device_id}
    if variant.live_event_id or variant.video_id_only:
        place |= {"event_id": record.event_id, "video_id": device_id}
    return place


def person_number(record: Record, variant: Variant) -> JsonValue:
    """Return the person type of dialect 1.x, or the one set in its place."""
    if record.wire_type is not None:
        return record.wire_type
    number = record.person_type.number
    return str(number) if variant.person_type_as_string else number


def record_info(record: Record) -> JsonObject:
    """Return the enrollment details of the recognized person."""
    if record.enrolled_at is None:
        return identity_info(record.identity)
    # The box enrolls strangers under a type of their own.
    return {
        "addTime": record.enrolled_at,
        "image_id": record.face_image_id,
        "name": record.identity_name,
        "type": PersonType.STRANGER.number,
    }


def identity_info(identity: Identity | None) -> JsonObject:
    """Return the enrollment details; empty for a stranger."""
    if identity is None:
        return {}
    return {
        "image_id": identity.image_id,
        "permission_ids": [*identity.permission_ids],
        "type": identity.person_type.number
        if identity.wire_type is None
        else identity.wire_type,
        "user_id": identity.user_id,
        "face_ids": [face.face_id for face in identity.faces],
        "name": identity.name,
        "addTime": identity.added_at,
        "ext_info": identity.details,
        **identity.custom,
    }


def _ext_data(record: Record, variant: Variant, pictures: PictureTexts) -> JsonObject:
    kind = record.device.kind
    keys = {PictureKind.SCENE: "spot_pic", PictureKind.FACE: "recognize_face"}
    if variant.welcome_machine:
        del keys[PictureKind.SCENE]
    data: JsonObject = {
        "device_ip": record.device.ip,
        "device_type": int(kind) if variant.device_type_as_number else str(int(kind)),
        "grab_fiqa_info": camera_quality(record, variant),
        "box_fiqa_info": box_quality(record, variant),
        **picture_fields(pictures, variant, keys),
    }
    if not variant.person_type_missing:
        data["person_type"] = person_number(record, variant)
    return data
