"""Follows people as a user does: searches for them and creates a device each."""

from .adding import answer_page, open_flow
from .api import Api, HomeAssistantError
from .configuration import DOMAIN

# Tom has another id at the office; the search finds both.
FOLLOWED = ("Tom", "Anna Schmidt", "小明")


async def follow_people(api: Api) -> None:
    """Follow the people in `FOLLOWED`, unless they are followed already."""
    known = await _followed(api)
    for name in FOLLOWED:
        if name not in known:
            await _follow(api, name)


async def _followed(api: Api) -> set[str]:
    """Return the names of the followed people."""
    async with api.socket() as socket:
        return {
            subentry["title"]
            for entry in await socket.command("config_entries/get", domain=DOMAIN)
            for subentry in await socket.command(
                "config_entries/subentries/list", entry_id=entry["entry_id"]
            )
        }


async def _follow(api: Api, name: str) -> None:
    page = await answer_page(api, await open_flow(api, "people"), {"text": name})
    hits = [
        option["value"]
        for option in page["data_schema"][0]["selector"]["select"]["options"]
        if f" · {name} · " in option["label"]
    ]
    one_person = {"one_person": True} if len(hits) > 1 else {}
    page = await answer_page(api, page, {"identities": hits, **one_person})
    page = await answer_page(api, page, {"name": name})
    if page["type"] != "create_entry" and page.get("reason") != "people_followed":
        raise HomeAssistantError(f"{name} could not be followed: {page}")
