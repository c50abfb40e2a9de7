"""Tests of the lines that the demo prints."""

import pytest

from tools.demo.api import RecognitionData
from tools.demo.lines import padded, recognition_line


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Tom", "Tom   "),
        ("大门", "大门  "),
        ("Viktor Kane", "Viktor"),
        ("车库Garage", "车库Ga"),
        ("a车库车", "a车库 "),
    ],
)
def test_columns_stay_aligned(text: str, shown: str) -> None:
    """A Chinese character is two columns wide; a blank replaces half of one."""
    assert padded(text, 6) == shown


@pytest.mark.parametrize(
    ("language", "matched", "line"),
    [
        ("en", True, "20:01:02  Box Door Tom employee 92.5"),
        ("en", False, "20:01:02  Box Door stranger employee 92.5"),
        ("zh-Hans", True, "20:01:02  Box Door Tom 员工 92.5"),
        ("zh-Hans", False, "20:01:02  Box Door 陌生人 员工 92.5"),
    ],
)
def test_recognition_is_a_line_in_the_language_of_the_demo(
    language: str, matched: bool, line: str
) -> None:
    """The time is that of the demo's Home Assistant."""
    recognition: RecognitionData = {
        "entry_id": "",
        "device_id": "",
        "capture_device_name": "Door",
        "recognition_id": "",
        "identity_id": "1",
        "identity_name": "Tom",
        "person_type": "employee",
        "matched": matched,
        "score": 92.5,
        "occurred_at": "2026-11-30T12:01:02+00:00",
        "pictures": {},
    }
    assert recognition_line(recognition, "Box", language).split() == line.split()
