"""Dialect 1.x: REST verbs, nested events (docs/protocol.md §1–§4)."""

from dataclasses import replace
from datetime import datetime
from urllib.parse import quote

import orjson

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
from .attributes import object_in, read_attributes, read_camera, read_quality
from .common import (
    read_device_address,
    read_device_kind,
    read_device_list,
    read_device_type,
    read_identity_info,
    read_relay,
    read_stream_url,
)
from .fields import (
    JsonObject,
    identifier,
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
from .person import TYPE_NUMBERS, read_person
from .recognition_id import build_recognition_id
from .request import LARGEST_PICTURE, Request

DIALECT = Dialect.NESTED
CAPTURE_DEVICES = Request("GET", "/SophonDevice/api/Devices")
THRESHOLD = "THRESHOLD"
# Older firmware has this call, and none for configuration values.
THRESHOLD_RANGE: Request | None = Request("GET", "/SophonFogSys/api/PrettyScore")
BOX_MAC: str | None = "BOX_MAC"
CAPACITY = "DEFAULT_GROUP_SIZE"
SHARES_IDS = False
HAS_BROADCASTS = False
OPENS_DOORS = True
HISTORY_IN_MILLISECONDS: tuple[bool, ...] = (False,)


def subscription_frame(subscription: Subscription) -> str:
    """Return the configuration frame for a subscription."""
    return orjson.dumps(
        {
            "need_face": subscription.captured_pictures,
            "need_register": subscription.reference_pictures,
            "event_list": sorted(subscription.capture_device_ids),
        }
    ).decode()


def read_recognition(message: JsonObject, received_at: datetime) -> LiveRecognition:
    """Return the recognition in a live message."""
    details = mapping(message, "ext_data")
    person = read_person(message, text(details, "person_type"))
    capture_device_id = required(
        # The vendor's sample client reads the second.
        identifier(message, "device_id", "video_id"),
        "device_id",
    )
    occurred_at = required(moment(message, "timestamp"), "timestamp")
    key = RecordKey(
        capture_device_id, occurred_at, person.identity_id or person.stranger_id
    )
    pictures = present(
        {
            PictureKind.FACE: picture(details, "recognize_face"),
            PictureKind.SCENE: picture(details, "spot_pic"),
            PictureKind.REFERENCE: picture(message, "reg_pic"),
        }
    )
    recognition = Recognition(
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
            read_quality(object_in(details, "box_fiqa_info")),
            read_camera(object_in(details, "grab_fiqa_info")),
            # Some pages have it in uploads only.
            object_in(details, "info"),
            stranger_id=person.stranger_id,
        ),
        device_kind=read_device_kind(readable(lambda: text(details, "device_type"))),
        picture_kinds=frozenset(pictures),
    )
    return LiveRecognition(recognition, pictures)


def read_capture_devices(answer: JsonObject) -> DeviceList:
    """Return the capture devices in an answer."""
    return read_device_list(
        mapping(answer, "data"), "devices_list", ("device_id",), _read_capture_device
    )


def _read_capture_device(entry: JsonObject, capture_device_id: str) -> CaptureDevice:
    return CaptureDevice(
        capture_device_id=capture_device_id,
        name=readable(lambda: text(entry, "device_name")),
        device_type=read_device_type(readable(lambda: text(entry, "device_type"))),
        ip=read_device_address(entry, "device_ip", "device_key"),
        # An address for a device that sends stills, a stream's URL for the others.
        stream_url=read_stream_url(entry, "device_key"),
        relay=read_relay(entry, "netRelay", port="net_port", channel="door_port"),
        permission_group_id=readable(lambda: identifier(entry, "permission_id")),
        wants_attributes=readable(lambda: _wants_attributes(entry)) or False,
    )


def _wants_attributes(entry: JsonObject) -> bool:
    actions = mapping(mapping(entry, "device_attr"), "actions")
    return actions.get("do_attribute") is True


def config_request(name: str) -> Request:
    """Return the request for one configuration value."""
    # Never for the whole list, which contains passwords (docs/protocol.md §3).
    return Request("GET", f"/SophonConfig/api/Configs/{name}")


def read_config(answer: JsonObject, name: str) -> str | None:
    """Return one configuration value as text."""
    return text(mapping(answer, "data"), name)


def open_door_request(
    device: CaptureDevice, seconds: int | None = None
) -> Request | None:
    """Return the request to pulse a device's relay (docs/protocol.md §7).

    By default, it pulses for as long as the relay is set to. None unless the relay has
    a port, which the call requires, and a channel: for the box, no channel or 0 means
    every door.
    """
    relay = device.relay
    if (
        relay is None
        or relay.port is None
        or relay.channel is None
        or relay.channel < 1
    ):
        return None
    action = {
        # The page has the address and control port of one "terminal", and says that the
        # call acts on relays. The control port of no other device is known.
        "action_ip": relay.ip,
        "action_port": str(relay.port),
        "action_mode": "opendoor",
        "action_duration": device.pulse(seconds),
        "logic_port": relay.channel,
    }
    return Request("PUT", "/SophonFogSys/api/EventAction", body={"action": [action]})


def history_request(query: HistoryQuery, *, milliseconds: bool) -> Request:
    """Return the request for a page of the history."""
    # This dialect takes times in seconds.
    parameters = {
        "page": str(query.page),
        "per_page": str(query.per_page),
        "datetime_gte": f"{query.start.timestamp():.3f}",
        "datetime_lte": f"{query.end.timestamp():.3f}",
    }
    if query.capture_device_ids:
        parameters["streams"] = ",".join(sorted(query.capture_device_ids))
    if query.identity_id is not None:
        parameters["identity_id"] = query.identity_id
    if query.identity_name is not None:
        parameters["name"] = query.identity_name
    if query.person_type in TYPE_NUMBERS:
        parameters["userType"] = str(TYPE_NUMBERS[query.person_type])
    if query.minimum_score is not None:
        parameters["score_min"] = str(query.minimum_score)
    return Request("GET", "/SophonFace/api/events", parameters)


def record_request(recognition_id: str) -> Request | None:
    """Return None: this dialect has no such call."""
    return None


def read_records(answer: JsonObject) -> tuple[JsonObject, ...]:
    """Return the rows in a history answer."""
    return objects(answer, "data")


def read_record(row: JsonObject, received_at: datetime) -> Record:
    """Return the record in a row."""
    common, grabbed = mapping(row, "common"), object_in(row, "grab_data")
    picture_ids = present(
        {
            PictureKind.FACE: text(common, "recognize_face_pic_id"),
            PictureKind.SCENE: text(common, "spot_pic_id"),
            PictureKind.REFERENCE: text(mapping(common, "identity_info"), "image_id"),
        }
    )
    return Record(
        recognition=_read_recorded(
            common,
            required(moment(row, "timestamp"), "timestamp"),
            received_at,
            # The page spells it so.
            object_in(grabbed, "grap_fiqa_info", "grab_fiqa_info"),
            frozenset(picture_ids),
        ),
        raw_timestamp=required(text(row, "timestamp"), "timestamp"),
        picture_ids=picture_ids,
        record_id=identifier(row, "_id"),
    )


def read_upload(message: JsonObject, received_at: datetime) -> LiveRecognition:
    """Return the recognition in an upload (docs/protocol.md §6)."""
    if not mapping(message, "ep_info"):
        # The oldest firmware uploads the same message that it pushes.
        return replace(read_recognition(message, received_at), is_upload=True)
    pictures = present(
        {
            PictureKind.FACE: picture(message, "recognize_face"),
            PictureKind.SCENE: picture(message, "spot_pic"),
            PictureKind.REFERENCE: picture(message, "reg_pic"),
        }
    )
    recognition = _read_recorded(
        message,
        required(moment(message, "timestamp"), "timestamp"),
        received_at,
        {},
        frozenset(pictures),
    )
    return LiveRecognition(recognition, pictures, is_upload=True)


def _read_recorded(
    common: JsonObject,
    occurred_at: datetime,
    received_at: datetime,
    camera: JsonObject,
    picture_kinds: frozenset[PictureKind],
) -> Recognition:
    """Return the recognition of a record or an upload."""
    person = read_person(common, text(common, "person_type"))
    capture_device_id = required(
        identifier(mapping(common, "ep_info"), "device_id"), "device_id"
    )
    key = RecordKey(
        capture_device_id, occurred_at, person.identity_id or person.stranger_id
    )
    return Recognition(
        recognition_id=build_recognition_id(key),
        capture_device_id=capture_device_id,
        identity_id=person.identity_id,
        identity_name=person.identity_name,
        person_type=person.person_type,
        unknown_type=person.unknown_type,
        score=number(common, "score"),
        group_name=text(common, "group_name", "group_id"),
        occurred_at=occurred_at,
        received_at=received_at,
        identity_info=read_identity_info(common),
        attributes=read_attributes(
            read_camera(camera),
            object_in(common, "recognize_face_attr"),
            stranger_id=person.stranger_id,
        ),
        picture_kinds=picture_kinds,
    )


def picture_request(kind: PictureKind, picture_id: str, raw_timestamp: str) -> Request:
    """Return the request for a picture of a record."""
    name = quote(picture_id, safe="")
    if kind is PictureKind.REFERENCE:
        path, query = f"/SophonFace/api/images/{name}", {}
    else:
        path, query = (
            f"/SophonFace/api/event_images/{name}",
            {"datetime": raw_timestamp},
        )
    return Request("GET", path, query, largest_answer=LARGEST_PICTURE)
