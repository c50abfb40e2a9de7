"""Helpers of the tests of the actions."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from custom_components.se_aibox.const import DOMAIN
from emulator import EmulatedBox, Identity
from homeassistant.auth.models import User
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers.service import async_get_all_descriptions
from homeassistant.util import dt as dt_util
from tests.integration.helpers import ENTRY_ID, NEAR, record
from tests.integration.people.followed_people import ENTRY_IDS, Boxes

NAMES = {
    "answer_question",
    "export_attendance",
    "get_attendance",
    "get_people_inside",
    "get_recognitions",
    "recognize_picture",
    "search_by_picture",
    "start_roll_call",
    "delete_person",
    "enroll_person",
    "forget_person",
    "get_groups",
    "get_people",
    "ignore_stranger",
    "open_door",
    "simulate_recognition",
    "update_person",
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
        return_response=action
        not in ("ignore_stranger", "open_door", "simulate_recognition"),
        context=Context(user_id=user.id) if user else None,
    )
    return dict(response or {})


def of_box(**data: object) -> dict[str, object]:
    """Return the data of an action on the box."""
    return {"config_entry_id": ENTRY_ID, **data}


def of_boxes(boxes: Boxes, **data: object) -> dict[str, object]:
    """Return the data of an action on both boxes."""
    entry_ids = [ENTRY_IDS[box.dialect] for box in boxes]
    return {"config_entry_id": entry_ids, **data}


def one(response: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a response says of the only box, which succeeded."""
    [box] = response["boxes"]
    assert (box["ok"], box["error"]) == (True, None)
    result: dict[str, Any] = box
    return result


def of_title(response: Mapping[str, Any], title: str) -> dict[str, Any]:
    """Return what a response says of the box with a title."""
    [box] = [each for each in response["boxes"] if each["title"] == title]
    result: dict[str, Any] = box
    return result


def keep(hass: HomeAssistant, folder: Path, name: str, content: bytes) -> str:
    """Write a file where Home Assistant may read it, and return its path."""
    hass.config.allowlist_external_dirs = {str(folder)}
    path = folder / name
    path.write_bytes(content)
    return str(path)


async def fields_of(hass: HomeAssistant, action: str) -> dict[str, Any]:
    """Return an action's fields, including those in sections."""
    descriptions = await async_get_all_descriptions(hass)
    fields: dict[str, Any] = {}
    for key, field in descriptions[DOMAIN][action]["fields"].items():
        fields |= field.get("fields", {key: field})
    return fields


class Past:
    """Records of a box, a minute apart, and their times."""

    def __init__(self) -> None:
        """Start 20 hours ago, at a whole second."""
        self._next = dt_util.utcnow().replace(microsecond=0) - timedelta(hours=20)
        self.moments: list[datetime] = []

    async def add(
        self,
        box: EmulatedBox,
        identity: Identity | None = None,
        device: int = 0,
        **how: Any,
    ) -> datetime:
        """Record a recognition a minute after the previous one."""
        moment = self._next
        self._next += timedelta(minutes=1)
        await record(box, moment, identity, device, **how)
        self.moments.append(moment)
        return moment


async def look_back(
    hass: HomeAssistant, target: Mapping[str, object] = NEAR, **data: object
) -> list[dict[str, Any]]:
    """Return all recognitions of a target."""
    response = await act(hass, "get_recognitions", data, target=target)
    assert (response["has_more"], response["looked_back_to"]) == (False, None)
    rows: list[dict[str, Any]] = response["recognitions"]
    return rows


def names(rows: list[dict[str, Any]]) -> list[str | None]:
    """Return the name of each recognized identity."""
    return [row["identity_name"] for row in rows]
