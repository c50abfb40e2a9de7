"""The uploads of the history in dialect 2.0."""

from emulator.dialect import PictureTexts, as_written, history_score
from emulator.model import JsonObject, PictureKind, Record
from emulator.variant import Variant

from .live import face_attributes, user_type


def upload_message(
    record: Record, variant: Variant, pictures: PictureTexts
) -> JsonObject:
    """Return a record as it is uploaded (docs/protocol.md §6)."""
    device = record.device
    body: JsonObject = {
        "api_version": "2.0",
        "identity_id": record.identity_id,
        "identity_name": record.identity_name,
        "timestamp": record.timestamp_ms,
        "score": history_score(record, variant),
        "post_action": "0",
        "user_type": user_type(record),
        "in_timestamp": record.timestamp_ms,
        "out_timestamp": record.timestamp_ms,
        "media_device_info": {
            "media_device_id": device.device_id,
            "media_device_type": device.type,
            "media_device_ip": device.ip,
            "media_device_name": device.name,
        },
        "mq_license_key": "NAAXWN000120210813164813",
        "reg_image": pictures.get(PictureKind.REFERENCE, ""),
        "spot_image": pictures.get(PictureKind.SCENE, ""),
        "ir_image": "",
        "recognize_face_image": pictures.get(PictureKind.FACE, ""),
        "recognize_face_attr": face_attributes(record),
    }
    return as_written(body, variant)
