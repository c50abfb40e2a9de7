"""Tests of how the demo reads Home Assistant's log."""

from pathlib import Path

import pytest

from tools.demo.home_assistant import HomeAssistantProcess

_DAY = "2026-11-22"
_OURS = "(MainThread) [custom_components.se_aibox]"
_ORDINARY = f"""\
{_DAY} 22:16:56.289+00:00 WARNING (MainThread) [homeassistant.bootstrap] Skipping pip
{_DAY} 22:16:56.291+00:00 WARNING (SyncWorker_0) [homeassistant.loader] We found a \
custom integration se_aibox which has not been tested by Home Assistant
{_DAY} 22:28:41.526+00:00 INFO {_OURS} Office is connected again
"""
_WARNING = f"{_DAY} 22:27:31.671+00:00 WARNING {_OURS} Office is disconnected"
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
def test_problem_includes_its_traceback(
    tmp_path: Path, log: str, problems: list[str]
) -> None:
    """Lines that every start logs are no problem."""
    home_assistant = HomeAssistantProcess(tmp_path)
    home_assistant.log_file.write_text(log)
    assert home_assistant.problems() == problems
