"""Every reader of the wire, and the guarantees of their results."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
import math

import orjson

from custom_components.se_aibox.aibox.enrolled import PersonChange
from custom_components.se_aibox.aibox.models import Dialect, PersonType, Recognition
from custom_components.se_aibox.aibox.wire.changes import (
    StoredPerson,
    delete_request,
    differences,
    read_stored_person,
    update_requests,
)
from custom_components.se_aibox.aibox.wire.comparison import read_comparison
from custom_components.se_aibox.aibox.wire.device_status import read_device_statuses
from custom_components.se_aibox.aibox.wire.dialect import WIRES, read_record_page
from custom_components.se_aibox.aibox.wire.enrollment import read_enrollment
from custom_components.se_aibox.aibox.wire.errors import raise_for_error
from custom_components.se_aibox.aibox.wire.fields import JsonObject, load_object
from custom_components.se_aibox.aibox.wire.flat import concerns_capture_devices
from custom_components.se_aibox.aibox.wire.health import (
    HealthCall,
    read_health,
    read_pass_mode,
)
from custom_components.se_aibox.aibox.wire.people import (
    FIELDS,
    read_people,
    read_people_answer,
    read_person_answer,
)
from custom_components.se_aibox.aibox.wire.permissions import (
    read_permission_groups,
    read_permission_names,
)
from custom_components.se_aibox.aibox.wire.picture_search import read_similar_records
from custom_components.se_aibox.aibox.wire.platform import has_platform, is_managed
from custom_components.se_aibox.aibox.wire.quality import read_quality
from custom_components.se_aibox.aibox.wire.se3 import (
    GROUP_CALLS,
    answers_group_call,
    read_event_servers,
    read_push,
)
from custom_components.se_aibox.aibox.wire.system import (
    SystemCall,
    read_box_info,
    read_clock,
    read_date,
    read_system_answer,
    read_threshold_range,
)
from custom_components.se_aibox.aibox.wire.upload_urls import (
    read_upload_urls,
    upload_urls_request,
)

NOW = datetime(2026, 11, 22, tzinfo=UTC)
# `attributes` and `identity_info` go into events, which the recorder limits to 32 kB.
_LARGEST_DETAILS = 8 * 1024

type Reader = Callable[[Dialect, JsonObject], object]

_READERS: dict[str, Reader] = {
    "live": lambda dialect, message: WIRES[dialect].read_recognition(message, NOW),
    "push": lambda _, message: read_push(message, NOW),
    "upload": lambda dialect, message: WIRES[dialect].read_upload(message, NOW),
    "upload urls": lambda _, message: upload_urls_request(
        read_upload_urls(message).with_url("http://host/path")
    ),
    "row": lambda dialect, message: WIRES[dialect].read_record(message, NOW),
    "page": lambda dialect, message: read_record_page(WIRES[dialect], message, NOW),
    "devices": lambda dialect, message: WIRES[dialect].read_capture_devices(message),
    "device status": lambda _, message: read_device_statuses(message),
    "comparison": read_comparison,
    "similar": lambda dialect, message: read_similar_records(
        WIRES[dialect], message, NOW
    ),
    "enrollment": read_enrollment,
    "people": lambda dialect, message: read_people(
        dialect, read_people_answer(dialect, message).rows
    ),
    "person": lambda dialect, message: [
        check_change(read_stored_person(dialect, row))
        for row in read_person_answer(dialect, message)
        if isinstance(row, dict)
    ],
    "quality": read_quality,
    "platform": lambda dialect, message: (
        has_platform(dialect, message),
        is_managed(dialect, message),
    ),
    "group names": lambda _, message: read_permission_names(message),
    "groups": read_permission_groups,
    "threshold": lambda dialect, message: WIRES[dialect].read_config(
        message, "THRESHOLD"
    ),
    "pass mode": lambda dialect, message: read_pass_mode(
        WIRES[dialect].read_config(message, "PASSMODE")
    ),
    "clock": lambda _, message: read_clock(message),
    "health": lambda _, message: read_health(dict.fromkeys(HealthCall, message), NOW),
    "box": lambda dialect, message: read_box_info(
        dialect,
        dict.fromkeys(SystemCall, read_system_answer(message)),
        str(message.get("BOX_MAC")),
        str(message.get("THRESHOLD")),
    ),
    "threshold range": lambda _, message: read_threshold_range(message),
    "group call": lambda _, message: [
        answers_group_call(message, field) for field in GROUP_CALLS
    ],
    "event servers": lambda _, message: read_event_servers(message),
    "error": lambda _, message: raise_for_error(message),
}
NAMES = (*_READERS, "broadcast", "date")


def read(name: str, dialect: Dialect, data: bytes) -> object:
    """Return a reader's result for a message; raise `AiBoxError`."""
    if name == "broadcast":
        return concerns_capture_devices(data)
    if name == "date":
        return read_date(data.decode("utf-8", "surrogateescape"))
    return _READERS[name](dialect, load_object(data))


def check(result: object) -> None:
    """Assert the guarantees of every recognition in a result."""
    for recognition in _recognitions(result):
        check_recognition(recognition)


def check_recognition(recognition: Recognition) -> None:
    """Assert the guarantees of a recognition from any box."""
    assert recognition.recognition_id.strip()
    assert len(recognition.recognition_id) <= 1024
    assert recognition.capture_device_id.strip()
    assert len(recognition.capture_device_id) <= 255
    assert recognition.occurred_at.tzinfo is UTC
    assert 1970 <= recognition.occurred_at.year < 5200
    assert recognition.matched is (recognition.person_type is not PersonType.STRANGER)
    if recognition.matched:
        assert recognition.identity_id
        assert recognition.identity_id.strip()
    else:
        assert (recognition.identity_id, recognition.identity_name) == (None, None)
    assert recognition.score is None or math.isfinite(recognition.score)
    for name, value in recognition.attributes.items():
        assert name not in ("feature", "feature_binary", "box", "point")
        assert isinstance(value, str | int | float)
        assert len(str(value)) <= 255
    for details in (recognition.identity_info, recognition.attributes):
        assert len(orjson.dumps(details)) <= _LARGEST_DETAILS
    for word in (recognition.identity_name, recognition.group_name):
        assert word is None or (len(word) <= 1024 and "\0" not in word)
        # Half of a surrogate pair cannot be written anywhere.
        assert word is None or word.encode()


def check_change(stored: StoredPerson) -> StoredPerson:
    """Assert that a change of the name sends every other field back."""
    assert stored.identity_id.strip()
    assert differences(stored, stored, PersonChange()) == ()
    assert update_requests(stored, PersonChange()) == ()
    body = delete_request(stored).body
    assert body is not None
    assert next(iter(body.values())) in (stored.identity_id, [stored.identity_id])
    [request] = update_requests(stored, PersonChange(name="Ada"))
    assert request.body is not None
    orjson.dumps(request.body)
    fields = FIELDS[stored.dialect]
    nested = stored.dialect is Dialect.NESTED
    sent = request.body["info"] if nested else request.body
    assert isinstance(sent, Mapping)
    own = set() if nested else {fields.photos, fields.faces}
    assert sent.keys() == (stored.info.keys() - own) | {fields.name, fields.groups}
    for key, value in sent.items():
        if key == fields.name:
            assert value == "Ada"
        elif key == "identity_id" and not nested:
            assert value == stored.identity_id
        else:
            assert value == stored.info.get(key, [])
    return stored


def _recognitions(result: object) -> Iterable[Recognition]:
    """Yield every recognition in a result, at any depth."""
    if isinstance(result, Recognition):
        yield result
    elif is_dataclass(result):
        for field in fields(result):
            yield from _recognitions(getattr(result, field.name))
    elif isinstance(result, Mapping):
        yield from _recognitions(tuple(result.values()))
    elif isinstance(result, Iterable) and not isinstance(result, str | bytes):
        for item in result:
            yield from _recognitions(item)
