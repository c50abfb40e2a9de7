"""Enrolls, changes and deletes a person on one box."""

from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import replace

from homeassistant.core import HomeAssistant, callback

from ..aibox.enrolled import PersonChange, PersonDetails, PersonRecord
from ..aibox.exceptions import AiBoxError
from ..aibox.models import PersonType
from ..aibox.names import id_key
from ..aibox.questions import Enrollment
from ..box.doors import doors_of_no_group
from ..coordinator import SeAiBoxCoordinator
from ..people.visit import Visitor, proves_not_enrolled
from ..people.visitors import async_begin_visit, async_forget_visit, async_remember
from ..text import async_text, async_words_cached, listed
from .enrolled import async_check_quality, check_readable, enrolled_people
from .fields import check_visit
from .visits import async_check_type, async_follow, async_follow_doubt, async_visitor


@callback
def async_details(
    hass: HomeAssistant,
    identity_id: str,
    name: str,
    person_type: PersonType,
    details: PersonDetails,
) -> tuple[PersonDetails, Visitor | None]:
    """Return the details to enroll, and the visitor of a visit with an end.

    Raises `ServiceValidationError` for the visit of somebody who is no visitor, and if
    nobody would end it.
    """
    check_visit(details, person_type)
    visitor = async_visitor(hass, identity_id, name, details)
    if visitor is not None:
        details = replace(details, valid_from=visitor.valid_from)
    return details, visitor


async def async_enroll(
    box: SeAiBoxCoordinator, enrollment: Enrollment, visitor: Visitor | None
) -> str:
    """Enroll a person, perhaps for a visit; return the identity id."""
    await async_check_quality(box, enrollment.picture)
    remembered: AbstractAsyncContextManager[None] = (
        nullcontext()
        if visitor is None
        else async_remember(box.hass, box.config_entry.entry_id, visitor)
    )
    async with remembered:
        # In one attempt: without an answer, nobody knows whether it succeeded.
        enrolled = await enrolled_people(box).enroll(enrollment)
    if visitor is not None and id_key(enrolled) != id_key(visitor.identity_id):
        # Nobody knows which of the two ids the box uses, so both are looked for.
        hass, entry_id = box.hass, box.config_entry.entry_id
        visitor = replace(visitor, identity_id=enrolled)
        await async_begin_visit(hass, entry_id, visitor)
    return enrolled


async def async_update(
    box: SeAiBoxCoordinator, identity_id: str, name: str, change: PersonChange
) -> PersonRecord:
    """Change the person with an id and a name."""
    # A box reads the identity first, and again afterwards.
    check_readable(box)
    await async_check_type(box, identity_id, change)
    if change.picture is not None:
        await async_check_quality(box, change.picture)
    hass, entry_id = box.hass, box.config_entry.entry_id
    try:
        person = await enrolled_people(box).update(identity_id, name, change)
    except AiBoxError as error:
        if not proves_not_enrolled(error):
            await async_follow_doubt(hass, entry_id, identity_id, name, change)
        raise
    # Otherwise, the end of a visit would find somebody else.
    await async_follow(hass, entry_id, person, change)
    return person


async def async_delete(box: SeAiBoxCoordinator, identity_id: str, name: str) -> None:
    """Delete the person with an id and a name."""
    # A box reads the identity first, and sends its photo where it sends any.
    check_readable(box)
    await enrolled_people(box).delete(identity_id, name)
    # There is nothing to end any more. But a box that is not connected may be another
    # one, at the same address: the end of the visit reads again.
    if box.data.connected:
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
