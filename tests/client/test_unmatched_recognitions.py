"""The ways in which a box reports a stranger."""

from typing import Literal

import pytest

from custom_components.se_aibox.aibox.models import Dialect, PersonType
from emulator import EmulatedBox, Variant

from .common import Updates, by_dialect, next_recognition


@pytest.mark.parametrize(
    "variant",
    [Variant(), Variant(numbers_as_strings=True), Variant(person_type_missing=True)],
    ids=["usual", "numbers as texts", "no person type"],
)
@pytest.mark.parametrize("wording", ["empty", "stranger", "random", "employee"])
async def test_recognition_without_an_id_is_no_match(
    updates: Updates,
    box: EmulatedBox,
    wording: Literal["empty", "stranger", "random", "employee"],
) -> None:
    """The name or the type may suggest a person."""
    await box.recognize(stranger=wording)

    seen = await next_recognition(updates)
    assert not seen.matched
    assert (seen.identity_id, seen.identity_name) == (None, None)
    assert seen.person_type is PersonType.STRANGER
    assert "stranger_id" not in seen.attributes


@pytest.mark.parametrize(
    "variant",
    [Variant(), Variant(person_type_missing=True)],
    ids=["usual", "no person type"],
)
async def test_automatic_id_of_a_stranger_is_no_identity(
    updates: Updates, box: EmulatedBox
) -> None:
    """Automations find it in the attribute `stranger_id`."""
    emitted = await box.recognize(stranger="automatic")

    seen = await next_recognition(updates)
    assert not seen.matched
    assert (seen.identity_id, seen.identity_name) == (None, None)
    assert seen.person_type is PersonType.STRANGER
    assert seen.attributes["stranger_id"] == emitted.identity_id


@pytest.mark.parametrize("nothing", ["", None])
async def test_enrolled_name_without_an_id_is_no_match(
    updates: Updates, box: EmulatedBox, nothing: str | None
) -> None:
    """Names are not unique."""
    await box.recognize(
        box.devices[0], box.people[0], overrides={"identity_id": nothing}
    )

    seen = await next_recognition(updates)
    assert not seen.matched
    assert seen.identity_name is None
    assert seen.person_type is PersonType.STRANGER


async def test_missing_id_is_no_match(updates: Updates, box: EmulatedBox) -> None:
    """A missing field counts as an empty one."""
    await box.recognize(box.devices[0], box.people[0], omit=("identity_id",))

    assert not (await next_recognition(updates)).matched


async def test_stranger_with_the_id_of_a_person_is_no_match(
    updates: Updates, box: EmulatedBox, dialect: Dialect
) -> None:
    """No door opens for a stranger."""
    overrides = by_dialect(
        dialect,
        nested={"ext_data": {"person_type": 4}},
        flat={"user_type": "stranger"},
    )
    await box.recognize(box.devices[0], box.people[0], overrides=overrides)

    seen = await next_recognition(updates)
    assert not seen.matched
    assert seen.identity_name is None


async def test_match_without_a_name_is_a_match(
    updates: Updates, box: EmulatedBox
) -> None:
    """The id decides."""
    await box.recognize(box.devices[0], box.people[0], overrides={"identity_name": ""})

    seen = await next_recognition(updates)
    assert seen.matched
    assert seen.identity_name is None
