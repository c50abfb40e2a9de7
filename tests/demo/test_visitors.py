"""Tests of the demo's visitors."""

import pytest

from tools.demo.boxes import demo_plans, emulated_boxes
from tools.demo.following import FOLLOWED
from tools.demo.visitors import VISITORS


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
async def test_demo_visitor_is_new_to_every_box(language: str) -> None:
    """Else a box refuses to enroll them."""
    visitors = (VISITORS[language].expected, VISITORS[language].overstaying)
    async with emulated_boxes(demo_plans(language)[:1]) as boxes:
        people = boxes[0].emulated.people
        known = {person.identity_id for person in people}
        names = {person.name for person in people}
    assert len({visitor.identity_id for visitor in visitors}) == len(visitors)
    for visitor in visitors:
        assert visitor.identity_id not in known
        assert visitor.name not in names
        assert visitor.host in FOLLOWED
