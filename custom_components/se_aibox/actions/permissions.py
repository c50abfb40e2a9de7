"""Read permissions of the user who calls an action."""

from collections.abc import Iterable

from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.components.event import DOMAIN as EVENT_DOMAIN
from homeassistant.core import ServiceCall
from homeassistant.exceptions import Unauthorized, UnknownUser
from homeassistant.helpers import entity_registry as er

from ..const import DOMAIN


async def async_check_readable(call: ServiceCall, entity_ids: Iterable[str]) -> None:
    """Raise `Unauthorized` unless the user may read the entities."""
    # Automations have no user, and may read everything.
    if call.context.user_id is None:
        return
    user = await call.hass.auth.async_get_user(call.context.user_id)
    if user is None:
        raise UnknownUser(context=call.context)
    for entity_id in entity_ids:
        if not user.permissions.check_entity(entity_id, POLICY_READ):
            raise Unauthorized(
                context=call.context, entity_id=entity_id, permission=POLICY_READ
            )


async def async_check_devices_readable(
    call: ServiceCall, device_ids: Iterable[str]
) -> None:
    """Raise `Unauthorized` unless the user may read the recognitions."""
    # The event entity of each capture device or followed person decides.
    registry = er.async_get(call.hass)
    await async_check_readable(
        call,
        [
            # Without the entity, only users who may read everything pass.
            next(
                (
                    entity.entity_id
                    for entity in er.async_entries_for_device(
                        registry, device_id, include_disabled_entities=True
                    )
                    if (entity.domain, entity.platform) == (EVENT_DOMAIN, DOMAIN)
                ),
                "",
            )
            for device_id in device_ids
        ],
    )
