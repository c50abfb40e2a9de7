"""Triggers for recognitions; those for sites and visitors are imported."""

import abc
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import override

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.trigger import (
    NotTriggeredInfo,
    Trigger,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)

from .aibox.models import PersonType
from .coordinator import SeAiBoxCoordinator, async_loaded_box
from .media.ids import media_ids
from .recognition.company import WithoutCompany
from .recognition.earlier import NOTHING_EARLIER, Earlier
from .recognition.events import event_data
from .recognition.filters import (
    CONF_AT_MOST_EVERY,
    CONF_MINIMUM_SCORE,
    CONF_SIMULATED,
    CONF_UNACCOMPANIED_FOR,
    RECOGNIZED_SCHEMA,
    SIMULATED_SCHEMA,
    STRANGER_SCHEMA,
    GroupFilter,
    PeopleFilter,
    StrangerFilter,
    is_welcome,
)
from .recognition.memory import async_get_memory
from .recognition.quiet_time import QuietTime
from .recognition.sighting import SIGNAL_LIVE, SIGNAL_SIMULATED, Sighting
from .recognition.targets import async_target_device_ids
from .recognition.triggers import TargetTrigger
from .site.triggers import (
    EverybodyAccountedForTrigger,
    PersonEnteredTrigger,
    PersonLeftTrigger,
    SiteEmptiedTrigger,
    SiteOccupiedTrigger,
)
from .site.visitor_triggers import VisitorArrivedTrigger, VisitorOverdueTrigger


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A sighting that may fire, perhaps after a wait."""

    sighting: Sighting
    earlier: Earlier
    # The box as it was loaded then, None while it was being unloaded.
    box: SeAiBoxCoordinator | None


class RecognitionTrigger(TargetTrigger):
    """Fires once per matching live recognition in its target."""

    _options_schema = SIMULATED_SCHEMA
    # Why it fires, for templates.
    _reason: str
    _run_action: TriggerActionRunner
    _did_not_trigger: TriggerNotTriggeredReporter | None = None

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Initialize from a validated configuration."""
        super().__init__(hass, config)
        period: timedelta | None = self._options.get(CONF_AT_MOST_EVERY)
        self._quiet_time = QuietTime(period.total_seconds()) if period else None

    @abc.abstractmethod
    def _is_about(self, sighting: Sighting) -> bool:
        """Return whether the trigger is about a sighting."""

    def _objection(self, sighting: Sighting) -> NotTriggeredInfo | None:
        """Return why a matching sighting does not fire it."""
        return None

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        """Run the action for each sighting until detached."""
        self._run_action = run_action
        self._did_not_trigger = did_not_trigger
        stop = [async_dispatcher_connect(self._hass, SIGNAL_LIVE, self._handle)]
        if self._options[CONF_SIMULATED]:
            stop.append(
                async_dispatcher_connect(
                    self._hass, SIGNAL_SIMULATED, self._handle_simulated
                )
            )

        @callback
        def _detach() -> None:
            for each in stop:
                each()

        return _detach

    @callback
    def _handle_simulated(self, sighting: Sighting) -> None:
        """Fire at once, without an effect on later sightings."""
        if self._concerns(sighting):
            if (objection := self._objection(sighting)) is not None:
                self._refuse(objection)
            else:
                self._run(sighting, NOTHING_EARLIER)

    @callback
    def _concerns(self, sighting: Sighting) -> bool:
        """Return whether the trigger is about a sighting in its target."""
        return self._is_about(sighting) and sighting.concerns(
            async_target_device_ids(self._hass, self._target)
        )

    @callback
    def _handle(self, sighting: Sighting) -> None:
        if not self._concerns(sighting):
            return
        if (objection := self._objection(sighting)) is not None:
            self._refuse(objection)
            return
        earlier = async_get_memory(self._hass).async_earlier(sighting)
        box = async_loaded_box(self._hass, sighting.entry_id)
        self._accept(_Candidate(sighting, earlier, box))

    def _accept(self, candidate: _Candidate) -> None:
        """Fire at once."""
        self._fire(candidate)

    def _fire(self, candidate: _Candidate) -> None:
        """Run the action, unless it ran for the person a moment ago."""
        sighting = candidate.sighting
        person = (
            sighting.person_keys
            if sighting.recognition.matched
            # Most boxes cannot tell strangers apart.
            else frozenset({sighting.place_key})
        )
        if self._quiet_time is not None and not self._quiet_time.may_fire(
            person, async_get_memory(self._hass).now()
        ):
            period: timedelta = self._options[CONF_AT_MOST_EVERY]
            details = {CONF_AT_MOST_EVERY: period.total_seconds()}
            self._refuse(_not_triggered(sighting, "too_soon", **details))
            return
        self._run(sighting, candidate.earlier)

    def _run(self, sighting: Sighting, earlier: Earlier) -> None:
        payload = {
            **event_data(sighting),
            # Not in the event, whose rows the recorder keeps.
            "reason": self._reason,
            "media_ids": media_ids(sighting.box_key, sighting.recognition),
            **earlier.as_dict(),
        }
        self._run_action(payload, _describe(sighting))

    def _refuse(self, objection: NotTriggeredInfo) -> None:
        """Report to the trace why it does not fire."""
        if self._did_not_trigger is not None:
            self._did_not_trigger(objection)


def _describe(sighting: Sighting) -> str:
    recognition = sighting.recognition
    how = "simulated: " if sighting.simulated else ""
    if not recognition.matched:
        return f"{how}stranger seen at {sighting.place}"
    name = recognition.identity_name or recognition.identity_id
    return f"{how}{name} ({recognition.person_type}) recognized at {sighting.place}"


def _not_triggered(
    sighting: Sighting, reason: str, **details: object
) -> NotTriggeredInfo:
    """Return why a sighting did not fire, for the trace."""
    # Only what identifies the recognition: traces are stored on disk.
    recognition = sighting.recognition
    return NotTriggeredInfo(
        reason,
        {
            "recognition_id": recognition.recognition_id,
            "identity_name": recognition.identity_name,
            "capture_device_name": sighting.capture_device_name,
            **details,
        },
    )


class PersonRecognizedTrigger(RecognitionTrigger):
    """An enrolled person was recognized."""

    _options_schema = RECOGNIZED_SCHEMA
    _reason = "recognized"

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Read people, groups and minimum score from the options."""
        super().__init__(hass, config)
        self._people = PeopleFilter.from_options(self._options)
        self._groups = GroupFilter.from_options(self._options)
        self._minimum_score: float | None = self._options.get(CONF_MINIMUM_SCORE)

    @override
    def _is_about(self, sighting: Sighting) -> bool:
        """Return whether it is one of the people, in one of the groups."""
        return self._groups.may_include(sighting.recognition) and (
            self._people.async_accepts(self._hass, sighting)
            or self._people.async_misses_type(self._hass, sighting)
        )

    @override
    def _objection(self, sighting: Sighting) -> NotTriggeredInfo | None:
        """Reject unknown types and groups, and scores below the minimum."""
        recognition = sighting.recognition
        if self._people.async_misses_type(self._hass, sighting):
            return _not_triggered(
                sighting,
                "type_unknown",
                person_type=recognition.unknown_type or recognition.person_type.value,
            )
        if sighting.simulated:
            # It has neither a group nor a score.
            return None
        if not self._groups.includes(recognition):
            return _not_triggered(sighting, "group_unknown")
        score = recognition.score
        if self._minimum_score is None or (
            score is not None and score >= self._minimum_score
        ):
            return None
        return _not_triggered(
            sighting,
            "score_unknown" if score is None else "score_too_low",
            score=score,
            minimum_score=self._minimum_score,
            # It shows the box's scale of scores.
            threshold=sighting.threshold,
        )


class StrangerSeenTrigger(RecognitionTrigger):
    """A stranger was seen."""

    _options_schema = STRANGER_SCHEMA
    _reason = "stranger"

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Read strangers and the wait for company from the options."""
        super().__init__(hass, config)
        self._strangers = StrangerFilter.from_options(self._options)
        self._wait: timedelta | None = self._options.get(CONF_UNACCOMPANIED_FOR)
        self._waiting = WithoutCompany[_Candidate](
            self._wait.total_seconds() if self._wait else 0
        )
        self._cancel_timer: CALLBACK_TYPE | None = None
        if self._wait is not None:
            self._reason = "unaccompanied"

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        """Run the action until detached, which ends every wait."""
        stop_listening = await super().async_attach_runner(run_action, did_not_trigger)

        @callback
        def _detach() -> None:
            stop_listening()
            if self._cancel_timer is not None:
                self._cancel_timer()

        return _detach

    @override
    def _is_about(self, sighting: Sighting) -> bool:
        """Return whether it is a stranger, or one of the given strangers."""
        return self._strangers.accepts(sighting.recognition)

    @override
    def _objection(self, sighting: Sighting) -> NotTriggeredInfo | None:
        """Reject an ignored stranger."""
        return _not_triggered(sighting, "ignored") if sighting.is_ignored else None

    @override
    @callback
    def _handle(self, sighting: Sighting) -> None:
        """End the waits of the strangers whose company is seen."""
        if is_welcome(sighting.recognition):
            for candidate in self._waiting.take_accompanied(sighting.place_key):
                self._refuse(_not_triggered(candidate.sighting, "accompanied"))
        super()._handle(sighting)

    @override
    def _accept(self, candidate: _Candidate) -> None:
        """Fire at once, or let the stranger wait for company."""
        sighting = candidate.sighting
        memory = async_get_memory(self._hass)
        if self._wait is None:
            self._fire(candidate)
        elif memory.async_any(
            frozenset(filter(None, [sighting.device_id])),
            self._wait,
            lambda seen: is_welcome(seen.recognition),
        ):
            self._refuse(_not_triggered(sighting, "accompanied"))
        elif self._waiting.add(sighting.place_key, candidate, memory.now()):
            self._start_timer()
        else:
            self._refuse(_not_triggered(sighting, "too_many_waiting"))

    def _start_timer(self) -> None:
        due = self._waiting.next_due
        if self._cancel_timer is None and due is not None:
            delay = max(0, due - async_get_memory(self._hass).now())
            self._cancel_timer = async_call_later(
                self._hass, delay, partial(self._end_waits, due)
            )

    @callback
    def _end_waits(self, due: float, _: datetime) -> None:
        """Fire for strangers whose wait is over."""
        self._cancel_timer = None
        candidates = self._waiting.take_due(due)
        self._start_timer()
        for candidate in candidates:
            sighting = candidate.sighting
            box = async_loaded_box(self._hass, sighting.entry_id)
            # While the box was not loaded, no company could be seen.
            if box is not None and box is candidate.box:
                self._fire(candidate)
            else:
                self._refuse(_not_triggered(sighting, "box_reloaded"))


class BlocklistedPersonSeenTrigger(RecognitionTrigger):
    """A blocklisted person was recognized."""

    _reason = "blocklisted"

    @override
    def _is_about(self, sighting: Sighting) -> bool:
        """Return whether it is a blocklisted person."""
        recognition = sighting.recognition
        return recognition.matched and recognition.person_type is PersonType.BLOCKLISTED


TRIGGERS: dict[str, type[Trigger]] = {
    "person_recognized": PersonRecognizedTrigger,
    "stranger_seen": StrangerSeenTrigger,
    "blocklisted_person_seen": BlocklistedPersonSeenTrigger,
    "person_entered": PersonEnteredTrigger,
    "person_left": PersonLeftTrigger,
    "site_occupied": SiteOccupiedTrigger,
    "site_emptied": SiteEmptiedTrigger,
    "everybody_accounted_for": EverybodyAccountedForTrigger,
    "visitor_arrived": VisitorArrivedTrigger,
    "visitor_overdue": VisitorOverdueTrigger,
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers of the integration."""
    return TRIGGERS
