"""Valid messages of both dialects, and strategies that damage them."""

from collections.abc import Mapping
import copy
from typing import Any, cast

from hypothesis import strategies as st

from custom_components.se_aibox.aibox.models import Dialect
from custom_components.se_aibox.aibox.wire.dialect import WIRES, Wire
from custom_components.se_aibox.aibox.wire.fields import JsonObject

LIVE: dict[Dialect, dict[str, object]] = {
    Dialect.NESTED: {
        "identity_id": "12345565",
        "device_id": "024b98a5-4e9d-4276-87e0-d2fb842ef957",
        "identity_name": "Tom",
        "identity_info": {"image_id": "04dc2501", "ext_info": {"room": "101"}},
        "group_name": "default_group",
        "timestamp": 1795385035868,
        "score": 88.57,
        "event_id": "1795385035868000001",
        "ext_data": {
            "device_type": "4",
            "person_type": 1,
            "grab_fiqa_info": {"age": 24, "sex": 1},
            "box_fiqa_info": {},
            "spot_pic": "AAAA",
            "recognize_face": "AAAA",
        },
        "reg_pic": "AAAA",
    },
    Dialect.FLAT: {
        "event_id": "1795385035873000004",
        "timestamp": 1795385035873,
        "identity_id": "12345565",
        "identity_name": "Tom",
        "user_type": "employee",
        "score": 88.57,
        "media_device_id": "024b98a5-4e9d-4276-87e0-d2fb842ef957",
        "recognize_face_attr": {"gender": "male", "age": "youth", "box": [1, 2]},
        "recognize_face_image": "data:image/jpeg;base64,AAAA",
        "register_image": "data:image/jpeg;base64,AAAA",
    },
}
ROW: dict[Dialect, dict[str, object]] = {
    Dialect.NESTED: {
        "_id": "5f85dd34",
        "timestamp": 1795385035.868,
        "common": {
            "identity_id": "12345565",
            "identity_name": "Tom",
            "identity_info": {"image_id": "04dc2501"},
            "person_type": 1,
            "score": 88.57,
            "group_id": "default",
            "recognize_face_pic_id": "1795385035.8681",
            "spot_pic_id": "1795385035.8682",
            "ep_info": {"device_id": "024b98a5"},
            "recognize_face_attr": {"gender": "male"},
        },
    },
    Dialect.FLAT: {
        "event_id": "1795385035873000004",
        "timestamp": 1795385035.873,
        "identity_id": "12345565",
        "user_type": "employee",
        "score": 88.57,
        "recognize_face_image_id": "1",
        "spot_image_id": "2",
        "register_image_id": "3",
        "media_device_info": {"media_device_id": "024b98a5"},
        "recognize_face_attr": {"gender": "male"},
    },
}
PAGE: dict[Dialect, dict[str, object]] = {
    Dialect.NESTED: {
        "data": [ROW[Dialect.NESTED]],
        "pagination": {"total_count": 1},
    },
    Dialect.FLAT: {"events": [ROW[Dialect.FLAT]], "pagination": {"total_count": 1}},
}
DEVICES: dict[Dialect, dict[str, object]] = {
    Dialect.NESTED: {
        "data": {
            "devices_list": [
                {
                    "device_id": "024b98a5",
                    "device_name": "Front door",
                    "device_type": "rtsp",
                    "device_key": "rtsp://10.0.0.7",
                    "netRelay": {"ip": "10.0.0.8", "net_port": 1, "delay_time": 5},
                }
            ]
        }
    },
    Dialect.FLAT: {
        "devices": [
            {
                "media_device_id": "024b98a5",
                "media_device_name": "Front door",
                "media_device_type": "rtsp",
                "media_device_url": "rtsp://10.0.0.7",
                "net_relay": {"ip": "10.0.0.8", "port": 1, "delay_time": 5},
            }
        ]
    },
}
# The examples of the manual (5.6/status and v2 5.7/7).
STATUS: dict[Dialect, dict[str, object]] = {
    Dialect.NESTED: {
        "dev_sno": "AFVKQF000120210604151110",
        "sub_devices": [
            {
                "ep_status": "online",
                "ep_location": "95274d2c-0941-4d96-b032-ab200f81362c",
                "ep_type": "rtsp",
                "ep_name": "",
                "ep_id": "ZKZCPI000120190807142601__192.168.1.101",
                "ep_ip": "192.168.1.101",
            }
        ],
    },
    Dialect.FLAT: {
        "mq_license_key": "AFVKQF000120210604151110",
        "sub_devices": [
            {
                "media_device_id": "2c1a6a12-ecf4-4490-a2fc-8d7a5023bfcd",
                "media_device_url": "rtsp://192.168.1.100:554/ch2",
                "media_device_ip": "192.168.1.100",
                "media_device_name": "前门设备",
                "media_device_status": "online",
                "media_device_type": "rtsp",
                "permission_id": "820737ae-a6d3-4322-bf7c-46f48066fb64",
            }
        ],
    },
}
COMPARISON: dict[Dialect, dict[str, object]] = {
    Dialect.NESTED: {
        "retcode": "1",
        "identity_id": "12345565",
        "identity_info": {"type": 5, "name": "Tom"},
        "name": "Tom",
        "score": 88.57,
    },
    Dialect.FLAT: {
        "result": True,
        "identity_id": "12345565",
        "identity_info": {"user_type": "vip", "identity_name": "Tom"},
        "score": 88.57,
        "debug_info": {"comparetime": 30.0},
    },
}
SIMILAR: dict[Dialect, dict[str, object]] = {
    Dialect.NESTED: {
        "ret_code": 1,
        "have_more": True,
        "endtimestamp": 1795385035.868,
        "total_count": 1,
        "event_list": [
            {
                "timestamp": 1795385035.868,
                "compare_score": 0.9167,
                **dict(cast("JsonObject", ROW[Dialect.NESTED]["common"])),
            }
        ],
    },
    Dialect.FLAT: {
        "have_more": True,
        "endtimestamp": 1795385035873,
        "events": [{"compare_score": 100.0, **ROW[Dialect.FLAT]}],
    },
}
ENROLLED: dict[Dialect, dict[str, object]] = {
    Dialect.NESTED: {
        "data": {"identity_id": "12345565", "group_name": "default_group"}
    },
    Dialect.FLAT: {"identity_id": "12345565", "face_id": "11045712"},
}
PEOPLE: dict[Dialect, dict[str, object]] = {
    Dialect.NESTED: {
        "data": {
            "identities_list": [
                {
                    "identity_id": "12345565",
                    "group_name": ["default_group"],
                    "reg_photo": "",
                    "info": {
                        "name": "Tom",
                        "type": 2,
                        "user_id": "0122",
                        "image_id": "04dc2501",
                        "face_ids": ["11045712"],
                        "permission_ids": ["f4add9c0"],
                        "visit_card_number": 7,
                        "addTime": 1587543999.19,
                        "ext_info": {
                            "jobNumber": "7",
                            "comeFrom": "Initech",
                            "endTime": "1795385035868",
                        },
                    },
                }
            ]
        }
    },
    Dialect.FLAT: {
        "identities": [
            {
                "identity_id": "12345565",
                "identity_name": "Tom",
                "user_type": "visitor",
                "permission_ids": ["f4add9c0"],
                "face_ids": ["11045712"],
                "register_image_ids": ["04dc2501"],
                "ext_user_info": {
                    "employee_number": "7",
                    "visitor_company": "Initech",
                    "end_time": 1795385035868,
                },
            }
        ],
        "pagination": {"page_index": 0, "page_limit": 10, "total_count": 1},
    },
}


def _first_person(dialect: Dialect) -> dict[str, object]:
    answer: Any = PEOPLE[dialect]
    if dialect is Dialect.NESTED:
        return dict(answer)
    return dict(answer["identities"][0])


# The answer about one person.
PERSON: dict[Dialect, dict[str, object]] = {
    dialect: _first_person(dialect) for dialect in Dialect
}
QUALITY: dict[Dialect, dict[str, object]] = {
    Dialect.NESTED: {"data": [{"fiqa_result": False, "fails": ["clarity", "mask"]}]},
    Dialect.FLAT: {
        "fiqa_result": False,
        "detailed_result": {"failed_items": ["clarity", "mask"]},
    },
}
# The settings of a box that is logged in to a platform.
PLATFORM: dict[Dialect, dict[str, object]] = {
    Dialect.NESTED: {"data": {"LOGIN_URL": "http://a", "LOGIN_STATUS": {"code": 0}}},
    Dialect.FLAT: {"MQ_LOGIN_URL": "http://a", "GATE_WORK_MODE": "mq"},
}
SYSTEM: dict[str, object] = {
    "data": [
        {
            "device_sn": "HQATEVBAIAIAI0001",
            "model": "SE50221",
            "version": "V5",
            "hostname": "BM1684-180",
            "device": "eth0",
            "mac": "E0:A5:09:00:00:01",
            "systemMode": "1",
        }
    ]
}
ERROR: dict[str, object] = {"error": {"code": 400, "message": "bad", "status": "BAD"}}


def _keys(value: object) -> set[str]:
    """Return every key in a message, at any depth."""
    if isinstance(value, list):
        return set().union(*map(_keys, value))
    if isinstance(value, dict):
        return set(value).union(*map(_keys, value.values()))
    return set()


_KNOWN_KEYS = sorted(
    _keys(
        [
            *LIVE.values(),
            *PAGE.values(),
            *DEVICES.values(),
            *COMPARISON.values(),
            *SIMILAR.values(),
            *ENROLLED.values(),
            *PEOPLE.values(),
            *QUALITY.values(),
            *PLATFORM.values(),
            SYSTEM,
            ERROR,
        ]
    )
)
words = st.sampled_from(
    ["", "stranger", "0", "4", "-1", "1e300", "nan", "{}", "[]", "data:", "eth0", "~"]
)
_numbers = st.sampled_from([0, -1, 4, 1e11, 1e14, 1e18, 1.7e308, -1e308, 2**63, 0.5])
_scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=30)
    | st.text("x", min_size=250, max_size=260)
    | words
    | _numbers
)
_names = st.sampled_from(_KNOWN_KEYS) | st.text(max_size=10)
values = st.recursive(
    _scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(_names, inner, max_size=6)
    ),
    max_leaves=20,
)
objects = st.dictionaries(_names, values, max_size=8)

# Random keys seldom make a message: a valid one with a few faults reaches further.
type _Path = tuple[str | int, ...]


def _paths(value: object, path: _Path = ()) -> list[_Path]:
    """Return the path of every value in a message."""
    items: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    return [
        found
        for key, inner in items
        for found in ((*path, key), *_paths(inner, (*path, key)))
    ]


@st.composite
def mutations(
    draw: st.DrawFn, valid: Mapping[Dialect, dict[str, object]], dialect: Dialect
) -> dict[str, object]:
    """Return the valid message with a few values dropped or replaced."""
    message = copy.deepcopy(valid[dialect])
    for _ in range(draw(st.integers(1, 3))):
        paths = _paths(message)
        if not paths:
            break
        *parents, last = draw(st.sampled_from(paths))
        place: Any = message
        for parent in parents:
            place = place[parent]
        if draw(st.booleans()):
            del place[last]
        else:
            place[last] = draw(values)
    return message


def messages(
    valid: Mapping[Dialect, dict[str, object]],
) -> st.SearchStrategy[tuple[Wire, JsonObject]]:
    """Return random and nearly valid messages with their dialect."""
    return st.sampled_from(Dialect).flatmap(
        lambda dialect: st.tuples(
            st.just(WIRES[dialect]), objects | mutations(valid, dialect)
        )
    )
