"""Every way in which a box says that it knows nobody like that."""

from typing import Literal

import pytest

from custom_components.se_aibox.aibox.models import Dialect, PersonType
from emulator import EmulatedBox, Variant

from .talk import Updates, recognition, worded


@pytest.mark.parametrize(
    "variant",
    [Variant(), Variant(numbers_as_strings=True), Variant(person_type_missing=True)],
    ids=["usual", "numbers as texts", "no person type"],
)
@pytest.mark.parametrize("wording", ["empty", "stranger", "random", "employee"])
async def test_nobody_is_nobody(
    updates: Updates,
    box: EmulatedBox,
    wording: Literal["empty", "stranger", "random", "employee"],
) -> None:
    """Without an id there is no match, whatever the name or the type says."""
    await box.recognize(stranger=wording)

    seen = await recognition(updates)
    assert not seen.matched
    assert (seen.identity_id, seen.identity_name) == (None, None)
    assert seen.person_type is PersonType.STRANGER
    assert "stranger_id" not in seen.attributes


@pytest.mark.parametrize(
    "variant",
    [Variant(), Variant(person_type_missing=True)],
    ids=["usual", "no person type"],
)
async def test_a_stranger_may_have_an_automatic_id(
    updates: Updates, box: EmulatedBox
) -> None:
    """It is no identity, even where the missing type would mean an employee; automations find it apart."""
    emitted = await box.recognize(stranger="automatic")

    seen = await recognition(updates)
    assert not seen.matched
    assert (seen.identity_id, seen.identity_name) == (None, None)
    assert seen.person_type is PersonType.STRANGER
    assert seen.attributes["stranger_id"] == emitted.identity_id


@pytest.mark.parametrize("nothing", ["", None])
async def test_an_enrolled_name_without_an_id_is_no_match(
    updates: Updates, box: EmulatedBox, nothing: str | None
) -> None:
    """Names are not unique: a name proves nobody."""
    await box.recognize(
        box.devices[0], box.people[0], overrides={"identity_id": nothing}
    )

    seen = await recognition(updates)
    assert not seen.matched
    assert seen.identity_name is None
    assert seen.person_type is PersonType.STRANGER


async def test_a_missing_id_is_no_match(updates: Updates, box: EmulatedBox) -> None:
    """As an empty one."""
    await box.recognize(box.devices[0], box.people[0], omit=("identity_id",))

    assert not (await recognition(updates)).matched


async def test_a_stranger_with_an_enrolled_persons_id_is_no_match(
    updates: Updates, box: EmulatedBox, dialect: Dialect
) -> None:
    """A door opens for nobody whom the box calls a stranger."""
    overrides = worded(
        dialect,
        nested={"ext_data": {"person_type": 4}},
        flat={"user_type": "stranger"},
    )
    await box.recognize(box.devices[0], box.people[0], overrides=overrides)

    seen = await recognition(updates)
    assert not seen.matched
    assert seen.identity_name is None


async def test_a_match_may_be_without_a_name(
    updates: Updates, box: EmulatedBox
) -> None:
    """The id counts."""
    await box.recognize(box.devices[0], box.people[0], overrides={"identity_name": ""})

    seen = await recognition(updates)
    assert seen.matched
    assert seen.identity_name is None
