"""Hands visits with an end over to Home Assistant, which ends them."""

from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ..aibox.enrolled import PersonChange, PersonDetails, PersonRecord
from ..aibox.models import PersonType
from ..coordinator import SeAiBoxCoordinator
from ..people.visit import Visitor
from ..people.visitors import (
    async_begin_visit,
    async_check_visit,
    async_follow_change,
    async_visits,
)
from .box import translated_errors
from .enrolled import enrolled_people
from .fields import check_visit, has_visit


@callback
def async_visitor(
    hass: HomeAssistant, identity_id: str, name: str, details: PersonDetails
) -> Visitor | None:
    """Return the visitor whose visit is to be ended, if any.

    Raises `ServiceValidationError` if nobody would end it.
    """
    if (visitor := _visitor(identity_id, name, details)) is not None:
        async_check_visit(hass, visitor)
    return visitor


def _visitor(identity_id: str, name: str, details: PersonDetails) -> Visitor | None:
    if details.valid_until is None:
        return None
    return Visitor(
        identity_id,
        name,
        # By default, it begins now.
        details.valid_from or min(dt_util.utcnow(), details.valid_until),
        details.valid_until,
        # An empty text is none.
        details.host or None,
        details.company or None,
        details.purpose or None,
    )


async def async_check_type(
    box: SeAiBoxCoordinator, identity_id: str, change: PersonChange
) -> None:
    """Raise `ServiceValidationError` if the details of a change do not fit its type.

    Home Assistant ends nobody's visit who is no visitor.
    """
    if not has_visit(change.details):
        return
    if (person_type := change.person_type) is None:
        with translated_errors(box):
            person = await enrolled_people(box).person(identity_id)
        # Nobody: the change itself will say so.
        person_type = PersonType.VISITOR if person is None else person.person_type
    check_visit(change.details, person_type)


async def async_follow(
    hass: HomeAssistant, entry_id: str, person: PersonRecord, change: PersonChange
) -> None:
    """Remember a changed visit, or a new one."""
    if person.person_type is PersonType.VISITOR or change.person_type is not None:
        await async_follow_change(hass, entry_id, person)
    # Otherwise, somebody else made an employee of a visitor: the user is asked.
    if change.details.valid_until is not None:
        visitor = _visitor(person.identity_id, person.name or "", person.details)
        await _async_begin(hass, entry_id, visitor)


async def async_follow_doubt(
    hass: HomeAssistant,
    entry_id: str,
    identity_id: str,
    name: str,
    change: PersonChange,
) -> None:
    """Remember the end of a visit that a box may have taken, or not.

    Nobody else would: the visitor would stay. What the box has is read at the end.
    """
    await _async_begin(
        hass, entry_id, _visitor(identity_id, change.name or name, change.details)
    )


async def _async_begin(
    hass: HomeAssistant, entry_id: str, visitor: Visitor | None
) -> None:
    """Remember a visitor of a box, unless a visit is remembered there."""
    if visitor is not None and not any(
        entry_id in visit.enrolled_on
        and visit.visitor.is_known_as(visitor.identity_id, visitor.name)
        for visit in async_visits(hass)
    ):
        await async_begin_visit(hass, entry_id, visitor)
