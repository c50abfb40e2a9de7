"""Select that changes whom a box lets in."""

from typing import override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .aibox.models import PassMode
from .box.pass_mode import async_change_pass_mode
from .const import DOMAIN
from .coordinator import SeAiBoxConfigEntry
from .entity import BoxEntity

# One change at a time, in the order of the calls.
PARALLEL_UPDATES = 1

PASS_MODE = SelectEntityDescription(
    key="pass_mode",
    translation_key="pass_mode",
    entity_category=EntityCategory.CONFIG,
    # Nobody should bar a way out by a slip of the finger.
    entity_registry_enabled_default=False,
    options=[mode.value for mode in PassMode],
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: SeAiBoxConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the select of a box that reports its pass mode."""
    box = entry.runtime_data
    if box.client.has_reading(PASS_MODE.key):
        async_add_entities([PassModeSelect(box, PASS_MODE)])


class PassModeSelect(BoxEntity, SelectEntity):
    """Whom the box lets in: always what the box says."""

    @override
    async def async_added_to_hass(self) -> None:
        """Update on each answer, too."""
        await super().async_added_to_hass()
        poll = self.coordinator.polls.pass_mode
        self.async_on_remove(poll.async_add_listener(self._handle_coordinator_update))

    @property
    @override
    def available(self) -> bool:
        """Return True, also while the box is silent."""
        # Home Assistant skips unavailable entities without an error: nobody would learn
        # that a lockdown failed.
        return True

    @property
    @override
    def current_option(self) -> str | None:
        """Return what the box said last, None if it is silent."""
        poll = self.coordinator.polls.pass_mode
        return poll.data.value if poll.answered and poll.data else None

    @override
    async def async_select_option(self, option: str) -> None:
        """Change whom the box lets in, for administrators and automations only."""
        await self._async_check_caller()
        box = self.coordinator
        await async_change_pass_mode(
            box.client.rest, box.polls.pass_mode, PassMode(option)
        )

    async def _async_check_caller(self) -> None:
        # Automations have no user.
        if self._context is None or self._context.user_id is None:
            return
        user = await self.hass.auth.async_get_user(self._context.user_id)
        if user is None or not user.is_admin:
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key="only_administrators"
            )
