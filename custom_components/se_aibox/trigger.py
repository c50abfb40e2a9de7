"""Triggers for recognized people, strangers and blocklisted people."""

import abc
from typing import Any, cast, override

import voluptuous as vol

from homeassistant.const import CONF_OPTIONS
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.trigger import (
    NotTriggeredInfo,
    Trigger,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)
from homeassistant.helpers.typing import ConfigType

from .aibox.models import PersonType
from .recognition.events import event_data
from .recognition.filters import (
    CONF_MINIMUM_SCORE,
    PEOPLE_SCHEMA,
    TARGET_SCHEMA,
    PeopleFilter,
    valid_score,
)
from .recognition.sighting import SIGNAL_LIVE, Sighting
from .recognition.targets import async_target_device_ids

_SEEN_SCHEMA = vol.Schema({**TARGET_SCHEMA, vol.Required(CONF_OPTIONS, default={}): {}})
_RECOGNIZED_SCHEMA = vol.Schema(
    {
        **TARGET_SCHEMA,
        vol.Required(CONF_OPTIONS, default={}): {
            **PEOPLE_SCHEMA,
            vol.Optional(CONF_MINIMUM_SCORE): valid_score,
        },
    }
)


class RecognitionTrigger(Trigger):
    """Fires once per matching live recognition in its target.

    It listens to all boxes instead of entities, so that the reload of an entry neither
    detaches nor fires it.
    """

    _schema = _SEEN_SCHEMA

    @classmethod
    @override
    async def async_validate_config(
        cls, hass: HomeAssistant, config: ConfigType
    ) -> ConfigType:
        """Validate target and options."""
        return cast("ConfigType", cls._schema(config))

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Initialize from a validated configuration."""
        super().__init__(hass, config)
        self._target: ConfigType = config.target or {}
        self._options: dict[str, Any] = config.options or {}

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

        @callback
        def _handle(sighting: Sighting) -> None:
            if not self._is_about(sighting) or not sighting.concerns(
                async_target_device_ids(self._hass, self._target)
            ):
                return
            if (objection := self._objection(sighting)) is None:
                run_action(event_data(sighting), _describe(sighting))
            elif did_not_trigger is not None:
                did_not_trigger(objection)

        return async_dispatcher_connect(self._hass, SIGNAL_LIVE, _handle)


def _describe(sighting: Sighting) -> str:
    recognition = sighting.recognition
    if not recognition.matched:
        return f"stranger seen at {sighting.place}"
    name = recognition.identity_name or recognition.identity_id
    return f"{name} ({recognition.person_type}) recognized at {sighting.place}"


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

    _schema = _RECOGNIZED_SCHEMA

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Read people and minimum score from the options."""
        super().__init__(hass, config)
        self._people = PeopleFilter.from_options(self._options)
        self._minimum_score: float | None = self._options.get(CONF_MINIMUM_SCORE)

    @override
    def _is_about(self, sighting: Sighting) -> bool:
        """Return whether it is one of the people."""
        return self._people.async_accepts(
            self._hass, sighting
        ) or self._people.async_misses_type(self._hass, sighting)

    @override
    def _objection(self, sighting: Sighting) -> NotTriggeredInfo | None:
        """Reject unheard-of types, scores below the minimum and missing ones."""
        recognition = sighting.recognition
        if self._people.async_misses_type(self._hass, sighting):
            return _not_triggered(
                sighting,
                "type_unknown",
                person_type=recognition.unknown_type or recognition.person_type.value,
            )
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
        )


class StrangerSeenTrigger(RecognitionTrigger):
    """A face matched nobody."""

    @override
    def _is_about(self, sighting: Sighting) -> bool:
        """Return whether nobody matched."""
        return not sighting.recognition.matched


class BlocklistedPersonSeenTrigger(RecognitionTrigger):
    """A blocklisted person was recognized."""

    @override
    def _is_about(self, sighting: Sighting) -> bool:
        """Return whether it is a blocklisted person."""
        recognition = sighting.recognition
        return recognition.matched and recognition.person_type is PersonType.BLOCKLISTED


TRIGGERS: dict[str, type[Trigger]] = {
    "person_recognized": PersonRecognizedTrigger,
    "stranger_seen": StrangerSeenTrigger,
    "blocklisted_person_seen": BlocklistedPersonSeenTrigger,
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers of the integration."""
    return TRIGGERS
