"""What the demo makes of Home Assistant's log: a check must fail on it, and on nothing else."""

from pathlib import Path

import pytest

from tools.demo.home_assistant import HomeAssistantProcess

_ORDINARY = """\
2026-11-22 22:16:56.289+00:00 WARNING (MainThread) [homeassistant.bootstrap] Skipping pip installation
2026-11-22 22:16:56.291+00:00 WARNING (SyncWorker_0) [homeassistant.loader] We found a custom integration se_aibox which has not been tested by Home Assistant
2026-11-22 22:28:41.526+00:00 INFO (MainThread) [custom_components.se_aibox] Office is connected again
"""
_WARNING = "2026-11-22 22:27:31.671+00:00 WARNING (MainThread) [custom_components.se_aibox] Office is disconnected"
_TRACEBACK = """\
2026-11-22 22:17:11.465+00:00 ERROR (MainThread) [homeassistant.core] Error doing job
Traceback (most recent call last):
  File "/custom_components/se_aibox/sensor.py", line 1
ValueError"""


@pytest.mark.parametrize(
    ("log", "problems"),
    [
        (_ORDINARY, []),
        (f"{_ORDINARY}{_WARNING}\n{_ORDINARY}", [_WARNING]),
        (f"{_ORDINARY}{_TRACEBACK}\n{_ORDINARY}", [_TRACEBACK]),
    ],
)
def test_problems_are_whole_records(
    tmp_path: Path, log: str, problems: list[str]
) -> None:
    """A traceback comes with the line it belongs to; what every start says is no problem."""
    home_assistant = HomeAssistantProcess(tmp_path)
    home_assistant.log_file.write_text(log)
    assert home_assistant.problems() == problems
