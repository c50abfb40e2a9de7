"""Limits of reading recognitions back, and where to continue."""

from datetime import timedelta
from functools import partialmethod
from typing import Any

import pytest

from custom_components.se_aibox.box.history import BoxHistory
from emulator import EmulatedBox
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from tests.integration.conftest import SetUp
from tests.integration.helpers import NEAR, history_requests
from tests.integration.recognition.automation_helpers import FRIEND

from .action_helpers import Past, act, look_back


async def test_both_ends_of_the_time_span_are_inclusive(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """They may be in any time zone."""
    await set_up()
    past = Past()
    first, second, third = [await past.add(box, FRIEND) for _ in range(3)]

    async def between(**span: Any) -> list[str]:
        return [row["occurred_at"] for row in await look_back(hass, **span)]

    expected = [moment.isoformat() for moment in (third, second, first)]
    assert await between() == expected
    assert await between(start_time=second.isoformat()) == expected[:2]
    assert await between(end_time=second.isoformat()) == expected[1:]
    local = str(dt_util.as_local(second).replace(tzinfo=None))
    just_before = second - timedelta(milliseconds=1)
    assert await between(start_time=just_before, end_time=local) == [expected[1]]
    assert await between(end_time="2011-01-01 00:00:00") == []


async def test_limited_response_says_where_to_continue(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """No recognition is lost between two calls."""
    await set_up()
    past = Past()
    for _ in range(7):
        await past.add(box, FRIEND)
    seen: list[str] = []
    where: dict[str, object] = {}
    for more in (True, True, False):
        response = await act(
            hass, "get_recognitions", {"limit": 3, **where}, target=NEAR
        )
        assert response["has_more"] is more
        seen += [row["occurred_at"] for row in response["recognitions"]]
        where = {"end_time": response["looked_back_to"]}
    assert list(dict.fromkeys(seen)) == [
        moment.isoformat() for moment in reversed(past.moments)
    ]


async def test_thousand_rows_need_no_more_pages_than_necessary(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """It takes eleven pages of 100 records."""
    await set_up()
    past = Past()
    for _ in range(1_050):
        await past.add(box, FRIEND)
    before = history_requests(box)
    response = await act(hass, "get_recognitions", {"limit": 1000}, target=NEAR)
    rows = response["recognitions"]
    assert len({row["occurred_at"] for row in rows}) == 1000
    assert rows[0]["occurred_at"] == past.moments[-1].isoformat()
    assert response["has_more"]
    assert response["looked_back_to"] == past.moments[50].isoformat()
    assert history_requests(box) - before == 11


async def test_response_says_how_far_the_history_was_read(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What was not read is not reported as empty."""
    reads_less = partialmethod(BoxHistory.async_find, max_records=100)
    monkeypatch.setattr(BoxHistory, "async_find", reads_less)
    await set_up()
    past = Past()
    for _ in range(101):
        await past.add(box, FRIEND)
    response = await act(
        hass, "get_recognitions", {"person_types": ["stranger"]}, target=NEAR
    )
    assert response == {
        "recognitions": [],
        "has_more": True,
        "looked_back_to": past.moments[1].isoformat(),
    }
