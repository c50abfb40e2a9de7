"""Triggers for the passages and the roll call of sites."""

import abc
from typing import ClassVar, override

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.trigger import (
    NotTriggeredInfo,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)

from ..aibox.models import PersonType
from ..media.ids import media_ids
from ..recognition.earlier import NOTHING_EARLIER
from ..recognition.events import event_data
from ..recognition.filters import PEOPLE_SCHEMA, SITE_TARGET_SCHEMA, PeopleFilter
from ..recognition.memory import async_get_memory
from ..recognition.sighting import Sighting
from ..recognition.targets import async_all_target_device_ids
from ..recognition.triggers import TargetTrigger
from .books import Kind
from .passages import SIGNAL_PASSAGE, Passage, passage_data
from .roll_call_keeper import SIGNAL_EVERYBODY, Completion


class SiteTrigger(TargetTrigger):
    """A trigger whose target is sites."""

    _target_schema = SITE_TARGET_SCHEMA
    # Whether it is wrong if more people may be inside.
    _needs_count: ClassVar[bool] = False

    @callback
    def _concerns(self, site_device_id: str | None) -> bool:
        """Return whether a site is in the target."""
        return site_device_id in async_all_target_device_ids(self._hass, self._target)


class PassageTrigger(SiteTrigger):
    """Fires once per matching passage at a site in its target.

    Passages are live: restarts, reloads and recovered records cause none.
    """

    @abc.abstractmethod
    def _is_about(self, passage: Passage) -> bool:
        """Return whether the trigger is about a passage."""

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        """Run the action for each passage until detached."""

        @callback
        def _handle(passage: Passage) -> None:
            if not self._is_about(passage) or not self._concerns(
                passage.site_device_id
            ):
                return
            if passage.is_up_to_date or not self._needs_count:
                run_action(self._payload(passage), _describe_passage(passage))
            elif did_not_trigger is not None:
                details = {"site_name": passage.site_name}
                did_not_trigger(NotTriggeredInfo("not_up_to_date", details))

        return async_dispatcher_connect(self._hass, SIGNAL_PASSAGE, _handle)

    def _payload(self, passage: Passage) -> dict[str, object]:
        return {
            **passage_data(passage),
            # Not in the event, whose rows the recorder keeps.
            "reason": _REASONS[passage.kind],
            **around(self._hass, passage.sighting),
        }


@callback
def around(hass: HomeAssistant, sighting: Sighting | None) -> dict[str, object]:
    """Return the payload of a trigger beside the recognition."""
    if sighting is None:
        return {"media_ids": {}, **NOTHING_EARLIER.as_dict()}
    earlier = async_get_memory(hass).async_earlier(sighting)
    return {
        "media_ids": media_ids(sighting.box_key, sighting.recognition),
        **earlier.as_dict(),
    }


_REASONS = {
    Kind.ENTERED: "entered",
    Kind.ENTERED_AGAIN: "entered",
    Kind.LEFT: "left",
    Kind.LEFT_UNSEEN: "forgotten",
}


def _describe_passage(passage: Passage) -> str:
    site = passage.site_name
    if (sighting := passage.sighting) is None:
        return f"somebody left {site} unseen"
    who = sighting.recognition
    name = who.identity_name or who.identity_id
    return f"{name} {passage.kind} {site} at {sighting.place}"


class _PersonTrigger(PassageTrigger):
    """One of the given people entered or left."""

    _options_schema = PEOPLE_SCHEMA
    _kind: Kind

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Read the people from the options."""
        super().__init__(hass, config)
        # Of any type: the books have only people of types that count.
        self._people = PeopleFilter.from_options(self._options, frozenset(PersonType))

    @override
    def _is_about(self, passage: Passage) -> bool:
        """Return whether it is one of the people."""
        sighting = passage.sighting
        return (
            passage.kind is self._kind
            and sighting is not None
            and self._people.async_accepts(self._hass, sighting)
        )


class PersonEnteredTrigger(_PersonTrigger):
    """A person entered."""

    _kind = Kind.ENTERED


class PersonLeftTrigger(_PersonTrigger):
    """A person who was inside was seen at an exit."""

    _kind = Kind.LEFT


class SiteOccupiedTrigger(PassageTrigger):
    """The first person entered."""

    _needs_count = True

    @override
    def _is_about(self, passage: Passage) -> bool:
        """Return whether nobody was inside before."""
        return passage.is_first


class SiteEmptiedTrigger(PassageTrigger):
    """The last person left."""

    _needs_count = True

    @override
    def _is_about(self, passage: Passage) -> bool:
        """Return whether nobody is inside any more."""
        return passage.is_last


class EverybodyAccountedForTrigger(SiteTrigger):
    """The last person on a roll call was checked off.

    It fires for checks by hand and live sightings, not for restarts, reloads and
    recovered records.
    """

    @override
    async def async_attach_runner(
        self,
        run_action: TriggerActionRunner,
        did_not_trigger: TriggerNotTriggeredReporter | None = None,
    ) -> CALLBACK_TYPE:
        """Run the action for each roll call until detached."""

        @callback
        def _handle(completion: Completion) -> None:
            if self._concerns(completion.site_device_id):
                run_action(
                    self._payload(completion),
                    f"everybody accounted for at {completion.site_name}",
                )

        return async_dispatcher_connect(self._hass, SIGNAL_EVERYBODY, _handle)

    def _payload(self, completion: Completion) -> dict[str, object]:
        sighting = completion.sighting
        return {
            "site_entry_id": completion.site_entry_id,
            "site_device_id": completion.site_device_id,
            "site_name": completion.site_name,
            "started_at": completion.started_at.isoformat(),
            "count_listed": completion.count_listed,
            "reason": "by_hand" if sighting is None else "seen",
            **event_data(sighting),
            **around(self._hass, sighting),
        }
