"""Read permissions of the user who calls an action."""

from collections.abc import Iterable

from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.core import ServiceCall
from homeassistant.exceptions import Unauthorized, UnknownUser

from ..box.registry import async_event_entity_id


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
    await async_check_readable(
        call,
        [
            # Without the entity, only users who may read everything pass.
            async_event_entity_id(call.hass, device_id, include_disabled=True) or ""
            for device_id in device_ids
        ],
    )
