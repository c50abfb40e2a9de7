"""The demo's dashboards: that of the integration, and one of the automations."""

from .api import Json, Socket
from .dashboard_words import WORDS, Words
from .devices import Devices

URL_PATH = "demo-recognitions"
AUTOMATIONS_PATH = "demo-automations"
STRATEGY = "custom:se-aibox"


async def make_dashboards(
    socket: Socket, devices: Devices, automation_ids: list[str], language: str
) -> None:
    """Create or replace the dashboards; the integration's becomes the default."""
    words = WORDS[language]
    await _make(
        socket,
        URL_PATH,
        words.title,
        "mdi:face-recognition",
        # As a user makes it, in two clicks.
        {"strategy": {"type": STRATEGY}},
    )
    await _make(
        socket,
        AUTOMATIONS_PATH,
        words.automations,
        "mdi:robot",
        {"views": [automations_view(words, devices, automation_ids)]},
    )
    await socket.command(
        "frontend/set_system_data", key="core", value={"default_panel": URL_PATH}
    )


async def _make(
    socket: Socket, url_path: str, title: str, icon: str, config: Json
) -> None:
    dashboards = await socket.command("lovelace/dashboards/list")
    if all(dashboard["url_path"] != url_path for dashboard in dashboards):
        await socket.command(
            "lovelace/dashboards/create", url_path=url_path, title=title, icon=icon
        )
    await socket.command("lovelace/config/save", url_path=url_path, config=config)


def automations_view(words: Words, devices: Devices, automation_ids: list[str]) -> Json:
    """Return a page with the automations and the logbook."""
    # One logbook row per recognition: the one that names the person.
    last_persons = [
        device.entity_ids["sensor.last_person"] for device in devices.capture_devices
    ]
    tiles = [
        {
            "type": "tile",
            "entity": entity_id,
            "state_content": ["last_triggered"],
            "grid_options": {"columns": 12},
        }
        for entity_id in automation_ids
    ]
    return {
        "title": words.automations,
        "path": "automations",
        "type": "sections",
        "max_columns": 2,
        "sections": [
            _section(
                _heading(words.automations, "mdi:robot"),
                *tiles,
                _logbook(automation_ids, rows=5),
            ),
            _section(
                _heading(words.recognitions, "mdi:face-recognition"),
                _logbook(last_persons, rows=9),
            ),
        ],
    }


def _section(*cards: Json) -> Json:
    return {"type": "grid", "cards": list(cards)}


def _heading(text: str, icon: str) -> Json:
    return {
        "type": "heading",
        "heading": text,
        "heading_style": "title",
        "icon": icon,
    }


def _logbook(entity_ids: list[str], rows: int) -> Json:
    return {
        "type": "logbook",
        "hours_to_show": 1,
        "target": {"entity_id": entity_ids},
        "grid_options": {"columns": 12, "rows": rows},
    }
