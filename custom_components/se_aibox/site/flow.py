"""Flows that add a site, and change one."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, override

import voluptuous as vol

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigEntryBaseFlow,
    ConfigFlow,
    ConfigFlowResult,
    OptionsFlow,
)
from homeassistant.const import CONF_NAME
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    BooleanSelector,
    DeviceSelector,
    DeviceSelectorConfig,
    EntityFilterSelectorConfig,
    EntitySelector,
    EntitySelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    TextSelector,
    TimeSelector,
)

from ..aibox.models import PersonType
from ..aibox.names import name_key
from ..const import (
    CONF_ENTRANCES,
    CONF_ENTRY_TYPE,
    CONF_EXITS,
    CONF_INSIDE,
    DOMAIN,
    SITE,
)
from .options import (
    CONF_ASSEMBLY_POINTS,
    CONF_DAY_BEGINS_AT,
    CONF_EMPTIED_WHEN_FORGOTTEN,
    CONF_FORGET_AFTER,
    CONF_PERSON_TYPES,
    CONF_ZONE,
    DEFAULT_DAY_BEGINS_AT,
    DEFAULT_FORGET_AFTER,
    DEFAULT_PERSON_TYPES,
    LISTS,
)
from .presence import is_site_entry

_COUNTABLE = [
    person_type.value
    for person_type in PersonType
    if person_type is not PersonType.STRANGER
]
# Every capture device has a camera.
_CAPTURE_DEVICES = DeviceSelector(
    DeviceSelectorConfig(
        entity=[EntityFilterSelectorConfig(integration=DOMAIN, domain="camera")],
        multiple=True,
    )
)
# A week: what a site remembers is personal data.
_MOST_HOURS = 168
_HOURS = vol.All(
    NumberSelector(
        NumberSelectorConfig(
            min=1,
            max=_MOST_HOURS,
            mode=NumberSelectorMode.BOX,
            unit_of_measurement="h",
        )
    ),
    vol.Coerce(int),
)
_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_NAME): TextSelector(),
        **{vol.Required(key, default=list): _CAPTURE_DEVICES for key in LISTS},
        vol.Required(CONF_ASSEMBLY_POINTS, default=list): _CAPTURE_DEVICES,
        vol.Required(CONF_PERSON_TYPES, default=DEFAULT_PERSON_TYPES): SelectSelector(
            SelectSelectorConfig(
                options=_COUNTABLE, multiple=True, translation_key=CONF_PERSON_TYPES
            )
        ),
        vol.Required(CONF_FORGET_AFTER, default=DEFAULT_FORGET_AFTER): _HOURS,
        vol.Required(CONF_EMPTIED_WHEN_FORGOTTEN, default=False): BooleanSelector(),
        vol.Required(CONF_DAY_BEGINS_AT, default=DEFAULT_DAY_BEGINS_AT): TimeSelector(),
        vol.Optional(CONF_ZONE): EntitySelector(EntitySelectorConfig(domain="zone")),
    }
)


def site_errors(
    hass: HomeAssistant, entry: ConfigEntry | None, entered: Mapping[str, Any]
) -> dict[str, str]:
    """Return the errors of a form; `entry` is the site's own."""
    errors: dict[str, str] = {}
    if not (name := name_key(entered[CONF_NAME])):
        errors[CONF_NAME] = "no_name"
    elif any(
        name_key(other.title) == name
        for other in hass.config_entries.async_entries(DOMAIN)
        if is_site_entry(other) and other is not entry
    ):
        errors[CONF_NAME] = "name_taken"
    lists: list[str] = [device_id for key in LISTS for device_id in set(entered[key])]
    if len(set(lists)) < len(lists):
        errors["base"] = "device_in_two_lists"
    elif not (entered[CONF_ENTRANCES] or entered[CONF_INSIDE]):
        errors[CONF_ENTRANCES] = "no_entrance"
    if not entered[CONF_PERSON_TYPES]:
        errors[CONF_PERSON_TYPES] = "nobody_counts"
    return errors


class _SiteSteps(ConfigEntryBaseFlow):
    """The steps that ask for everything about a site."""

    _site: dict[str, Any]

    @property
    @abstractmethod
    def _site_entry(self) -> ConfigEntry | None:
        """The site to change, None for a new one."""

    @abstractmethod
    def _store_site(self, title: str, options: dict[str, Any]) -> ConfigFlowResult:
        """Store the site."""

    async def async_step_site(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the ways in and out."""
        errors: dict[str, str] = {}
        if user_input is not None:
            errors = site_errors(self.hass, self._site_entry, user_input)
            if not errors:
                self._site = user_input
                if user_input[CONF_EXITS]:
                    return self._finish_site()
                return await self.async_step_site_without_exits()
        return self.async_show_form(
            step_id="site",
            data_schema=self.add_suggested_values_to_schema(
                _SCHEMA, user_input or _entered(self._site_entry)
            ),
            errors=errors,
        )

    async def async_step_site_without_exits(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Warn that a site without exits sees no one leave."""
        if user_input is not None:
            return self._finish_site()
        return self.async_show_form(
            step_id="site_without_exits",
            data_schema=vol.Schema({}),
            description_placeholders={"hours": str(self._site[CONF_FORGET_AFTER])},
        )

    def _finish_site(self) -> ConfigFlowResult:
        options = dict(self._site)
        return self._store_site(options.pop(CONF_NAME).strip(), options)


class SiteConfigFlow(_SiteSteps, ConfigFlow):
    """Adds a site, or reconfigures one."""

    @property
    @override
    def _site_entry(self) -> ConfigEntry | None:
        if self.source == SOURCE_RECONFIGURE:
            return self._get_reconfigure_entry()
        return None

    @override
    def _store_site(self, title: str, options: dict[str, Any]) -> ConfigFlowResult:
        if (entry := self._site_entry) is not None:
            return self.async_update_and_abort(entry, title=title, options=options)
        return self.async_create_entry(
            title=title, data={CONF_ENTRY_TYPE: SITE}, options=options
        )


class SiteOptionsFlow(_SiteSteps, OptionsFlow):
    """Changes all options of a site."""

    @property
    @override
    def _site_entry(self) -> ConfigEntry:
        return self.config_entry

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Start with the form."""
        return await self.async_step_site()

    @override
    def _store_site(self, title: str, options: dict[str, Any]) -> ConfigFlowResult:
        self.hass.config_entries.async_update_entry(self.config_entry, title=title)
        return self.async_create_entry(data=options)


def _entered(entry: ConfigEntry | None) -> Mapping[str, Any]:
    """Return what the user entered before."""
    return {} if entry is None else {CONF_NAME: entry.title, **entry.options}
