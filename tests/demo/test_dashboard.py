"""Tests of the demo's dashboards."""

import json

import pytest

from tools.demo.dashboard import automations_view
from tools.demo.dashboard_words import WORDS
from tools.demo.devices import BoxDevice, CaptureDevice, Devices

_DOOR = CaptureDevice("door", "大门", "Box", {"sensor.last_person": "sensor.who_door"})


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_page_of_automations_shows_each_of_them(language: str) -> None:
    """Below them is what they did, and beside it who was recognized."""
    devices = Devices([BoxDevice("box", "Box", {}, [_DOOR])], [])
    automation_ids = ["automation.greet", "automation.warn"]

    view = automations_view(WORDS[language], devices, automation_ids)

    shown = json.dumps(view)
    for entity_id in (*automation_ids, "sensor.who_door"):
        assert f'"{entity_id}"' in shown
