"""The lines that the demo prints."""

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
    """A Chinese character takes two columns; one that does not fit leaves a blank."""
    assert padded(text, 6) == shown
