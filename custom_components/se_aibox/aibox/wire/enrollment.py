"""Enrolls people, in both dialects (docs/protocol.md §5)."""

from ..exceptions import AiBoxRefusedError, Refusal
from ..models import Dialect, PersonType
from ..questions import Enrollment
from .details import with_details
from .errors import refuses_arguments
from .fields import JsonObject, encode_picture, identifier, mapping, required
from .people import EVERYBODY
from .person import TYPE_NUMBERS, TYPE_WORDS
from .quality import ENROLLED_LEVEL
from .request import Request

_SECONDS = 30


def enrollment_request(dialect: Dialect, enrollment: Enrollment) -> Request:
    """Return the request to enroll a person, never in place of another one."""
    if dialect is Dialect.FLAT:
        path, body = "/sophon/v2/face/createidentity", _flat_body(enrollment)
    else:
        path, body = "/SophonFogSys/api/users", _nested_body(enrollment)
    return Request("POST", path, body=body, seconds=_SECONDS)


def _flat_body(enrollment: Enrollment) -> JsonObject:
    return {
        "register_image": encode_picture(enrollment.picture),
        "identity_id": enrollment.identity_id or "",
        "identity_name": enrollment.name,
        "user_type": TYPE_WORDS[enrollment.person_type],
        "fiqa_level": ENROLLED_LEVEL,
        "force_replace": False,
        **_optional(Dialect.FLAT, enrollment, "ext_user_info"),
    }


def _nested_body(enrollment: Enrollment) -> JsonObject:
    return {
        "reg_photo": encode_picture(enrollment.picture),
        "identity_id": enrollment.identity_id,
        "group_name": EVERYBODY,
        "info": {
            "name": enrollment.name,
            "type": TYPE_NUMBERS[enrollment.person_type],
            "user_id": enrollment.identity_id,
            **_optional(Dialect.NESTED, enrollment, "ext_info"),
        },
        "fiqa_level": ENROLLED_LEVEL,
        "ignore_exist": False,
        "create_no_exit_permission": False,
    }


def _optional(dialect: Dialect, enrollment: Enrollment, extra: str) -> JsonObject:
    """Return the fields that are left out where they have no value."""
    values: dict[str, object] = {
        "permission_ids": list(enrollment.permission_groups),
        extra: with_details(dialect, {}, enrollment.details),
    }
    return {name: value for name, value in values.items() if value}


def enrollment_refusal(
    dialect: Dialect, enrollment: Enrollment, error: AiBoxRefusedError
) -> Refusal | None:
    """Return why a box refused to enroll a person."""
    if error.refusal is not None or not refuses_arguments(error):
        return error.refusal
    # V5R7 no longer lists this type for a person to enroll.
    is_unlisted = enrollment.person_type is PersonType.BLOCKLISTED
    return (
        Refusal.TYPE_NOT_ENROLLED if is_unlisted and dialect is Dialect.NESTED else None
    )


def read_enrollment(dialect: Dialect, answer: JsonObject) -> str:
    """Return the identity id of the enrolled person."""
    enrolled = answer if dialect is Dialect.FLAT else mapping(answer, "data")
    return required(identifier(enrolled, "identity_id"), "identity_id")
