"""How far and for how much the boxes' past is looked through, and where to go on."""

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


async def test_time_span(hass: HomeAssistant, box: EmulatedBox, set_up: SetUp) -> None:
    """Both ends are included, whichever time zone they are in."""
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


async def test_no_more_than_asked_for(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp
) -> None:
    """It is said whether there is more, and from where on: nothing is lost between two calls."""
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


async def test_a_thousand(hass: HomeAssistant, box: EmulatedBox, set_up: SetUp) -> None:
    """Page by page, and no page more than needed."""
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


async def test_looking_no_further(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What was not looked at is not said to be empty."""
    looks_less_far = partialmethod(BoxHistory.async_find, most_rows=100)
    monkeypatch.setattr(BoxHistory, "async_find", looks_less_far)
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
