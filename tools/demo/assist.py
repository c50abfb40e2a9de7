"""Assist in the demo: an automation of the blueprint that answers questions."""

from pathlib import Path

from .api import Api
from .automations import AUTOMATION_API
from .configuration import PROJECT
from .devices import Devices

# A question about the first capture device, in the language of the demo.
QUESTIONS = {
    "en": "Who was at the front door today?",
    "zh-Hans": "今天谁来过大门？",
}
_BLUEPRINTS = PROJECT / "blueprints" / "automation"
_BLUEPRINT = "ask_who_was_seen.yaml"
_ALIASES = {"en": "Answer who was there", "zh-Hans": "回答谁来过"}


async def make_assist_answer(api: Api, devices: Devices, language: str) -> None:
    """Save an automation that answers questions about all capture devices."""
    where = [device.device_id for device in devices.capture_devices]
    await api.post(
        f"{AUTOMATION_API}/ask_who_was_seen",
        {
            "alias": _ALIASES[language],
            "use_blueprint": {
                "path": str(_blueprint(language)),
                "input": {"where": where},
            },
        },
    )


def _blueprint(language: str) -> Path:
    """Return the path of the blueprint, as Home Assistant names it."""
    # The files in English are not in a folder of their own.
    for folder in (Path("se_aibox") / language, Path("se_aibox")):
        if (_BLUEPRINTS / folder / _BLUEPRINT).exists():
            return folder / _BLUEPRINT
    raise FileNotFoundError(_BLUEPRINT)
