"""What the tests of actions do again and again."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from custom_components.se_aibox.const import DOMAIN
from homeassistant.auth.models import User
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers.service import async_get_all_descriptions

from .helpers import ENTRY_ID

NAMES = {
    "get_recognitions",
    "recognize_picture",
    "search_by_picture",
    "enroll_person",
    "open_door",
}


async def act(
    hass: HomeAssistant,
    action: str,
    data: Mapping[str, object],
    *,
    target: Mapping[str, object] | None = None,
    user: User | None = None,
) -> dict[str, Any]:
    """Call an action and return its response."""
    response = await hass.services.async_call(
        DOMAIN,
        action,
        dict(data),
        blocking=True,
        target=dict(target) if target else None,
        return_response=action != "open_door",
        context=Context(user_id=user.id) if user else None,
    )
    return dict(response or {})


def of_box(**data: object) -> dict[str, object]:
    """Return the data of an action that asks the box."""
    return {"config_entry_id": ENTRY_ID, **data}


def keep(hass: HomeAssistant, folder: Path, name: str, content: bytes) -> str:
    """Put a file where Home Assistant may read it, and return its path."""
    hass.config.allowlist_external_dirs = {str(folder)}
    path = folder / name
    path.write_bytes(content)
    return str(path)


async def fields_of(hass: HomeAssistant, action: str) -> dict[str, Any]:
    """Return the fields that the editor shows of an action, those in sections too."""
    descriptions = await async_get_all_descriptions(hass)
    fields: dict[str, Any] = {}
    for key, field in descriptions[DOMAIN][action]["fields"].items():
        fields |= field.get("fields", {key: field})
    return fields
