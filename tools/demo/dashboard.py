"""The demo's dashboard: recent recognitions, people, boxes and a log."""

from collections.abc import Iterable

from .api import Json, Socket
from .dashboard_words import WORDS, Words
from .devices import BoxDevice, CaptureDevice, Devices, PersonDevice

URL_PATH = "demo-recognitions"
HEALTH = (
    "sensor.core_temperature",
    "sensor.cpu_usage",
    "sensor.tpu_usage",
    "sensor.memory_usage",
    "sensor.storage_usage",
    "sensor.last_boot",
)


async def make_dashboard(
    socket: Socket, devices: Devices, automation_ids: list[str], language: str
) -> None:
    """Create or replace the dashboard, and make it the default."""
    title = WORDS[language].title
    dashboards = await socket.command("lovelace/dashboards/list")
    if all(dashboard["url_path"] != URL_PATH for dashboard in dashboards):
        await socket.command(
            "lovelace/dashboards/create",
            url_path=URL_PATH,
            title=title,
            icon="mdi:face-recognition",
        )
    views = make_views(devices, automation_ids, language)
    await socket.command(
        "lovelace/config/save", url_path=URL_PATH, config={"views": views}
    )
    await socket.command(
        "frontend/set_system_data", key="core", value={"default_panel": URL_PATH}
    )


def make_views(
    devices: Devices, automation_ids: list[str], language: str
) -> list[Json]:
    """Return the pages of the dashboard."""
    words = WORDS[language]
    return [
        _now(words, devices),
        _scenes(words, devices.capture_devices),
        _people(words, devices.people),
        _boxes(words, devices.boxes),
        _log(words, devices, automation_ids),
    ]


def _view(
    title: str, path: str, icon: str, sections: list[Json], **others: object
) -> Json:
    return {
        "title": title,
        "path": path,
        "icon": icon,
        "type": "sections",
        "max_columns": 3,
        "sections": sections,
        **others,
    }


def _section(cards: Iterable[Json]) -> Json:
    return {"type": "grid", "cards": list(cards)}


def _heading(text: str, icon: str, *badges: str) -> Json:
    return {
        "type": "heading",
        "heading": text,
        "heading_style": "title",
        "icon": icon,
        "badges": [{"type": "entity", "entity": entity} for entity in badges],
    }


def _tile(
    entity_id: str, name: str | None = None, columns: int = 6, **others: object
) -> Json:
    return {
        "type": "tile",
        "entity": entity_id,
        "grid_options": {"columns": columns},
        # Without a name, a tile repeats the device's name from the heading.
        "name": {"type": "entity"} if name is None else name,
        **others,
    }


def _picture(entity_id: str, columns: int, rows: int) -> Json:
    return {
        "type": "picture-entity",
        "entity": entity_id,
        "show_name": False,
        "show_state": False,
        "fit_mode": "cover",
        "grid_options": {"columns": columns, "rows": rows},
    }


def _now(words: Words, devices: Devices) -> Json:
    badges = [
        {
            "type": "entity",
            "entity": box.entity_ids["binary_sensor.connection"],
            "name": box.name,
            "show_name": True,
        }
        for box in devices.boxes
    ]
    sections = [_door(words, device) for device in devices.capture_devices]
    return _view(words.now, "now", "mdi:door", sections, badges=badges)


def _door(words: Words, device: CaptureDevice) -> Json:
    entities = device.entity_ids
    event = entities["event.recognition"]
    return _section(
        (
            _heading(device.name, "mdi:door"),
            _picture(entities["image.face"], 5, 3),
            _tile(entities["sensor.last_person"], words.person, 7),
            _tile(event, words.person_type, 7, state_content="event_type"),
            _tile(event, words.when, 7),
        )
    )


def _scenes(words: Words, devices: list[CaptureDevice]) -> Json:
    # A page of their own: the frontend fetches a camera's still only every ten seconds,
    # but a face at once.
    sections = [
        _section(
            (
                _heading(device.name, "mdi:door"),
                _picture(device.entity_ids["camera.scene"], 12, 4),
            )
        )
        for device in devices
    ]
    return _view(words.scenes, "scenes", "mdi:cctv", sections)


def _people(words: Words, people: list[PersonDevice]) -> Json:
    sections = [
        _section(
            (
                _heading(person.name, "mdi:account"),
                _picture(person.entity_ids["image.face"], 5, 2),
                _tile(person.entity_ids["sensor.last_location"], columns=7),
                _tile(person.entity_ids["event.recognition"], words.when, 7),
            )
        )
        for person in people
    ]
    return _view(words.people, "people", "mdi:account-group", sections)


def _boxes(words: Words, boxes: list[BoxDevice]) -> Json:
    return _view(words.boxes, "boxes", "mdi:chip", [_box(words, box) for box in boxes])


def _box(words: Words, box: BoxDevice) -> Json:
    entities = box.entity_ids
    counters = [
        {"entity": device.entity_ids["sensor.recognitions"], "name": device.name}
        for device in box.capture_devices
    ]
    return _section(
        (
            _heading(box.name, "mdi:chip", entities["binary_sensor.connection"]),
            *_tiles(entities, ("switch.pictures", "sensor.pass_mode")),
            *_tiles(entities, HEALTH),
            {
                "type": "statistics-graph",
                "title": words.recognitions,
                "entities": counters,
                "stat_types": ["change"],
                "chart_type": "bar",
                "period": "day",
                "days_to_show": 7,
            },
        )
    )


def _tiles(entity_ids: dict[str, str], keys: Iterable[str]) -> list[Json]:
    """Return tiles for those entities that exist."""
    return [_tile(entity_ids[key]) for key in keys if key in entity_ids]


def _logbook(entity_ids: list[str], rows: int) -> Json:
    return {
        "type": "logbook",
        "hours_to_show": 1,
        "target": {"entity_id": entity_ids},
        "grid_options": {"columns": 12, "rows": rows},
    }


def _log(words: Words, devices: Devices, automation_ids: list[str]) -> Json:
    # One logbook row per recognition: the one that names the person.
    last_persons = [
        device.entity_ids["sensor.last_person"] for device in devices.capture_devices
    ]
    return _view(
        words.log,
        "log",
        "mdi:format-list-bulleted",
        [
            _section(
                (
                    _heading(words.recognitions, "mdi:face-recognition"),
                    _logbook(last_persons, rows=9),
                )
            ),
            _section(
                (
                    _heading(words.automations, "mdi:robot"),
                    *(
                        {
                            "type": "tile",
                            "entity": entity_id,
                            "state_content": ["last_triggered"],
                            "grid_options": {"columns": 12},
                        }
                        for entity_id in automation_ids
                    ),
                    _logbook(automation_ids, rows=5),
                )
            ),
            _section(
                (
                    _heading(words.lately, "mdi:chart-timeline"),
                    {
                        "type": "history-graph",
                        "hours_to_show": 0.25,
                        "entities": [
                            {"entity": entity_id, "name": device.name}
                            for entity_id, device in zip(
                                last_persons, devices.capture_devices, strict=True
                            )
                        ],
                    },
                )
            ),
        ],
    )
