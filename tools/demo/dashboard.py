"""Home Assistant's default dashboard: who is where, and who was."""

from dataclasses import dataclass

from .api import Json, Socket
from .capture_devices import BoxDevice, CaptureDevice, find_boxes

_URL_PATH = "demo-recognitions"


@dataclass(frozen=True, slots=True)
class Words:
    """What the dashboard says in words of its own."""

    title: str
    now: str
    log: str
    recognitions: str
    person: str
    person_type: str
    person_types: str
    connection: str


_WORDS = {
    "en": Words(
        title="Recognitions",
        now="Now",
        log="Log",
        recognitions="Recognitions",
        person="Person",
        person_type="Person type",
        person_types="Person types of the last minutes",
        connection="Boxes",
    ),
    "zh-Hans": Words(
        title="人脸识别",
        now="实时",
        log="记录",
        recognitions="识别记录",
        person="人员",
        person_type="人员类型",
        person_types="最近几分钟的人员类型",
        connection="盒子",
    ),
}


async def make_dashboard(socket: Socket, language: str) -> None:
    """Make the dashboard, or make it anew, and open it to everyone who logs in."""
    words = _WORDS[language]
    dashboards = await socket.command("lovelace/dashboards/list")
    if all(dashboard["url_path"] != _URL_PATH for dashboard in dashboards):
        await socket.command(
            "lovelace/dashboards/create",
            url_path=_URL_PATH,
            title=words.title,
            icon="mdi:face-recognition",
        )
    boxes = await find_boxes(socket)
    await socket.command(
        "lovelace/config/save",
        url_path=_URL_PATH,
        config={"views": [_now(words, boxes), _log(words, boxes)]},
    )
    await socket.command(
        "frontend/set_system_data", key="core", value={"default_panel": _URL_PATH}
    )


def _now(words: Words, boxes: list[BoxDevice]) -> Json:
    return {
        "title": words.now,
        "path": "now",
        "type": "sections",
        "max_columns": 3,
        "badges": [_connection(box) for box in boxes],
        "sections": [
            _capture_device(words, device)
            for box in boxes
            for device in box.capture_devices
        ],
    }


def _connection(box: BoxDevice) -> Json:
    return {
        "type": "entity",
        "entity": box.entity_ids["binary_sensor.connection"],
        "name": box.name,
        "show_name": True,
    }


def _capture_device(words: Words, device: CaptureDevice) -> Json:
    entities = device.entity_ids
    return {
        "type": "grid",
        "cards": [
            {
                "type": "heading",
                "heading": device.name,
                "heading_style": "title",
                "badges": [
                    {"type": "entity", "entity": entities["sensor.last_recognition"]}
                ],
            },
            {
                "type": "picture-entity",
                "entity": entities["sensor.last_person"],
                "camera_image": entities["camera.last_person"],
                "camera_view": "auto",
                "show_name": False,
                "show_state": True,
                "fit_mode": "cover",
                "aspect_ratio": "16x9",
                "grid_options": {"columns": 12},
            },
            _tile(entities["sensor.last_person"], words.person),
            _tile(entities["sensor.last_person_type"], words.person_type),
        ],
    }


def _tile(entity_id: str, name: str) -> Json:
    return {
        "type": "tile",
        "entity": entity_id,
        "name": name,
        "grid_options": {"columns": 6},
    }


def _log(words: Words, boxes: list[BoxDevice]) -> Json:
    devices = [device for box in boxes for device in box.capture_devices]
    return {
        "title": words.log,
        "path": "log",
        "type": "sections",
        "max_columns": 2,
        "sections": [
            {
                "type": "grid",
                "cards": [
                    {"type": "heading", "heading": words.recognitions},
                    {
                        "type": "logbook",
                        "hours_to_show": 1,
                        "target": {
                            "entity_id": [
                                device.entity_ids["sensor.last_person"]
                                for device in devices
                            ]
                        },
                        "grid_options": {"columns": 12, "rows": 9},
                    },
                ],
            },
            {
                "type": "grid",
                "cards": [
                    {"type": "heading", "heading": words.connection},
                    *(
                        {
                            "type": "tile",
                            "entity": box.entity_ids["binary_sensor.connection"],
                            "name": box.name,
                            "grid_options": {"columns": 6},
                        }
                        for box in boxes
                    ),
                    {"type": "heading", "heading": words.person_types},
                    {
                        "type": "history-graph",
                        "hours_to_show": 0.25,
                        "entities": [
                            {
                                "entity": device.entity_ids["sensor.last_person_type"],
                                "name": device.name,
                            }
                            for device in devices
                        ],
                    },
                ],
            },
        ],
    }
