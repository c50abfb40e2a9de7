"""Helpers of the tests of followed people, with two boxes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
import re
from typing import Any

# It ships no py.typed.
from pytest_homeassistant_custom_component.common import MockConfigEntry  # type: ignore[import-untyped]

from custom_components.se_aibox.const import DOMAIN
from custom_components.se_aibox.people.following import PeopleConfigEntry
from emulator import EmulatedBox, Identity, PictureSize
from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    SOURCE_USER,
    ConfigFlowResult,
    ConfigSubentry,
    SubentryFlowResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr
from tests.integration.helpers import Dialect, make_entry, until_listening

type FormResult = ConfigFlowResult | SubentryFlowResult

ENTRY_IDS: dict[str, str] = {
    "nested": "01SEAIBOX00000000000NESTED",
    "flat": "01SEAIBOX0000000000000FLAT",
}
PEOPLE_ENTRY_ID = "01SEAIBOX00000000000PEOPLE"
TITLES = {"nested": "Old box", "flat": "New box"}
TOM = "12345565"


@dataclass(frozen=True, slots=True)
class Boxes:
    """A box of each dialect, set up, with the same people enrolled."""

    nested: EmulatedBox
    flat: EmulatedBox

    def __iter__(self) -> Iterator[EmulatedBox]:
        """Iterate over both boxes."""
        return iter((self.nested, self.flat))


def new_box(dialect: Dialect, people_count: int | None = None) -> EmulatedBox:
    """Return a box with small pictures that is not started."""
    number = 1 if dialect == "nested" else 2
    return EmulatedBox(
        dialect,
        device_count=2,
        serial_number=f"HQATEVBAIAIAI000{number}",
        mac=f"e0:a5:09:00:42:0{number}",
        seed=number,
        picture_size=PictureSize(face=4_000, scene=12_000, reference=4_000),
        people_count=people_count,
    )


async def set_up_box(hass: HomeAssistant, box: EmulatedBox) -> None:
    """Set up a box and wait until it pushes."""
    entry = make_entry(box, entry_id=ENTRY_IDS[box.dialect])
    object.__setattr__(entry, "title", TITLES[box.dialect])
    await hass.config_entries.async_add(entry)
    await hass.async_block_till_done()
    await until_listening(entry)


def make_people_entry(*subentries: ConfigSubentry) -> PeopleConfigEntry:
    """Return a config entry of followed people, by default none."""
    entry: PeopleConfigEntry = MockConfigEntry(
        domain=DOMAIN,
        entry_id=PEOPLE_ENTRY_ID,
        title="Followed people",
        unique_id="people",
        data={"entry_type": "people"},
        subentries_data=[subentry.as_dict() for subentry in subentries],
    )
    return entry


async def open_person_flow(
    hass: HomeAssistant, people: PeopleConfigEntry
) -> SubentryFlowResult:
    """Open the flow that adds a followed person."""
    return await hass.config_entries.subentries.async_init(
        (people.entry_id, "person"), context={"source": SOURCE_USER}
    )


async def submit(
    hass: HomeAssistant, result: SubentryFlowResult, user_input: Mapping[str, Any]
) -> SubentryFlowResult:
    """Submit the current step of a flow."""
    return await hass.config_entries.subentries.async_configure(
        result["flow_id"], dict(user_input)
    )


async def open_reconfiguration(
    hass: HomeAssistant, people: PeopleConfigEntry, subentry_id: str
) -> SubentryFlowResult:
    """Open the menu of a person."""
    result = await hass.config_entries.subentries.async_init(
        (people.entry_id, "person"),
        context={"source": SOURCE_RECONFIGURE, "subentry_id": subentry_id},
    )
    assert result["type"] is FlowResultType.MENU
    return result


async def reconfigure(
    hass: HomeAssistant, people: PeopleConfigEntry, subentry_id: str, step: str
) -> SubentryFlowResult:
    """Open the menu of a person and choose a step."""
    result = await open_reconfiguration(hass, people, subentry_id)
    return await submit(hass, result, {"next_step_id": step})


async def follow(
    hass: HomeAssistant, people: PeopleConfigEntry, name: str, *identity_ids: str
) -> str:
    """Follow a person by typed ids; return the id of the subentry."""
    before = set(people.subentries)
    result = await open_person_flow(hass, people)
    result = await submit(hass, result, {"identity_ids": list(identity_ids)})
    all_of_them: dict[str, Any] = {"identities": list(offered(result).values())}
    if len(identity_ids) > 1:
        all_of_them["one_person"] = True
    result = await submit(hass, result, all_of_them)
    await submit(hass, result, {"name": name})
    await hass.async_block_till_done()
    [subentry_id] = set(people.subentries) - before
    return subentry_id


def offered(result: FormResult) -> dict[str, str]:
    """Return the identities that a form offers, value by label.

    The labels are without their numbers.
    """
    schema = result["data_schema"]
    assert schema is not None
    [selector] = [value for key, value in schema.schema.items() if key == "identities"]
    return {
        re.sub(r"^\d+ · ", "", option["label"]): option["value"]
        for option in selector.config["options"]
    }


def offers_selection(result: FormResult) -> bool:
    """Return whether a form offers any person."""
    schema = result["data_schema"]
    assert schema is not None
    return "identities" in schema.schema


def person_of(box: EmulatedBox, identity_id: str) -> Identity:
    """Return the identity enrolled under an id."""
    identity = box.state.find_identity(identity_id)
    assert identity is not None
    return identity


def device_id_of(hass: HomeAssistant, subentry_id: str) -> str:
    """Return the device id of a followed person."""
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, f"{PEOPLE_ENTRY_ID}_{subentry_id}"), PEOPLE_ENTRY_ID
    )
    assert device is not None
    return device.id


def suggestions(result: FormResult) -> dict[str, Any]:
    """Return the suggested values of a form."""
    schema = result["data_schema"]
    assert schema is not None
    return {
        str(key): key.description["suggested_value"]
        for key in schema.schema
        if key.description
    }


def placeholders(result: FormResult) -> Mapping[str, str]:
    """Return the placeholders of a form's description."""
    values = result["description_placeholders"]
    assert values is not None
    return values
