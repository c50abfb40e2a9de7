"""The base class of triggers with a target."""

from typing import Any, ClassVar, cast, override

import voluptuous as vol

from homeassistant.const import CONF_OPTIONS
from homeassistant.core import HomeAssistant
from homeassistant.helpers.trigger import Trigger, TriggerConfig
from homeassistant.helpers.typing import ConfigType

from .filters import TARGET_SCHEMA


class TargetTrigger(Trigger):
    """A trigger with a target and options.

    Subclasses listen to signals instead of entities, so that the reload of an entry
    neither detaches nor fires them.
    """

    _target_schema: ClassVar[dict[vol.Marker, Any]] = TARGET_SCHEMA
    _options_schema: ClassVar[dict[vol.Marker, Any]] = {}

    @classmethod
    @override
    async def async_validate_config(
        cls, hass: HomeAssistant, config: ConfigType
    ) -> ConfigType:
        """Validate target and options."""
        options = {vol.Required(CONF_OPTIONS, default={}): cls._options_schema}
        schema = vol.Schema({**cls._target_schema, **options})
        return cast("ConfigType", schema(config))

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Initialize from a validated configuration."""
        super().__init__(hass, config)
        self._target: ConfigType = config.target or {}
        self._options: dict[str, Any] = config.options or {}
