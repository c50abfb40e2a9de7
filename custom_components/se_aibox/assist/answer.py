"""An assistant's answer: few words, no ids, no scores. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from enum import StrEnum, auto
from itertools import islice

from homeassistant.const import MAX_LENGTH_STATE_STATE
from homeassistant.util.json import JsonObjectType

from ..aibox.models import Recognition
from ..aibox.names import given_name, name_key

# Limits of an answer: more would fill the context of a language model.
MOST_ROWS = 50
_MOST_TIMES = 20
_MOST_NAMES = 10

_UNKNOWN = "unknown person"
_NAMELESS = "person without a name"


class Gap(StrEnum):
    """Why a box may have seen more than was found."""

    NOT_CONNECTED = auto()
    NO_HISTORY = auto()
    NO_ANSWER = auto()
    TOO_MUCH = auto()


@dataclass(frozen=True, slots=True)
class Note:
    """A note about a box in an answer."""

    # The title of its config entry.
    box: str
    gap: Gap
    # How far back the search went, if it ended early.
    looked_back_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A recognition that an assistant may report."""

    recognition: Recognition
    # By our clock.
    moment: datetime
    # The user's name for the capture device.
    place: str
    # The config entry of the box.
    entry_id: str
    # Equal for all ids of one person; None for strangers.
    person: object
    # The user's name for a followed person.
    called: str | None = None
    # Whether the requested name is the whole name.
    is_exact: bool = True

    @property
    def name(self) -> str | None:
        """Return the name to show, None if there is none."""
        return self.called or given_name(self.recognition.identity_name)


@dataclass(frozen=True, slots=True)
class Findings:
    """The recognitions found, and notes about the boxes."""

    found: tuple[Finding, ...] = ()
    # Names that resemble the requested one.
    similar_names: frozenset[str] = frozenset()
    notes: tuple[Note, ...] = ()

    @classmethod
    def of_boxes(cls, findings: Sequence[Findings]) -> Findings:
        """Return the findings of several boxes, newest first."""
        found = sorted(
            (finding for each in findings for finding in each.found),
            key=lambda finding: finding.moment,
            reverse=True,
        )
        found = list(_as_one(found))
        # A question about Anna is not about Anna Schmidt if an Anna was seen, too.
        whole = [finding for finding in found if finding.is_exact]
        return cls(
            tuple(whole or found),
            frozenset[str]().union(*(each.similar_names for each in findings)),
            tuple(note for each in findings for note in each.notes),
        )


def _as_one(found: Sequence[Finding]) -> Iterator[Finding]:
    """Yield findings; equal ids and names on two boxes are one person.

    The newest come first, so that a person has the newest name.
    """
    named: dict[object, object] = {}
    for finding in found:
        seen = finding.recognition
        name = given_name(seen.identity_name)
        named.setdefault(
            finding.person,
            # A followed person is one already.
            (seen.identity_id, name_key(name))
            if name and finding.person == (finding.entry_id, seen.identity_id)
            else finding.person,
        )
    for finding in found:
        yield replace(finding, person=named[finding.person])


_NOTES = {
    Gap.NOT_CONNECTED: "is not connected",
    Gap.NO_HISTORY: "keeps no history",
    Gap.NO_ANSWER: "does not answer",
}


def _in_words(note: Note) -> str:
    if note.gap is Gap.TOO_MUCH:
        return (
            f"{note.box} has more recognitions than were searched."
            " Ask for a shorter time span or for one place."
        )
    return (
        f"{note.box} {_NOTES[note.gap]}. For each person and place, only the last"
        " time since Home Assistant started is known."
    )


def answer(
    findings: Findings,
    start: datetime,
    end: datetime,
    zone: tzinfo,
    *,
    asked_for_a_person: bool,
    more_notes: Iterable[str] = (),
) -> JsonObjectType:
    """Return one row per person and place, the last seen first.

    Times are in `zone`.
    """
    groups = _by_person_and_place(findings.found)
    notes = [*map(_in_words, findings.notes), *more_notes]
    if asked_for_a_person and len({group[0].person for group in groups}) > 1:
        notes.append("Several people have this name, or it is a part of theirs.")
    if len(groups) > MOST_ROWS:
        notes.append(
            f"{len(groups) - MOST_ROWS} more rows are left out."
            " Ask for a shorter time span or for one place."
        )
    response: JsonObjectType = {
        "from": local(start, zone),
        "to": local(end, zone),
        "seen": [
            _row(group, zone, with_times=asked_for_a_person)
            for group in groups[:MOST_ROWS]
        ],
    }
    if findings.similar_names and not groups:
        response["similar_names"] = list(
            islice(map(cut, sorted(findings.similar_names)), _MOST_NAMES)
        )
    if notes:
        response["notes"] = list(notes)
    return response


def seen_before(ever: Findings, zone: tzinfo) -> str:
    """Return a note about a person who was not seen in the time span."""
    if not ever.found and ever.notes:
        return "Not seen in this time span. Not all that came before could be searched."
    if not ever.found:
        return (
            "Nobody of this name was found at any time. That does not mean that there"
            " is nobody of this name."
        )
    last = ever.found[0]
    return (
        f"Not seen in this time span; the last time was {local(last.moment, zone)}:"
        f" {cut(last.name or _NAMELESS)}, {cut(last.place)}."
    )


def _by_person_and_place(found: Iterable[Finding]) -> list[list[Finding]]:
    """Return groups by person and place, all newest first."""
    groups: dict[object, list[Finding]] = {}
    for finding in found:
        place = (finding.entry_id, finding.recognition.capture_device_id)
        who = finding.person or finding.recognition.person_type
        groups.setdefault((place, who), []).append(finding)
    return list(groups.values())


def _row(group: list[Finding], zone: tzinfo, *, with_times: bool) -> JsonObjectType:
    newest = group[0]
    row: JsonObjectType = {
        **dict(_who(newest)),
        "person_type": newest.recognition.person_type.value,
        "place": cut(newest.place),
        "count": len(group),
        "first": local(group[-1].moment, zone),
        "last": local(newest.moment, zone),
    }
    if with_times and len(group) > 1:
        row["times"] = [local(seen.moment, zone) for seen in group[:_MOST_TIMES]]
    return row


def _who(finding: Finding) -> Iterator[tuple[str, str]]:
    seen = finding.recognition
    if not seen.matched:
        yield "person", _UNKNOWN
        return
    on_box = given_name(seen.identity_name)
    yield "person", cut(finding.name or _NAMELESS)
    if finding.called and on_box and on_box != finding.called:
        yield "name_on_box", cut(on_box)


def local(moment: datetime, zone: tzinfo) -> str:
    """Return a time in a zone, without fractions of a second."""
    return moment.astimezone(zone).isoformat(timespec="seconds")


def cut(name: str) -> str:
    """Return a name no longer than a state may be."""
    # Anybody who reaches a box can set the names on it.
    return name[:MAX_LENGTH_STATE_STATE]
