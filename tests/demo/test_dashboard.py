"""Tests of the demo dashboard."""

import json

import pytest

from tools.demo.dashboard import HEALTH, make_views
from tools.demo.devices import BoxDevice, CaptureDevice, Devices, PersonDevice

_CAPTURE_DEVICE = CaptureDevice(
    "door",
    "大门",
    "Box",
    {
        key: f"{key}_of_door"
        for key in (
            "camera.scene",
            "event.recognition",
            "image.face",
            "sensor.last_person",
            "sensor.recognitions",
        )
    },
)
_PERSON = PersonDevice(
    "tom",
    "Tom",
    {
        key: f"{key}_of_tom"
        for key in ("image.face", "event.recognition", "sensor.last_location")
    },
)
_ALWAYS = ("binary_sensor.connection", "switch.pictures")


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
@pytest.mark.parametrize("health", [(), HEALTH])
def test_dashboard_shows_every_entity(language: str, health: tuple[str, ...]) -> None:
    """A box without health readings has a page, too."""
    box_entities = {key: f"{key}_of_box" for key in (*_ALWAYS, *health)}
    devices = Devices(
        [BoxDevice("box", "Box", box_entities, [_CAPTURE_DEVICE])], [_PERSON]
    )
    views = make_views(devices, ["automation.greet"], language)
    shown = json.dumps(views)
    expected = (
        *box_entities.values(),
        *_CAPTURE_DEVICE.entity_ids.values(),
        *_PERSON.entity_ids.values(),
        "automation.greet",
    )
    assert [entity_id for entity_id in expected if f'"{entity_id}"' not in shown] == []
