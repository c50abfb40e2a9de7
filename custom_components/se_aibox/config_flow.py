"""The config flow for boxes, followed people and sites."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, override

import voluptuous as vol

from homeassistant.components.webhook import async_generate_id
from homeassistant.config_entries import (
    SOURCE_IGNORE,
    ConfigEntry,
    ConfigEntryState,
    ConfigFlowResult,
    ConfigSubentryFlow,
    OptionsFlow,
)
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import callback
from homeassistant.helpers.device_registry import format_mac
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
from homeassistant.util.uuid import random_uuid_hex

from .aibox.models import Ports
from .box.address import Address
from .box.identity import identity_data, is_same_box
from .box.naming import read_names
from .box.network import async_is_known
from .box.session import async_get_session
from .box.update import async_update_box
from .const import (
    CONF_ACCEPTS_SILENCE,
    CONF_DIALECT,
    CONF_MAC_ADDRESSES,
    CONF_NAMES,
    CONF_SERIAL_NUMBER,
    DOMAIN,
    PEOPLE,
    PERSON,
    SITE,
)
from .coordinator import SeAiBoxConfigEntry
from .flow.discovery import (
    async_confirm_box,
    async_dhcp_mac,
    async_has_moved,
    async_move,
)
from .flow.form import (
    PUSHES_SCHEMA,
    SELECT_ALL,
    address_input,
    address_of,
    address_schema,
    choice_schema,
    device_labels,
    selected_options,
)
from .flow.known import find_known, without_shared
from .flow.options import BoxOptionsFlow
from .flow.probe import BoxProblem, FoundBox, find_box
from .flow.replacement import ReplacementConfigFlow
from .manage.flow import PeopleOptionsFlow
from .people.entry_flow import PeopleConfigFlow
from .people.flow import PersonFlow
from .people.following import is_people_entry
from .se3.entry import is_se3
from .se3.webhook import NoPushUrlError, async_push_url
from .site.flow import SiteConfigFlow, SiteOptionsFlow
from .site.presence import is_site_entry
from .text import as_markdown, async_words


class SeAiBoxConfigFlow(
    ReplacementConfigFlow, PeopleConfigFlow, SiteConfigFlow, domain=DOMAIN
):
    """Adds a box, followed people or a site."""

    VERSION = 1

    _webhook_id: str
    # The entry of another box with an identifier of this one, and its new data.
    _alike: ConfigEntry | None = None
    _alike_data: Mapping[str, Any]

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(
        cls, config_entry: SeAiBoxConfigEntry
    ) -> dict[str, type[ConfigSubentryFlow]]:
        """Return the subentry flow of the followed people."""
        return {PERSON: PersonFlow} if is_people_entry(config_entry) else {}

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: SeAiBoxConfigEntry) -> OptionsFlow:
        """Return the options flow of a box, a site or the followed people."""
        if is_people_entry(config_entry):
            return PeopleOptionsFlow()
        return SiteOptionsFlow() if is_site_entry(config_entry) else BoxOptionsFlow()

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask what to add."""
        return self.async_show_menu(step_id="user", menu_options=["box", PEOPLE, SITE])

    async def async_step_box(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the address of the box."""
        errors: dict[str, str] = {}
        if user_input is not None:
            errors = await self._async_find(user_input)
            if not errors:
                return await self._async_identify()
        return self.async_show_form(
            step_id="box",
            data_schema=self.add_suggested_values_to_schema(
                address_schema(errors), user_input
            ),
            errors=errors,
        )

    async def _async_find(self, user_input: Mapping[str, Any]) -> dict[str, str]:
        """Find the box at the entered address; return form errors."""
        self._address = address_of(user_input)
        try:
            self._found = await self._async_find_box(self._address)
        except BoxProblem as problem:
            return {"base": problem.key}
        self._address = replace(self._address, ports=self._found.ports)
        return {}

    async def _async_find_box(self, address: Address) -> FoundBox:
        if not await async_is_known(self.hass, address.host):
            raise BoxProblem("unknown_host")
        session = async_get_session(self.hass)
        return await find_box(session, address.host, address.ports)

    async def _async_identify(self) -> ConfigFlowResult:
        """Continue with a box that is not known; ask where in doubt."""
        found, host = self._found, self._address.host
        if not found.identifiers and (mac := await async_dhcp_mac(self.hass, host)):
            self._found = found.with_mac_address(mac)
        known = find_known(self._box_entries(), self._found.info, self._address)
        if known is not None and not known.is_doubtful:
            return self.async_abort(reason="already_configured")
        if known is not None:
            self._alike = known.entry
            return await self.async_step_alike()
        if not self._found.identifiers:
            return await self.async_step_unidentified()
        await self._async_set_unique_id(raise_on_progress=False)
        return await self.async_step_choose()

    async def async_step_alike(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask whether a similar box is another one."""
        assert self._alike is not None
        return self.async_show_menu(
            step_id="alike",
            menu_options=["another_box", "same_box"],
            description_placeholders={
                **self._found_words(),
                "known": as_markdown(self._alike.title),
            },
        )

    async def async_step_another_box(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Add the similar box, by what it alone has."""
        assert self._alike is not None
        info, self._alike_data = without_shared(self._found.info, self._alike.data)
        self._found = replace(self._found, info=info)
        await self._async_set_unique_id(raise_on_progress=False)
        return await self.async_step_choose()

    async def async_step_same_box(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Do not add the box a second time."""
        return self.async_abort(reason="reconfigure_instead")

    async def async_step_unidentified(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask whether to add a box that does not identify itself."""
        if user_input is None:
            return self.async_show_form(
                step_id="unidentified",
                data_schema=vol.Schema({}),
                description_placeholders={"host": as_markdown(self._address.host)},
            )
        await self._async_set_unique_id(raise_on_progress=False)
        return await self.async_step_choose()

    async def _async_set_unique_id(self, *, raise_on_progress: bool) -> None:
        """Set the first identifier that no other box has as unique id."""
        for unique_id in self._found.identifiers:
            entry = await self.async_set_unique_id(
                unique_id, raise_on_progress=raise_on_progress
            )
            if entry is None:
                return
            if entry.source == SOURCE_IGNORE:
                # Adding it by hand ends that.
                self._abort_if_unique_id_configured()
                return
        # It has none, or shares them with boxes that were added before.
        await self.async_set_unique_id(random_uuid_hex())

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the new address of a box; change a site; follow more people."""
        entry = self._get_reconfigure_entry()
        if is_people_entry(entry):
            return await self.async_step_people()
        if is_site_entry(entry):
            return await self.async_step_site()
        errors: dict[str, str] = {}
        if user_input is not None:
            errors = await self._async_find(user_input)
            if not errors:
                same = is_same_box(self._found.info, entry.data)
                if same is None:
                    return await self.async_step_unverified()
                if same:
                    return self._update(entry)
                if self._found.pushes is is_se3(entry.data):
                    return await self._async_compare(entry)
                # The ids in pushes differ from those in a list.
                errors["base"] = "another_kind"
        stored = address_input(Address.from_entry(entry.data))
        return self.async_show_form(
            step_id="reconfigure",
            data_schema=self.add_suggested_values_to_schema(
                address_schema(errors), user_input or stored
            ),
            errors=errors,
            description_placeholders={"name": as_markdown(entry.title)},
        )

    async def async_step_unverified(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask whether a box is the entry's if nothing proves it."""
        entry = self._get_reconfigure_entry()
        if user_input is None:
            return self.async_show_form(
                step_id="unverified",
                data_schema=vol.Schema({}),
                description_placeholders={
                    "name": as_markdown(entry.title),
                    "host": as_markdown(self._address.host),
                },
            )
        return self._update(entry, accepts_silence=True)

    def _update(
        self, entry: ConfigEntry, *, accepts_silence: bool = False
    ) -> ConfigFlowResult:
        """Store the new address; keep what is no longer reported."""
        info = self._found.info
        async_update_box(
            self.hass,
            entry,
            {
                **self._address.as_entry(),
                CONF_DIALECT: info.dialect.value,
                CONF_SERIAL_NUMBER: info.serial_number
                or entry.data[CONF_SERIAL_NUMBER],
                CONF_MAC_ADDRESSES: list(info.mac_addresses)
                or entry.data[CONF_MAC_ADDRESSES],
                **({CONF_ACCEPTS_SILENCE: True} if accepts_silence else {}),
            },
        )
        return self.async_update_and_abort(entry)

    @override
    async def async_step_dhcp(
        self, discovery_info: DhcpServiceInfo
    ) -> ConfigFlowResult:
        """Check a discovered host; ask the user about new boxes only."""
        host, mac = discovery_info.ip, format_mac(discovery_info.macaddress)
        ports = Ports()
        for entry in self._box_entries():
            if mac in entry.data[CONF_MAC_ADDRESSES]:
                stored = Address.from_entry(entry.data)
                if stored.host == host:
                    return self._abort_known(entry)
                ports = stored.ports
        try:
            self._found = await async_confirm_box(self.hass, host, ports)
        except BoxProblem:
            return self.async_abort(reason="no_box_found")
        self._address = Address(host, self._found.ports)
        if not self._found.identifiers:
            self._found = self._found.with_mac_address(mac)
        info = self._found.info
        if (known := find_known(self._box_entries(), info, self._address)) is not None:
            if not await async_has_moved(self.hass, known.entry, info, host, mac):
                return self._abort_known(known.entry)
            await async_move(self.hass, known.entry, host)
            return self.async_abort(reason="already_configured")
        await self._async_set_unique_id(raise_on_progress=True)
        self.context["title_placeholders"] = {"name": self._found.name, "host": host}
        return await self.async_step_choose()

    def _abort_known(self, entry: ConfigEntry) -> ConfigFlowResult:
        """Abort for a configured box; retry a setup that failed."""
        if entry.state is ConfigEntryState.SETUP_RETRY:
            self.hass.config_entries.async_schedule_reload(entry.entry_id)
        return self.async_abort(reason="already_configured")

    async def async_step_choose(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show the box, and ask what to receive."""
        if self._found.pushes:
            return await self.async_step_pushes()
        words = await async_words(self.hass)
        labels = device_labels(words, self._found.capture_devices)
        if user_input is not None:
            return self._create({}, selected_options(user_input, labels))
        return self.async_show_form(
            step_id="choose",
            data_schema=choice_schema(labels),
            description_placeholders={
                **self._found_words(),
                "count": str(len(labels)),
            },
        )

    async def async_step_pushes(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show a box that only pushes, and the URL if needed."""
        # Its capture devices are unknown until they push.
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                names = read_names(user_input.get(CONF_NAMES, ()))
            except ValueError:
                errors[CONF_NAMES] = "bad_names"
            else:
                chosen = {**SELECT_ALL, **user_input, CONF_NAMES: names}
                return self._create(
                    {CONF_WEBHOOK_ID: self._webhook_id}, selected_options(chosen, ())
                )
        else:
            self._webhook_id = async_generate_id()
        try:
            url = await async_push_url(self.hass, self._webhook_id, self._address.host)
        except NoPushUrlError as problem:
            return self.async_abort(reason=problem.key)
        return self.async_show_form(
            step_id="pushes" if self._found.takes_url else "pushes_by_hand",
            data_schema=self.add_suggested_values_to_schema(PUSHES_SCHEMA, user_input),
            errors=errors,
            description_placeholders={**self._found_words(), "url": url},
        )

    async def async_step_pushes_by_hand(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Handle the form that shows the URL to enter."""
        return await self.async_step_pushes(user_input)

    def _create(
        self, data: Mapping[str, Any], options: Mapping[str, Any]
    ) -> ConfigFlowResult:
        info = self._found.info
        if self._alike is not None:
            async_update_box(self.hass, self._alike, self._alike_data)
        silent = {} if self._found.tells_identity else {CONF_ACCEPTS_SILENCE: True}
        return self.async_create_entry(
            title=self._found.name,
            data={
                **self._address.as_entry(),
                CONF_DIALECT: info.dialect.value,
                **identity_data(info),
                **silent,
                **data,
            },
            options=options,
        )
