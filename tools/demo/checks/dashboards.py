"""Checks the dashboards, and the files that a browser loads for them."""

import re

from tools.demo.api import Api
from tools.demo.automations import automations
from tools.demo.dashboard import AUTOMATIONS_PATH, STRATEGY, URL_PATH
from tools.demo.devices import Devices
from tools.demo.progress import say

from .failure import CheckFailedError

_ENTRY_MODULE = "se-aibox.js"
_IMPORT = re.compile(r'(?:from|import)[ (]"(\./[\w-]+\.js)"')


async def check_dashboards(api: Api, devices: Devices, language: str) -> None:
    """Check the parts of each dashboard, and fetch the modules."""
    async with api.socket() as socket:
        made = await socket.command("lovelace/config", url_path=URL_PATH)
        resources = await socket.command("lovelace/resources")
        config = await socket.command("lovelace/config", url_path=AUTOMATIONS_PATH)
    if made != {"strategy": {"type": STRATEGY}}:
        raise CheckFailedError(f"The dashboard is not made by {STRATEGY}: {made}")
    urls = [item["url"] for item in resources if _ENTRY_MODULE in item["url"]]
    if len(urls) != 1:
        raise CheckFailedError(f"The resources of the dashboards are {resources}")
    modules = await _modules(api, urls[0])
    _check_automations(config["views"], devices, language)
    say(f"The dashboard is made by {len(modules)} modules.")


async def _modules(api: Api, url: str) -> set[str]:
    """Fetch a module and all that it imports; return their paths."""
    folder, _, entry = url.rpartition("/")
    found, left = set[str](), {f"./{entry}"}
    while left:
        name = left.pop()
        found.add(name)
        path = f"{folder}/{name.removeprefix('./')}"
        # A browser fetches them without a token.
        status, body = await api.get_bytes(path, with_token=False)
        if status != 200:
            raise CheckFailedError(f"{path}: {status}")
        left |= set(_IMPORT.findall(body.decode())) - found
    return found


def _check_automations(
    views: list[dict[str, list[dict[str, list[dict[str, object]]]]]],
    devices: Devices,
    language: str,
) -> None:
    shown = {
        card["entity"]
        for view in views
        for section in view["sections"]
        for card in section["cards"]
        if str(card.get("entity")).startswith("automation.")
    }
    planned = automations(devices, language)
    if len(shown) != len(planned):
        raise CheckFailedError(
            f"The dashboard shows {len(shown)} of {len(planned)} automations"
        )
