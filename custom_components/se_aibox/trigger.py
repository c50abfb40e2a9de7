"""Triggers of the automation editor: somebody recognised, a stranger, somebody blocklisted."""

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
from .recognition.filters import (
    CONF_MINIMUM_SCORE,
    PEOPLE_SCHEMA,
    TARGET_SCHEMA,
    PeopleFilter,
    valid_score,
)
from .recognition.sighting import SIGNAL_HEARD, HeardRecognition
from .recognition.targets import async_target_device_ids

# What tells which recognition it was; traces are kept on disk.
_IN_TRACE = ("recognition_id", "identity_name", "capture_device_name", "score")


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
    """Fires once per live recognition that it is about on a device in its target.

    It listens across boxes, not to entities: reloading an entry neither detaches nor fires it.
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
        """Take a validated configuration."""
        super().__init__(hass, config)
        self._target: ConfigType = config.target or {}
        self._options: dict[str, Any] = config.options or {}

    @abc.abstractmethod
    def _is_about(self, heard: HeardRecognition) -> bool:
        """Return whether the trigger is about such a recognition."""

    def _objection(self, heard: HeardRecognition) -> NotTriggeredInfo | None:
        """Return why it does not fire although the recognition is one that it is about."""
        return None

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        """Run the action for every such recognition until detached."""

        @callback
        def _handle(heard: HeardRecognition) -> None:
            if not self._is_about(heard) or heard.device_ids.isdisjoint(
                async_target_device_ids(self._hass, self._target)
            ):
                return
            if (objection := self._objection(heard)) is None:
                run_action(dict(heard.event_data), _describe(heard))
            elif did_not_trigger is not None:
                did_not_trigger(objection)

        return async_dispatcher_connect(self._hass, SIGNAL_HEARD, _handle)


def _describe(heard: HeardRecognition) -> str:
    recognition = heard.recognition
    place = heard.event_data["capture_device_name"] or recognition.capture_device_id
    if not recognition.matched:
        return f"stranger seen at {place}"
    name = recognition.identity_name or recognition.identity_id
    return f"{name} ({recognition.person_type}) recognized at {place}"


class PersonRecognizedTrigger(RecognitionTrigger):
    """Somebody enrolled was recognised."""

    _schema = _RECOGNIZED_SCHEMA

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Take the people meant."""
        super().__init__(hass, config)
        self._people = PeopleFilter.from_options(self._options)
        self._minimum_score: float | None = self._options.get(CONF_MINIMUM_SCORE)

    @override
    def _is_about(self, heard: HeardRecognition) -> bool:
        """Return whether it is one of the people."""
        return self._people.async_accepts(self._hass, heard)

    @override
    def _objection(self, heard: HeardRecognition) -> NotTriggeredInfo | None:
        """Want the score to be high enough; one that is not told is not."""
        score = heard.recognition.score
        if self._minimum_score is None or (
            score is not None and score >= self._minimum_score
        ):
            return None
        return NotTriggeredInfo(
            "score_unknown" if score is None else "score_too_low",
            {
                **{key: heard.event_data[key] for key in _IN_TRACE},
                CONF_MINIMUM_SCORE: self._minimum_score,
            },
        )


class StrangerSeenTrigger(RecognitionTrigger):
    """A face matched nobody."""

    @override
    def _is_about(self, heard: HeardRecognition) -> bool:
        """Return whether nobody matched."""
        return not heard.recognition.matched


class BlocklistedPersonSeenTrigger(RecognitionTrigger):
    """Somebody on the blocklist was recognised."""

    @override
    def _is_about(self, heard: HeardRecognition) -> bool:
        """Return whether it is a blocklisted person."""
        recognition = heard.recognition
        return recognition.matched and recognition.person_type is PersonType.BLOCKLISTED


TRIGGERS: dict[str, type[Trigger]] = {
    "person_recognized": PersonRecognizedTrigger,
    "stranger_seen": StrangerSeenTrigger,
    "blocklisted_person_seen": BlocklistedPersonSeenTrigger,
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers of the integration."""
    return TRIGGERS
