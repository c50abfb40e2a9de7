"""Tests of the demo automations."""

import pytest

from homeassistant.util.yaml import load_yaml_dict
from tools.demo.automations import automations
from tools.demo.configuration import DOMAIN, PROJECT
from tools.demo.devices import (
    BoxDevice,
    CaptureDevice,
    Devices,
    PersonDevice,
    SiteDevice,
)

_DEVICES = Devices(
    [
        BoxDevice(
            "box",
            "Box",
            {},
            [CaptureDevice(str(n), f"Door {n}", "Box", {}) for n in range(3)],
        ),
        BoxDevice("se3", "SE3", {}, []),
    ],
    [PersonDevice("tom", "Tom", {})],
    [SiteDevice("house", "House", {})],
)


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
@pytest.mark.parametrize(
    ("file", "kind", "key"),
    [
        ("triggers.yaml", "triggers", "trigger"),
        ("conditions.yaml", "conditions", "condition"),
    ],
)
def test_demo_uses_every_trigger_and_condition(
    language: str, file: str, kind: str, key: str
) -> None:
    known = load_yaml_dict(str(PROJECT / "custom_components" / DOMAIN / file))
    used = {
        item[key]
        for automation in automations(_DEVICES, language)
        for item in automation.as_config()[kind]
    }
    assert used == {f"{DOMAIN}.{name}" for name in known}
