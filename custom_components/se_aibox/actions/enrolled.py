"""What the actions on enrolled people share."""

from homeassistant.exceptions import HomeAssistantError

from ..aibox.enrolled import PersonDetails, PersonRecord
from ..aibox.people import EnrolledPeople
from ..const import DOMAIN
from ..coordinator import SeAiBoxCoordinator
from ..people.search import may_ask
from ..text import async_error_text
from .box import refusal_error, translated_errors


def enrolled_people(box: SeAiBoxCoordinator) -> EnrolledPeople:
    """Return the calls for the people of a box."""
    return EnrolledPeople(box.client.rest)


def check_readable(box: SeAiBoxCoordinator) -> None:
    """Raise `HomeAssistantError` if a box would send forbidden pictures."""
    if not may_ask(box):
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="people_withheld",
            translation_placeholders={"box": box.config_entry.title},
        )


async def async_check_quality(box: SeAiBoxCoordinator, picture: bytes) -> None:
    """Raise `HomeAssistantError` with all that a box finds wrong."""
    with translated_errors(box):
        refusals = await enrolled_people(box).check_quality(picture)
    errors = [refusal_error(box, refusal) for refusal in refusals]
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="picture_refused",
            translation_placeholders={
                "reasons": " ".join(
                    async_error_text(box.hass, error) for error in errors
                )
            },
        )


def as_row(person: PersonRecord, group_names: dict[str, str]) -> dict[str, object]:
    """Return what a response has of a person, without pictures."""
    return {
        "identity_id": person.identity_id,
        "identity_name": person.name,
        "person_type": person.person_type.value,
        "permission_groups": [
            {"group_id": group_id, "name": group_names.get(group_id)}
            for group_id in person.group_ids
        ],
        "photos": len(person.photo_ids),
        **_details(person.details),
    }


def _details(details: PersonDetails) -> dict[str, object]:
    start, end = details.valid_from, details.valid_until
    return {
        "department": details.department,
        "job_number": details.job_number,
        "telephone": details.telephone,
        "company": details.company,
        "host": details.host,
        "purpose": details.purpose,
        "valid_from": start and start.isoformat(),
        "valid_until": end and end.isoformat(),
    }
