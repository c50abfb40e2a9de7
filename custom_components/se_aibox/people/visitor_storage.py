"""Stores visits until they have ended everywhere: personal data."""

from collections.abc import Iterable, Mapping
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from ..box.stored import UNREADABLE, moment_of, text_of
from ..const import DOMAIN
from .visit import Visit, Visitor

_VERSION = 1


class UnreadableVisitsError(Exception):
    """The stored visits are damaged, or of another version."""


def visit_store(hass: HomeAssistant, entry_id: str) -> Store[dict[str, Any]]:
    """Return the store of the visits of a people entry."""
    return Store(hass, _VERSION, f"{DOMAIN}.visitors.{entry_id}", private=True)


def visits_as_dict(visits: Iterable[Visit]) -> dict[str, Any]:
    """Return the data to store."""
    return {"visits": list(map(_as_dict, visits))}


async def async_load_visits(hass: HomeAssistant, entry_id: str) -> list[Visit]:
    """Return the stored visits.

    Raises `UnreadableVisitsError`.
    """
    try:
        stored = await visit_store(hass, entry_id).async_load()
        return [] if stored is None else list(map(_from_dict, stored["visits"]))
    except UNREADABLE as error:
        raise UnreadableVisitsError from error


def _as_dict(visit: Visit) -> dict[str, Any]:
    visitor = visit.visitor
    return {
        "visit_id": visit.visit_id,
        "identity_id": visitor.identity_id,
        "name": visitor.name,
        "valid_from": visitor.valid_from.isoformat(),
        "valid_until": visitor.valid_until.isoformat(),
        "host": visitor.host,
        "company": visitor.company,
        "purpose": visitor.purpose,
        "enrolled_on": sorted(visit.enrolled_on),
        "ended_on": sorted(visit.ended_on),
        "has_arrived": visit.has_arrived,
        "overdue_at": sorted(visit.overdue_at),
    }


def _from_dict(stored: Mapping[str, Any]) -> Visit:
    return Visit(
        text_of(stored["visit_id"]),
        Visitor(
            text_of(stored["identity_id"]),
            text_of(stored["name"]),
            moment_of(stored["valid_from"]),
            moment_of(stored["valid_until"]),
            _optional(stored["host"]),
            _optional(stored["company"]),
            _optional(stored["purpose"]),
        ),
        _texts(stored["enrolled_on"]),
        _texts(stored["ended_on"]),
        stored["has_arrived"] is True,
        _texts(stored["overdue_at"]),
    )


def _optional(value: object) -> str | None:
    return None if value is None else text_of(value)


def _texts(values: Iterable[object]) -> frozenset[str]:
    return frozenset(map(text_of, values))
