"""The repair issues of a box, for faults that last."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util.hass_dict import HassKey

from ..aibox.clock import whole_quarters
from ..aibox.models import ClockReading, PassMode, PeopleCount, Recognition, SystemMode
from ..const import DOMAIN
from ..text import async_words_cached, duration, in_both, listed
from .polls import BoxPoll, BoxPolls

LEARN_MORE = "https://github.com/se-aibox/ha-se-aibox/blob/main/docs/repairs.md"
LARGEST_CLOCK_ERROR = timedelta(seconds=60)

# A fault must be measured twice, this far apart, before an issue is raised.
_LASTING = timedelta(seconds=45)
_TIMES_COMPARED = 5
_MINUTE = timedelta(minutes=1)
# Messages take different times.
_LARGEST_SPREAD = timedelta(seconds=60)
# A box that makes up types must not fill the message.
_MOST_TYPES = 5
# Between the two, an issue neither comes nor goes: people do.
_NEARLY_FULL = 0.95
_EASED = 0.93


class Fault(StrEnum):
    """A fault of a box that the user can fix."""

    ARMED_PART_OF_DAY = "armed_part_of_day"
    ATTRIBUTES_OFF = "attributes_off"
    BARE_SYSTEM = "bare_system"
    BOX_AWAY = "box_away"
    CAPTURE_DEVICE_AWAY = "capture_device_away"
    CLOCK_OFF = "clock_off"
    DATE_OFF = "date_off"
    EVERYONE_PASSES = "everyone_passes"
    GROUP_NEARLY_FULL = "group_nearly_full"
    NEVER_PUSHED = "never_pushed"
    NO_CAPTURE_DEVICES = "no_capture_devices"
    ONLY_CAPTURES = "only_captures"
    OTHER_USAGE = "other_usage"
    PICTURES_NOT_STORED = "pictures_not_stored"
    PICTURES_TOO_BIG = "pictures_too_big"
    PUSH_REFUSED = "push_refused"
    TIMES_OFF = "times_off"
    TYPE_UNKNOWN = "type_unknown"
    UNIDENTIFIED = "unidentified_box"


_CLOCK_FAULTS = frozenset({Fault.CLOCK_OFF, Fault.DATE_OFF})
_SEVERITIES = {
    Fault.BARE_SYSTEM: ir.IssueSeverity.ERROR,
    Fault.UNIDENTIFIED: ir.IssueSeverity.ERROR,
}
# The translation keys of what has a repair flow; all others are mended on the box.
# Times that are off by no time zone are not among them: the clock is right.
_FIXABLE = frozenset(
    {
        Fault.EVERYONE_PASSES,
        Fault.PUSH_REFUSED,
        Fault.UNIDENTIFIED,
        *(f"{subject}_ahead" for subject in ("clock", "date", "times")),
        *(f"{subject}_behind" for subject in ("clock", "date", "times")),
    }
)


@dataclass(frozen=True, slots=True)
class Symptom:
    """The translation key and placeholders that describe a fault."""

    translation_key: str
    placeholders: Mapping[str, str] = field(default_factory=dict)
    # How far a time is off, to the minute.
    difference: timedelta | None = None


@dataclass(slots=True)
class _Suspicion:
    """A measured fault that may be over in a moment."""

    since: float
    measured: int = 0


def clock_symptom(reading: ClockReading) -> Symptom | None:
    """Return the clock's error, or None within tolerance."""
    error = abs(reading.offset) - reading.uncertainty
    if error <= LARGEST_CLOCK_ERROR or _is_zone(reading):
        return None
    return _off("clock", reading.offset)


def date_symptom(reading: ClockReading) -> Symptom | None:
    """Return the error of a date that may be in another time zone."""
    if not _is_zone(reading) or reading.is_doubted:
        return None
    return _off("date", whole_quarters(reading.offset))


def _is_zone(reading: ClockReading) -> bool:
    return reading.is_date and bool(whole_quarters(reading.offset))


def times_symptom(differences: Sequence[timedelta]) -> Symptom | None:
    """Return the error of times that are off by about the same."""
    if len(differences) < _TIMES_COMPARED:
        return None
    in_order = sorted(differences)
    difference = in_order[len(in_order) // 2]
    if abs(difference) <= LARGEST_CLOCK_ERROR:
        return None
    if nearest := whole_quarters(difference):
        return _off("times", nearest)
    if in_order[-1] - in_order[0] > _LARGEST_SPREAD:
        return None
    return _off("times_shifted", difference)


def _off(subject: str, offset: timedelta) -> Symptom:
    # To the minute: a clock drifts, and every new text is written to disk.
    minutes = round(abs(offset) / _MINUTE)
    direction = "ahead" if offset > timedelta() else "behind"
    return Symptom(f"{subject}_{direction}", difference=minutes * _MINUTE)


class BoxIssues:
    """The issues and suspicions of one box."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Initialize without suspicions."""
        self._hass = hass
        self._entry = entry
        self._suspicions: dict[Fault, _Suspicion] = {}
        # Faults without an issue in the registry. This saves a lookup: most faults are
        # measured on each recognition.
        self._absent: set[Fault] = set()
        self._differences: deque[timedelta] = deque(maxlen=_TIMES_COMPARED)
        # Person types that are unheard of.
        self._types: set[str] = set()
        entry.async_on_state_change(self._clear_if_disabled)

    @callback
    def async_measure(self, fault: Fault, symptom: Symptom | None) -> None:
        """Raise the issue of a lasting fault; clear an ended one."""
        if symptom is None:
            self.async_clear(fault)
            return
        now = self._hass.loop.time()
        suspicion = self._suspicions.setdefault(fault, _Suspicion(now))
        suspicion.measured += 1
        if suspicion.measured > 1 and now - suspicion.since >= _LASTING.total_seconds():
            self.async_raise(fault, symptom)

    @callback
    def async_measure_mode(self, mode: SystemMode | None) -> None:
        """Measure whether the box runs nothing; None is unknown."""
        if mode is not None:
            is_bare = mode is SystemMode.BARE
            symptom = Symptom(Fault.BARE_SYSTEM) if is_bare else None
            self.async_measure(Fault.BARE_SYSTEM, symptom)

    @callback
    def async_measure_clock(self, reading: ClockReading) -> None:
        """Measure the error of the box's clock."""
        self.async_measure(Fault.CLOCK_OFF, clock_symptom(reading))
        self.async_measure(Fault.DATE_OFF, date_symptom(reading))

    @callback
    def async_measure_pass_mode(self, mode: PassMode | None) -> None:
        """Measure whether the box lets everyone pass."""
        everyone = mode is PassMode.EVERYONE
        symptom = Symptom(Fault.EVERYONE_PASSES) if everyone else None
        self.async_measure(Fault.EVERYONE_PASSES, symptom)

    @callback
    def async_measure_people(self, count: PeopleCount) -> None:
        """Measure whether the people nearly fill the box."""
        if (taken := count.taken) is None:
            return
        fault = Fault.GROUP_NEARLY_FULL
        if taken < _EASED:
            self.async_clear(fault)
        elif taken >= _NEARLY_FULL or self.is_raised(fault):
            # A count is not wrong for a moment.
            numbers = {"enrolled": str(count.people), "capacity": str(count.capacity)}
            key = "group_full" if taken >= 1 else fault
            self.async_raise(fault, Symptom(key, numbers))

    @callback
    def async_measure_capture_devices(self, *, some: bool) -> None:
        """Measure whether the box lists any capture devices."""
        symptom = None if some else Symptom(Fault.NO_CAPTURE_DEVICES)
        self.async_measure(Fault.NO_CAPTURE_DEVICES, symptom)

    @callback
    def async_measure_time(self, recognition: Recognition) -> None:
        """Compare the time of a recognition with its arrival."""
        # A wrong clock already explains wrong times.
        if not self._suspicions.keys().isdisjoint(_CLOCK_FAULTS):
            self._differences.clear()
        else:
            self._differences.append(recognition.occurred_at - recognition.received_at)
        self.async_measure(Fault.TIMES_OFF, times_symptom(self._differences))

    @callback
    def async_measure_type(self, recognition: Recognition) -> None:
        """Raise an issue for a person type that is unheard of."""
        reported = recognition.unknown_type
        if reported is None or reported in self._types:
            return
        if len(self._types) < _MOST_TYPES:
            self._types.add(reported)
            words = async_words_cached(self._hass)
            types = in_both(types=listed(words, sorted(self._types)))
            self.async_raise(Fault.TYPE_UNKNOWN, Symptom(Fault.TYPE_UNKNOWN, types))

    @callback
    def is_raised(self, fault: Fault) -> bool:
        """Return whether the issue of a fault is open."""
        issue_id = _issue_id(fault, self._entry.entry_id)
        return ir.async_get(self._hass).async_get_issue(DOMAIN, issue_id) is not None

    @callback
    def async_raise_once(
        self, fault: Fault, symptom: Symptom, data: Mapping[str, str]
    ) -> None:
        """Raise an issue unless it is open already."""
        if not self.is_raised(fault):
            self.async_raise(fault, symptom, data)

    @callback
    def async_raise(
        self,
        fault: Fault,
        symptom: Symptom | None = None,
        data: Mapping[str, str] | None = None,
    ) -> None:
        """Raise an issue without a second measurement.

        `data` is for the repair flow of an issue that has one.
        """
        symptom = symptom or Symptom(fault)
        is_fixable = symptom.translation_key in _FIXABLE
        self._absent.discard(fault)
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            _issue_id(fault, self._entry.entry_id),
            data={"kind": fault, "entry_id": self._entry.entry_id, **(data or {})}
            if is_fixable
            else None,
            is_fixable=is_fixable,
            learn_more_url=f"{LEARN_MORE}#{fault}",
            severity=_SEVERITIES.get(fault, ir.IssueSeverity.WARNING),
            translation_key=symptom.translation_key,
            translation_placeholders={
                **in_both(name=self._entry.title),
                **symptom.placeholders,
                **self._difference(symptom),
            },
        )

    def _difference(self, symptom: Symptom) -> Mapping[str, str]:
        if symptom.difference is None:
            return {}
        words = async_words_cached(self._hass)
        return {"difference": duration(words, symptom.difference)}

    @callback
    def async_clear(self, fault: Fault) -> None:
        """Clear an issue."""
        self._suspicions.pop(fault, None)
        if fault not in self._absent:
            self._absent.add(fault)
            ir.async_delete_issue(
                self._hass, DOMAIN, _issue_id(fault, self._entry.entry_id)
            )

    @callback
    def async_clear_all(self) -> None:
        """Clear all issues, and forget what was measured."""
        self._types.clear()
        self._differences.clear()
        for fault in Fault:
            self.async_clear(fault)

    @callback
    def async_settle(self, fault: Fault) -> None:
        """Clear an issue whose cause was removed, and measure anew."""
        self._differences.clear()
        self.async_clear(fault)

    @callback
    def _clear_if_disabled(self) -> None:
        # Not on a reload: an issue that the user ignored must stay ignored.
        if self._entry.disabled_by:
            self.async_clear_all()


# Kept across reloads and setup retries.
_ISSUES: HassKey[dict[str, BoxIssues]] = HassKey(f"{DOMAIN}_issues")


@callback
def async_box_issues(hass: HomeAssistant, entry: ConfigEntry) -> BoxIssues:
    """Return the issues of a box."""
    known = hass.data.setdefault(_ISSUES, {})
    if (issues := known.get(entry.entry_id)) is None:
        issues = known[entry.entry_id] = BoxIssues(hass, entry)
    return issues


@callback
def async_forget_issues(hass: HomeAssistant, entry_id: str) -> None:
    """Delete all issues of a removed box, even ignored ones."""
    hass.data.get(_ISSUES, {}).pop(entry_id, None)
    for fault in Fault:
        ir.async_delete_issue(hass, DOMAIN, _issue_id(fault, entry_id))


def _issue_id(fault: Fault, entry_id: str) -> str:
    # Diagnostics show the ids of issues, so they contain nothing personal.
    return f"{fault}_{entry_id}"


@callback
def async_check_box(
    entry: ConfigEntry,
    polls: BoxPolls,
    issues: BoxIssues,
    has_reading: Callable[[str], bool],
) -> None:
    """Measure every poll answer until the entry is unloaded."""
    # Listening to the polls also keeps them running.
    async_measure_by(entry, polls.mode, issues.async_measure_mode)
    async_measure_by(entry, polls.clock, issues.async_measure_clock)
    if has_reading("pass_mode"):
        async_measure_by(entry, polls.pass_mode, issues.async_measure_pass_mode)
    if has_reading("enrolled_people"):
        async_measure_by(entry, polls.people, issues.async_measure_people)


@callback
def async_measure_by[T](
    entry: ConfigEntry, poll: BoxPoll[T], measure: Callable[[T], None]
) -> None:
    """Measure every answer of a poll until the entry is unloaded."""

    @callback
    def _measure() -> None:
        # A failed poll is not a measurement.
        if poll.answered:
            measure(poll.data)

    entry.async_on_unload(poll.async_add_listener(_measure))
