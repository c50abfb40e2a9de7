"""Dialect 2.0: POST calls, flat events (docs/protocol.md §1–§4)."""

from datetime import datetime
from urllib.parse import quote

import orjson

from ..exceptions import UnreadableError
from ..models import (
    CaptureDevice,
    DeviceList,
    Dialect,
    HistoryQuery,
    LiveRecognition,
    PictureKind,
    Recognition,
    Record,
    RecordKey,
    Subscription,
)
from .attributes import object_in, read_attributes
from .common import (
    read_device_address,
    read_device_list,
    read_device_type,
    read_identity_info,
    read_relay,
    read_stream_url,
)
from .fields import (
    JsonObject,
    identifier,
    load_object,
    mapping,
    moment,
    number,
    objects,
    picture,
    present,
    readable,
    required,
    text,
)
from .person import TYPE_WORDS, read_person
from .recognition_id import build_recognition_id
from .request import LARGEST_PICTURE, Request

DIALECT = Dialect.FLAT
_FACE = "/sophon/v2/face"
CAPTURE_DEVICES = Request("POST", f"{_FACE}/getmediadevices", body={})
THRESHOLD = "MATCH_THRESHOLD"
THRESHOLD_RANGE: Request | None = None
BOX_MAC: str | None = None
CAPACITY = "GATE_DEFAULT_GROUP_SIZE"
SHARES_IDS = True
HAS_BROADCASTS = True
OPENS_DOORS = False
# The vendor's page says milliseconds, but its examples use seconds: try both.
HISTORY_IN_MILLISECONDS: tuple[bool, ...] = (True, False)

# Some firmware writes the second.
_DEVICE_IDS = ("media_device_id", "device_id")
_DEVICE_URLS = ("media_device_url", "media_device_key")

# A broadcast with one of these fields is about the layout of the preview.
_PREVIEW = frozenset(
    {"last_set_name", "preview_device_list", "preview_mode", "selected_device_list"}
)


def subscription_frame(subscription: Subscription) -> str:
    """Return the configuration frame for a subscription."""
    return orjson.dumps(
        {
            "with_face_image": subscription.captured_pictures,
            "with_register_image": subscription.reference_pictures,
            "media_device_ids": sorted(subscription.capture_device_ids),
        }
    ).decode()


def read_recognition(message: JsonObject, received_at: datetime) -> LiveRecognition:
    """Return the recognition in a live message."""
    pictures = present(
        {
            PictureKind.FACE: picture(message, "recognize_face_image"),
            PictureKind.REFERENCE: picture(message, "register_image", "reg_pic"),
        }
    )
    # The scene is only in the history, under the event's id (docs/protocol.md §4).
    in_history = {PictureKind.SCENE} if message.get("event_id") else set()
    recognition = _read_recognition(
        message, message, received_at, frozenset(pictures) | in_history
    )
    return LiveRecognition(recognition, pictures)


def read_upload(message: JsonObject, received_at: datetime) -> LiveRecognition:
    """Return the recognition in an upload (docs/protocol.md §6)."""
    pictures = present(
        {
            PictureKind.FACE: picture(message, "recognize_face_image"),
            PictureKind.SCENE: picture(message, "spot_image"),
            PictureKind.REFERENCE: picture(message, "reg_image", "register_image"),
        }
    )
    recognition = _read_recognition(
        message, mapping(message, "media_device_info"), received_at, frozenset(pictures)
    )
    return LiveRecognition(recognition, pictures, is_upload=True)


def _read_recognition(
    message: JsonObject,
    device: JsonObject,
    received_at: datetime,
    picture_kinds: frozenset[PictureKind],
) -> Recognition:
    """Return the recognition of a message, a record or an upload.

    They differ in the object that has the fields of the capture device.
    """
    person = read_person(message, text(message, "user_type"))
    capture_device_id = required(identifier(device, *_DEVICE_IDS), _DEVICE_IDS[0])
    occurred_at = required(moment(message, "timestamp"), "timestamp")
    key = RecordKey(
        capture_device_id, occurred_at, person.identity_id or person.stranger_id
    )
    return Recognition(
        recognition_id=identifier(message, "event_id") or build_recognition_id(key),
        capture_device_id=capture_device_id,
        identity_id=person.identity_id,
        identity_name=person.identity_name,
        person_type=person.person_type,
        unknown_type=person.unknown_type,
        score=number(message, "score"),
        group_name=text(message, "group_name"),
        occurred_at=occurred_at,
        received_at=received_at,
        identity_info=read_identity_info(message),
        attributes=read_attributes(
            object_in(message, "recognize_face_attr"), stranger_id=person.stranger_id
        ),
        picture_kinds=picture_kinds,
    )


def read_capture_devices(answer: JsonObject) -> DeviceList:
    """Return the capture devices in an answer."""
    return read_device_list(answer, "devices", _DEVICE_IDS, _read_capture_device)


def _read_capture_device(entry: JsonObject, capture_device_id: str) -> CaptureDevice:
    return CaptureDevice(
        capture_device_id=capture_device_id,
        name=readable(lambda: text(entry, "media_device_name")),
        device_type=read_device_type(
            readable(lambda: text(entry, "media_device_type"))
        ),
        ip=read_device_address(entry, "media_device_ip", *_DEVICE_URLS),
        stream_url=read_stream_url(entry, *_DEVICE_URLS),
        relay=read_relay(entry, "net_relay", port="port", channel="channel"),
        permission_group_id=readable(lambda: identifier(entry, "permission_id")),
    )


def concerns_capture_devices(frame: bytes) -> bool:
    """Return True unless a broadcast is only about the preview.

    See docs/protocol.md §2. Its other content is ignored, because the box's list is
    read then.
    """
    try:
        message = load_object(frame)
    except UnreadableError:
        return True
    return bool(message.get("modify_media_device")) or _PREVIEW.isdisjoint(message)


def config_request(name: str) -> Request:
    """Return the request for one configuration value."""
    return Request("POST", f"{_FACE}/getconfigs", body={"config_name": name})


def read_config(answer: JsonObject, name: str) -> str | None:
    """Return one configuration value as text."""
    return text(answer, name)


def open_door_request(
    device: CaptureDevice, seconds: int | None = None
) -> Request | None:
    """Return None: no documented call opens a door."""
    return None


def history_request(query: HistoryQuery, *, milliseconds: bool) -> Request:
    """Return the request for a page of the history."""
    factor = 1000 if milliseconds else 1
    filters: dict[str, object] = {
        "datetime_gte": query.start.timestamp() * factor,
        "datetime_lte": query.end.timestamp() * factor,
    }
    if query.capture_device_ids:
        filters["media_device_ids"] = sorted(query.capture_device_ids)
    if query.identity_id is not None:
        filters["identity_id"] = query.identity_id
    if query.identity_name is not None:
        filters["identity_name"] = query.identity_name
    if query.person_type in TYPE_WORDS:
        filters["user_type"] = TYPE_WORDS[query.person_type]
    if query.minimum_score is not None:
        filters["score_min"] = query.minimum_score
    return Request(
        "POST",
        f"{_FACE}/getevents",
        body={
            "filters": filters,
            "page_limit": query.per_page,
            "page_index": query.page,
        },
    )


def record_request(recognition_id: str) -> Request | None:
    """Return the request for one record."""
    return Request("POST", f"{_FACE}/getevent", body={"event_id": recognition_id})


def read_records(answer: JsonObject) -> tuple[JsonObject, ...]:
    """Return the rows in a history answer."""
    # The answer may be a single record, which may be wrapped.
    row = mapping(answer, "event") or answer
    return objects(answer, "events") or ((row,) if "event_id" in row else ())


def read_record(row: JsonObject, received_at: datetime) -> Record:
    """Return the record in a row."""
    picture_ids = present(
        {
            PictureKind.FACE: text(row, "recognize_face_image_id"),
            PictureKind.SCENE: text(row, "spot_image_id"),
            PictureKind.REFERENCE: text(row, "register_image_id"),
        }
    )
    return Record(
        recognition=_read_recognition(
            row, mapping(row, "media_device_info"), received_at, frozenset(picture_ids)
        ),
        raw_timestamp=required(text(row, "timestamp"), "timestamp"),
        picture_ids=picture_ids,
        record_id=identifier(row, "event_id"),
    )


def picture_request(kind: PictureKind, picture_id: str, raw_timestamp: str) -> Request:
    """Return the request for a picture of a record."""
    name = quote(picture_id, safe="")
    if kind is PictureKind.REFERENCE:
        path, query = f"{_FACE}/getregisterimage/{name}", {}
    else:
        # Faces are kept beside the scenes.
        path, query = f"{_FACE}/getspotimage/{name}", {"timestamp": raw_timestamp}
    return Request("GET", path, query, largest_answer=LARGEST_PICTURE)
