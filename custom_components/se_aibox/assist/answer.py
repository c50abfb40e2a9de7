"""An assistant's answer: few words, no ids, no scores. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import islice

from homeassistant.const import MAX_LENGTH_STATE_STATE
from homeassistant.util.json import JsonObjectType

from ..aibox.models import Recognition

# Limits of an answer: more would fill the context of a language model.
_MOST_ROWS = 50
_MOST_TIMES = 20
_MOST_NAMES = 10

_UNKNOWN = "unknown person"
_NAMELESS = "person without a name"


@dataclass(frozen=True, slots=True)
class Finding:
    """A recognition that an assistant may report."""

    recognition: Recognition
    # The user's name for the capture device.
    place: str
    # The config entry of the box.
    entry_id: str
    # The user's name for a followed person.
    called: str | None = None


@dataclass(frozen=True, slots=True)
class Findings:
    """The recognitions found, and notes for the assistant."""

    found: tuple[Finding, ...] = ()
    # Names that resemble the requested one.
    similar_names: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()


def answer(
    findings: Findings,
    start: datetime,
    end: datetime,
    zone: tzinfo,
    *,
    with_times: bool,
) -> JsonObjectType:
    """Return one row per person and place, the last seen first.

    Times are in `zone`.
    """
    groups = _by_person_and_place(findings.found)
    notes = list(findings.notes)
    if len(groups) > _MOST_ROWS:
        notes.append(
            f"{len(groups) - _MOST_ROWS} more rows are left out."
            " Ask for a shorter time span or for one place."
        )
    response: JsonObjectType = {
        "from": _local(start, zone),
        "to": _local(end, zone),
        "seen": [
            _row(group, zone, with_times=with_times) for group in groups[:_MOST_ROWS]
        ],
    }
    if findings.similar_names and not groups:
        response["similar_names"] = list(
            islice(map(_cut, sorted(findings.similar_names)), _MOST_NAMES)
        )
    if notes:
        response["notes"] = list(notes)
    return response


def _by_person_and_place(found: Iterable[Finding]) -> list[list[Finding]]:
    """Return groups by person and place, all newest first."""
    groups: dict[object, list[Finding]] = {}
    for finding in sorted(found, key=_seen_at, reverse=True):
        seen = finding.recognition
        key = (
            finding.entry_id,
            seen.capture_device_id,
            seen.identity_id,
            seen.person_type,
        )
        groups.setdefault(key, []).append(finding)
    return list(groups.values())


def _row(group: list[Finding], zone: tzinfo, *, with_times: bool) -> JsonObjectType:
    newest = group[0]
    row: JsonObjectType = {
        **dict(_who(newest)),
        "person_type": newest.recognition.person_type.value,
        "place": _cut(newest.place),
        "count": len(group),
        "first": _local(_seen_at(group[-1]), zone),
        "last": _local(_seen_at(newest), zone),
    }
    if with_times and len(group) > 1:
        row["times"] = [_local(_seen_at(seen), zone) for seen in group[:_MOST_TIMES]]
    return row


def _who(finding: Finding) -> Iterator[tuple[str, str]]:
    seen = finding.recognition
    if not seen.matched:
        yield "person", _UNKNOWN
        return
    on_box = seen.identity_name
    yield "person", _cut(finding.called or on_box or _NAMELESS)
    if finding.called and on_box and on_box != finding.called:
        yield "name_on_box", _cut(on_box)


def _seen_at(finding: Finding) -> datetime:
    return finding.recognition.occurred_at


def _local(moment: datetime, zone: tzinfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="seconds")


def _cut(name: str) -> str:
    """Return a name no longer than a state may be."""
    # Anybody who reaches a box can set the names on it.
    return name[:MAX_LENGTH_STATE_STATE]
