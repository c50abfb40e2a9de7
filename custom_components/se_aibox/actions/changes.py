"""Enrolls, changes and deletes a person on one box."""

from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import replace

from homeassistant.util import dt as dt_util

from ..aibox.enrolled import PersonChange, PersonDetails, PersonRecord
from ..aibox.models import PersonType
from ..aibox.questions import Enrollment
from ..box.doors import doors_of_no_group
from ..coordinator import SeAiBoxCoordinator
from ..people.visit import Visitor
from ..people.visitors import async_follow_change, async_forget_visit, async_remember
from ..text import async_text, async_words_cached, listed
from .enrolled import async_check_quality, check_readable, enrolled_people
from .fields import check_of_visitors


def details_of_type(person_type: PersonType, details: PersonDetails) -> PersonDetails:
    """Return the details to enroll somebody of a type with.

    Raises `ServiceValidationError` if only a visitor has them.
    """
    if person_type is not PersonType.VISITOR:
        check_of_visitors(details)
        return details
    if details.valid_from is None:
        return replace(details, valid_from=dt_util.utcnow())
    return details


def visitor_of(enrollment: Enrollment, identity_id: str) -> Visitor | None:
    """Return the visitor whose visit has an end."""
    details = enrollment.details
    if details.valid_from is None or details.valid_until is None:
        return None
    return Visitor(
        identity_id,
        enrollment.name,
        details.valid_from,
        details.valid_until,
        details.host,
        details.company,
        details.purpose,
    )


async def async_enroll(
    box: SeAiBoxCoordinator, enrollment: Enrollment, visitor: Visitor | None
) -> str:
    """Enroll a person, whose visit may have an end; return the identity id."""
    await async_check_quality(box, enrollment.picture)
    remembered: AbstractAsyncContextManager[None] = (
        nullcontext()
        if visitor is None
        else async_remember(box.hass, box.config_entry.entry_id, visitor)
    )
    async with remembered:
        # In one attempt: without an answer, nobody knows whether it succeeded.
        return await enrolled_people(box).enroll(enrollment)


async def async_update(
    box: SeAiBoxCoordinator, identity_id: str, name: str, change: PersonChange
) -> PersonRecord:
    """Change the person with an id and a name."""
    # A box reads the identity first, and again afterwards.
    check_readable(box)
    if change.picture is not None:
        await async_check_quality(box, change.picture)
    person = await enrolled_people(box).update(identity_id, name, change)
    # Otherwise, the end of a visit would find somebody else.
    await async_follow_change(box.hass, box.config_entry.entry_id, person)
    return person


async def async_delete(box: SeAiBoxCoordinator, identity_id: str, name: str) -> None:
    """Delete the person with an id and a name."""
    # A box reads the identity first, and sends its photo where it sends any.
    check_readable(box)
    await enrolled_people(box).delete(identity_id, name)
    # There is nothing to end any more.
    await async_forget_visit(box.hass, box.config_entry.entry_id, identity_id)


def door_warnings(box: SeAiBoxCoordinator) -> list[str]:
    """Return what to know of a box before enrolling somebody there."""
    if not (doors := doors_of_no_group(box.data)):
        return []
    words = async_words_cached(box.hass)
    return [
        async_text(box.hass, "common.doors_of_no_group").format(
            doors=listed(words, doors), box=box.config_entry.title
        )
    ]
