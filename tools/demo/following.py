"""Follows people as a user does: searches for them and creates a device each."""

from .adding import open_flow
from .api import Api, HomeAssistantError, Page
from .configuration import DOMAIN

# Tom has another id at the office; the search finds both.
FOLLOWED = ("Tom", "Anna Schmidt", "小明")

_FLOW = "/api/config/config_entries/subentries/flow"


async def follow_people(api: Api) -> None:
    """Follow all of `FOLLOWED` who are not followed yet."""
    entry_id = await _people_entry(api)
    async with api.socket() as socket:
        subentries = await socket.command(
            "config_entries/subentries/list", entry_id=entry_id
        )
    known = {subentry["title"] for subentry in subentries}
    for name in FOLLOWED:
        if name not in known:
            await _follow(api, entry_id, name)


async def _people_entry(api: Api) -> str:
    page = await open_flow(api, "people")
    if page["type"] == "create_entry":
        entry_id: str = page["result"]["entry_id"]
        return entry_id
    async with api.socket() as socket:
        entries = await socket.command("config_entries/get", domain=DOMAIN)
    found: str = next(
        entry["entry_id"]
        for entry in entries
        if "person" in entry["supported_subentry_types"]
    )
    return found


async def _follow(api: Api, entry_id: str, name: str) -> None:
    page = await api.post(_FLOW, {"handler": [entry_id, "person"]})
    page = await _answer(api, page, {"text": name})
    (field,) = page["data_schema"]
    hits = [
        option["value"]
        for option in field["selector"]["select"]["options"]
        if option["label"].startswith(f"{name} ")
    ]
    page = await _answer(api, page, {"identities": hits})
    page = await _answer(api, page, {"name": name})
    if page["type"] != "create_entry":
        raise HomeAssistantError(f"{name} could not be followed: {page}")


async def _answer(api: Api, page: Page, answers: Page) -> Page:
    answer: Page = await api.post(f"{_FLOW}/{page['flow_id']}", answers)
    if answer.get("errors"):
        raise HomeAssistantError(f"{answers} were rejected: {answer['errors']}")
    return answer
