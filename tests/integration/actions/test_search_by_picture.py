"""Searching the history of a box for a face."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from emulator import EmulatedBox
from emulator.history import HistoryQuery
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
from tests.emulator.pictures import colored, drawn_reference
from tests.integration.conftest import SetUp
from tests.integration.helpers import Dialect, FiredEvents, record, requests_to

from .action_helpers import act, keep, of_box

PATHS: dict[Dialect, str] = {
    "nested": "/SophonMatch/api/picturesearch",
    "flat": "/sophon/v2/face/searchbyimage",
}


async def _record(
    box: EmulatedBox, person: int, device: int, ago: timedelta
) -> datetime:
    """Record a person in the past."""
    moment = dt_util.utcnow().replace(microsecond=0) - ago
    await record(box, moment, box.people[person], device)
    return moment


async def _file_of_tom(hass: HomeAssistant, box: EmulatedBox, folder: Path) -> str:
    return keep(hass, folder, "tom.jpg", await drawn_reference(box, box.people[0]))


async def test_search_returns_where_and_when_a_face_was_seen(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    tmp_path: Path,
    fired: FiredEvents,
) -> None:
    """The newest row is the first and has the keys of the live event."""
    await set_up()
    hours = [timedelta(hours=number) for number in (1, 3, 5)]
    moments = [await _record(box, 0, number, ago) for number, ago in enumerate(hours)]
    await _record(box, 1, 0, timedelta(hours=2))
    await box.recognize(box.devices[0], box.people[0])
    live = await fired.next()

    file = await _file_of_tom(hass, box, tmp_path)
    response = await act(hass, "search_by_picture", of_box(file=file))

    assert (response["has_more"], response["looked_back_to"]) == (False, None)
    newest, *others = response["recognitions"]
    assert newest.pop("similarity") >= box.settings.threshold
    # Ids and pictures are not compared: a nested record has another id than the live
    # message, and no record has the names of its pictures.
    assert newest.keys() == live.keys()
    for key in ("entry_id", "device_id", "capture_device_name", "identity_id"):
        assert newest[key] == live[key]
    assert [row["occurred_at"] for row in others] == [
        moment.isoformat() for moment in moments
    ]
    assert {row["identity_name"] for row in others} == {box.people[0].name}
    assert "/9j/" not in str(response)


async def test_search_is_limited_by_time_count_and_threshold(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, tmp_path: Path
) -> None:
    """The response says where to continue."""
    await set_up()
    days = [timedelta(days=number) for number in (1, 2, 3, 4, 10)]
    moments = [await _record(box, 0, 0, ago) for ago in days]
    file = await _file_of_tom(hass, box, tmp_path)

    async def times(**data: object) -> tuple[list[str], str | None]:
        response = await act(hass, "search_by_picture", of_box(file=file, **data))
        assert response["has_more"] is (response["looked_back_to"] is not None)
        rows = [row["occurred_at"] for row in response["recognitions"]]
        return rows, response["looked_back_to"]

    expected = [moment.isoformat() for moment in moments]
    assert await times() == (expected[:4], None)
    assert await times(limit=2) == (expected[:2], expected[1])
    assert await times(end_time=expected[1], limit=2) == (expected[1:3], expected[2])
    local = dt_util.as_local(moments[4]).replace(tzinfo=None)
    assert await times(start_time=str(local)) == (expected, None)
    start, end = moments[2].isoformat(), moments[1].isoformat()
    assert await times(start_time=start, end_time=end) == (expected[1:3], None)
    assert await times(threshold=99.9) == ([], None)


async def test_search_skips_unselected_capture_devices(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    tmp_path: Path,
    dialect: Dialect,
) -> None:
    """Without selected ones the box receives no request."""
    chosen = {"capture_devices": [box.devices[1].device_id]}
    options = {**chosen, "add_new_capture_devices": False}
    entry = await set_up(options)
    for number in range(3):
        await _record(box, 0, number, timedelta(hours=number + 1))
    file = await _file_of_tom(hass, box, tmp_path)
    response = await act(hass, "search_by_picture", of_box(file=file))
    [row] = response["recognitions"]
    assert row["capture_device_id"] == box.devices[1].device_id

    asked = requests_to(box, PATHS[dialect])
    nothing = {**options, "capture_devices": []}
    hass.config_entries.async_update_entry(entry, options=nothing)
    await hass.async_block_till_done()
    response = await act(hass, "search_by_picture", of_box(file=file))
    assert response["recognitions"] == []
    assert requests_to(box, PATHS[dialect]) == asked


@pytest.mark.parametrize("dialect", ["nested"])
async def test_rows_that_ignore_the_device_filter_are_dropped(
    hass: HomeAssistant,
    box: EmulatedBox,
    set_up: SetUp,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The firmware here ignores the filter."""
    chosen = {"capture_devices": [box.devices[1].device_id]}
    await set_up({**chosen, "add_new_capture_devices": False})
    for number in range(3):
        await _record(box, 0, number, timedelta(hours=number + 1))
    file = await _file_of_tom(hass, box, tmp_path)
    matches = HistoryQuery.matches
    monkeypatch.setattr(
        HistoryQuery,
        "matches",
        lambda query, record: matches(replace(query, device_ids=frozenset()), record),
    )
    response = await act(hass, "search_by_picture", of_box(file=file))
    [row] = response["recognitions"]
    assert row["capture_device_id"] == box.devices[1].device_id


async def test_refused_search_is_an_error(
    hass: HomeAssistant, box: EmulatedBox, set_up: SetUp, tmp_path: Path
) -> None:
    """A picture without a face, and a box that is busy."""
    await set_up()
    file = keep(hass, tmp_path, "wall.jpg", colored((200, 10, 10)))
    with pytest.raises(HomeAssistantError, match="found no face"):
        await act(hass, "search_by_picture", of_box(file=file))
    box.state.searching = True
    file = await _file_of_tom(hass, box, tmp_path)
    with pytest.raises(HomeAssistantError, match="busy with another search"):
        await act(hass, "search_by_picture", of_box(file=file))


@pytest.mark.parametrize("dialect", ["nested"])
@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-11-02 00:00:00", "2026-11-01 00:00:00"),
        ("2026-11-01 00:00:00", "2026-11-01 00:00:00"),
        ("2099-01-01 00:00:00", "2099-01-02 00:00:00"),
        ("1999-01-01 00:00:00", "1999-01-02 00:00:00"),
    ],
)
async def test_empty_time_span_is_refused(
    hass: HomeAssistant, set_up: SetUp, start: str, end: str
) -> None:
    """Reversed, empty, in the future, or long before any record."""
    await set_up()
    with pytest.raises(HomeAssistantError) as raised:
        await act(
            hass,
            "search_by_picture",
            of_box(entity_id="camera.nowhere", start_time=start, end_time=end),
        )
    assert raised.value.translation_key == "no_time_between"
