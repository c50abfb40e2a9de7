"""Helpers of the tests of the flow that manages people."""

from collections.abc import Mapping
from typing import Any

from aiohttp import FormData
from aiohttp.test_utils import TestClient

from custom_components.se_aibox.aibox.enrolled import PersonRecord
from custom_components.se_aibox.aibox.people import EnrolledPeople
from custom_components.se_aibox.coordinator import async_loaded_box
from custom_components.se_aibox.people.following import PeopleConfigEntry
from emulator import EmulatedBox, Identity
from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from tests.emulator.pictures import photo
from tests.integration.people.followed_people import ENTRY_IDS, Boxes
from tests.integration.texts import texts

ANNA = Identity("20001", "Anna", room="101", address="Main Street 1")
BOTH = [ENTRY_IDS["nested"], ENTRY_IDS["flat"]]
EMPTY: dict[str, Any] = {"details": {}, "visit": {}}


class Manager:
    """The open flow, and a browser that uploads pictures."""

    def __init__(
        self,
        hass: HomeAssistant,
        people: PeopleConfigEntry,
        client: TestClient[Any, Any],
    ) -> None:
        """Start with the flow closed."""
        self.result: ConfigFlowResult
        self._hass = hass
        self._people = people
        self._client = client

    async def open(self) -> None:
        """Open the flow."""
        options = self._hass.config_entries.options
        self.result = await options.async_init(self._people.entry_id)

    async def submit(self, **user_input: object) -> None:
        """Submit a step."""
        self.result = await self._hass.config_entries.options.async_configure(
            self.result["flow_id"], user_input
        )

    async def choose(self, *options: str) -> None:
        """Choose in one menu after the other."""
        for option in options:
            assert self.result["type"] is FlowResultType.MENU
            assert option in self.result["menu_options"]
            await self.submit(next_step_id=option)

    async def upload(self, content: bytes | None = None) -> str:
        """Upload a picture; return the id of the file."""
        form = FormData()
        content = photo() if content is None else content
        form.add_field("file", content, filename="face.jpg")
        response = await self._client.post("/api/file_upload", data=form)
        assert response.status == 200
        file_id: str = (await response.json())["file_id"]
        return file_id

    async def pick(self, text: str, number: int = 0) -> None:
        """Search for somebody, and choose who was found."""
        await self.choose("find")
        await self.submit(text=text)
        await self.submit(identities=str(number))
        assert self.step == "found"

    @property
    def step(self) -> str:
        """The step that is shown."""
        return self.result["step_id"]

    @property
    def errors(self) -> Mapping[str, str]:
        """The keys of the errors of the form."""
        return self.result["errors"] or {}

    @property
    def placeholders(self) -> Mapping[str, str]:
        """The placeholders of the step."""
        return self.result["description_placeholders"] or {}

    def error(self, key: str = "base") -> str:
        """Return an error as the user reads it."""
        errors = texts(self._hass.config.language)["options"]["error"]
        sentence: str = errors[self.errors[key]].format(**self.placeholders)
        return sentence

    @property
    def suggested(self) -> dict[str, Any]:
        """What the form suggests, without sections."""
        schema = self.result["data_schema"]
        assert schema is not None
        values: dict[str, Any] = {}
        for key, selector in schema.schema.items():
            inner = getattr(getattr(selector, "schema", None), "schema", None)
            for each in [key] if inner is None else inner:
                description = each.description or {}
                if description.get("suggested_value") is not None:
                    values[str(each)] = description["suggested_value"]
        return values

    def offered(self, field: str) -> list[str]:
        """Return what a selector of the form offers."""
        schema = self.result["data_schema"]
        assert schema is not None
        return [
            each if isinstance(each, str) else each["label"]
            for each in schema.schema[field].config["options"]
        ]


def names_on(boxes: Boxes, identity_id: str) -> list[str | None]:
    """Return what both boxes call the person with an id, None for nobody."""
    return [
        None if found is None else found.name for found in on_both(boxes, identity_id)
    ]


def replace_on(box: EmulatedBox, identity: Identity | None) -> None:
    """Delete Anna from a box, and enroll somebody else in her place."""
    found = box.state.find_identity(ANNA.identity_id)
    assert found is not None
    box.state.people.remove(found)
    if identity is not None:
        box.state.enroll(identity)


def on_both(boxes: Boxes, identity_id: str) -> list[Identity | None]:
    """Return who has an id on both boxes."""
    return [box.state.find_identity(identity_id) for box in boxes]


async def stored(hass: HomeAssistant, dialect: str, identity_id: str) -> PersonRecord:
    """Return what a box stores of a person."""
    box = async_loaded_box(hass, ENTRY_IDS[dialect])
    assert box is not None
    record = await EnrolledPeople(box.client.rest).person(identity_id)
    assert record is not None
    return record
