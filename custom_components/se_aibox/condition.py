"""The conditions that a person was recognized recently, or is inside a site."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar, Unpack, cast, override

import voluptuous as vol

from homeassistant.const import CONF_OPTIONS
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import ConditionErrorMessage
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.condition import (
    Condition,
    ConditionCheckParams,
    ConditionConfig,
)
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.typing import ConfigType

from .aibox.models import PersonType
from .recognition.filters import (
    CONF_STRANGER_ID,
    PEOPLE_SCHEMA,
    SHORTEST_PERIOD,
    SITE_TARGET_SCHEMA,
    STRANGER_IDS_SCHEMA,
    TARGET_SCHEMA,
    PeopleFilter,
    StrangerFilter,
)
from .recognition.memory import async_get_memory
from .recognition.sighting import SIGNAL_LIVE, Sighting
from .recognition.targets import async_target_device_ids
from .site.presence import SIGNAL_BOOKS, async_targeted_sites

CONF_WITHIN = "within"

_IS_INSIDE = "is_inside"

_NO_TIME = "set how long ago the person may have been recognized, at least one second"


def _people_or_strangers(options: dict[str, Any]) -> dict[str, Any]:
    if options[CONF_STRANGER_ID] and any(options[str(key)] for key in PEOPLE_SCHEMA):
        raise vol.Invalid("name people or strangers, not both in one condition")
    return options


_OPTIONS_SCHEMA = vol.Schema(
    {
        **PEOPLE_SCHEMA,
        **STRANGER_IDS_SCHEMA,
        vol.Required(CONF_WITHIN, msg=_NO_TIME): vol.All(
            cv.positive_time_period, vol.Range(min=SHORTEST_PERIOD, msg=_NO_TIME)
        ),
    }
)
_SCHEMA = vol.Schema(
    {
        **TARGET_SCHEMA,
        vol.Required(CONF_OPTIONS, msg=_NO_TIME): vol.All(
            _OPTIONS_SCHEMA, _people_or_strangers
        ),
    }
)


class TargetCondition(Condition):
    """A condition with a target and options."""

    _schema: ClassVar[vol.Schema]

    @classmethod
    @override
    async def async_validate_config(
        cls, hass: HomeAssistant, config: ConfigType
    ) -> ConfigType:
        """Validate target and options."""
        return cast("ConfigType", cls._schema(config))

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        """Initialize from a validated configuration."""
        super().__init__(hass, config)
        self._target: ConfigType = config.target or {}
        self._options: dict[str, Any] = config.options or {}


class IsRecognizedWithinCondition(TargetCondition):
    """True while a live sighting of the people or strangers is recent enough."""

    _schema = _SCHEMA

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        """Read people, strangers and the time from the options."""
        super().__init__(hass, config)
        self._people = PeopleFilter.from_options(self._options)
        self._strangers = StrangerFilter.from_options(self._options)
        self._within: timedelta = self._options[CONF_WITHIN]

    @override
    def _async_check(self, **kwargs: Unpack[ConditionCheckParams]) -> bool:
        """Search the remembered sightings, which a restart empties."""
        return async_get_memory(self._hass).async_any(
            async_target_device_ids(self._hass, self._target),
            self._within,
            self._accepts,
        )

    @callback
    def _accepts(self, sighting: Sighting) -> bool:
        # Without names, all enrolled people count, but no strangers.
        if self._strangers:
            return self._strangers.accepts(sighting.recognition)
        return self._people.async_accepts(self._hass, sighting)

    @override
    async def _async_track_changes(self, action: Callable[[], None]) -> CALLBACK_TYPE:
        """Update the editor's live view on each sighting."""

        @callback
        def _handle(_: Sighting) -> None:
            action()

        return async_dispatcher_connect(self._hass, SIGNAL_LIVE, _handle)


_INSIDE_SCHEMA = vol.Schema(
    {**SITE_TARGET_SCHEMA, vol.Required(CONF_OPTIONS, default={}): PEOPLE_SCHEMA}
)


class IsInsideCondition(TargetCondition):
    """True while any of the people is inside a site in the target."""

    _schema = _INSIDE_SCHEMA

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        """Read the people from the options."""
        super().__init__(hass, config)
        # Of any type: the books have only people of types that count.
        self._people = PeopleFilter.from_options(self._options, frozenset(PersonType))

    @override
    def _async_check(self, **kwargs: Unpack[ConditionCheckParams]) -> bool:
        """Read the books; raise an error if they are not up to date."""
        sites = async_targeted_sites(self._hass, self._target)
        # With an error, neither the condition nor its negation is true.
        if not sites:
            raise ConditionErrorMessage(_IS_INSIDE, "no site in the target is loaded")
        for site in sites:
            if not site.is_up_to_date:
                raise ConditionErrorMessage(
                    _IS_INSIDE,
                    f"who is inside {site.entry.title} is not known until each of its"
                    " boxes has recovered what was missed",
                )
        return any(site.async_is_inside(self._people) for site in sites)

    @override
    async def _async_track_changes(self, action: Callable[[], None]) -> CALLBACK_TYPE:
        """Update the editor's live view on each change of a site."""
        return async_dispatcher_connect(self._hass, SIGNAL_BOOKS, action)


CONDITIONS: dict[str, type[Condition]] = {
    "is_recognized_within": IsRecognizedWithinCondition,
    _IS_INSIDE: IsInsideCondition,
}


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Return the conditions of the integration."""
    return CONDITIONS
