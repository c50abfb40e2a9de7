"""Tests of the lines that the demo prints."""

import pytest

from tools.demo.lines import padded


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
