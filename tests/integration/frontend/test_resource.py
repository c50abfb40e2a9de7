"""Our module among the Lovelace resources."""

import asyncio
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
import pytest
from pytest_homeassistant_custom_component.common import (  # type: ignore[import-untyped]  # It ships no py.typed.
    MockConfigEntry,
    async_fire_time_changed,
    flush_store,
)
import voluptuous as vol

from custom_components.se_aibox.const import CONF_ENTRY_TYPE, DOMAIN, PEOPLE
from custom_components.se_aibox.frontend.resource import (
    DASHBOARD_RESOURCE,
    IN_YAML,
    INSIDE_UNKNOWN,
    STABLE_URL,
    async_offer_resource,
)
from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from tests.integration.people.followed_people import make_people_entry

MINE = {"id": "a", "type": "module", "url": "/local/my-card.js"}
ANOTHER = {"id": "b", "type": "css", "url": "/hacsfiles/theme.css?hacstag=1"}
KEY = "lovelace_resources"


@pytest.fixture
def stored(hass_storage: dict[str, Any]) -> dict[str, Any]:
    """Store two resources of the user, which nothing loaded yet."""
    hass_storage[KEY] = {
        "version": 1,
        "minor_version": 1,
        "key": KEY,
        "data": {"items": [dict(MINE), dict(ANOTHER)]},
    }
    return hass_storage


@pytest.fixture
async def storage_mode(hass: HomeAssistant, stored: dict[str, Any]) -> None:
    """Set up dashboards whose resources can be changed."""
    assert await async_setup_component(hass, "lovelace", {})


async def add(hass: HomeAssistant, entry: MockConfigEntry | None = None) -> Any:
    """Set up an entry of ours."""
    entry = entry or make_people_entry()
    await hass.config_entries.async_add(entry)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    return entry


def resources(hass: HomeAssistant) -> list[dict[str, Any]]:
    """Return the resources as Home Assistant has them."""
    items: list[dict[str, Any]] = hass.data["lovelace"].resources.async_items()
    return items


def ours(hass: HomeAssistant) -> list[str]:
    """Return the URLs of our resources."""
    return [item["url"] for item in resources(hass) if DOMAIN in item["url"]]


def issue(hass: HomeAssistant) -> ir.IssueEntry | None:
    """Return the repair."""
    return ir.async_get(hass).async_get_issue(DOMAIN, DASHBOARD_RESOURCE)


async def store_item(hass: HomeAssistant, url: str, kind: str = "module") -> None:
    """Add a resource as a user does."""
    await hass.data["lovelace"].resources.async_create_item(
        {"res_type": kind, "url": url}
    )


@pytest.mark.usefixtures("storage_mode")
async def test_first_entry_adds_our_module_and_keeps_resources_not_loaded_yet(
    hass: HomeAssistant, stored: dict[str, Any]
) -> None:
    """Nothing has asked for the resources since the start."""
    assert not hass.data["lovelace"].resources.loaded
    await add(hass)

    mine, another, added = resources(hass)
    assert (mine, another) == (MINE, ANOTHER)
    assert added["type"] == "module"
    assert added["url"].startswith("/se_aibox/frontend/")
    assert added["url"].endswith("/se-aibox.js")
    assert added["url"] != STABLE_URL
    assert issue(hass) is None
    await flush_store(hass.data["lovelace"].resources.store)
    assert stored[KEY]["data"]["items"] == [MINE, ANOTHER, added]


class OlderResources:
    """Resources of releases that deleted what they had not loaded."""

    def __init__(self) -> None:
        """Store one resource, and load none."""
        self.stored = [dict(MINE)]
        self.items: list[dict[str, Any]] = []

    async def async_get_info(self) -> dict[str, int]:
        """Load."""
        self.items = list(self.stored)
        return {"resources": len(self.items)}

    def async_items(self) -> list[dict[str, Any]]:
        """Return what was loaded."""
        return self.items

    async def async_create_item(self, data: dict[str, Any]) -> None:
        """Add to what was loaded, and store that."""
        self.items.append({"id": "new", "type": data["res_type"], "url": data["url"]})
        self.stored = list(self.items)

    async def async_update_item(self, item_id: str, updates: dict[str, Any]) -> None:
        """Change nothing."""

    async def async_delete_item(self, item_id: str) -> None:
        """Delete nothing."""


@pytest.mark.usefixtures("storage_mode")
async def test_resources_are_loaded_before_they_are_changed(
    hass: HomeAssistant,
) -> None:
    hass.data["lovelace"].resources = older = OlderResources()
    await add(hass)
    assert [item["url"] for item in older.stored] == [MINE["url"], *ours(hass)]
    assert len(ours(hass)) == 1


@pytest.mark.usefixtures("storage_mode")
async def test_entries_that_start_together_add_our_module_once(
    hass: HomeAssistant,
) -> None:
    await add(hass)
    [url] = ours(hass)
    await hass.data["lovelace"].resources.async_delete_item(resources(hass)[2]["id"])

    await asyncio.gather(*(async_offer_resource(hass, url) for _ in range(5)))
    assert ours(hass) == [url]


@pytest.mark.usefixtures("storage_mode")
@pytest.mark.parametrize(
    "earlier",
    [
        "/se_aibox/frontend/0123456789ab/se-aibox.js",
        "/se_aibox/frontend/0123456789ab/se-aibox.js?hacstag=5",
        STABLE_URL,
    ],
)
async def test_item_of_another_version_is_updated_in_place(
    hass: HomeAssistant, earlier: str
) -> None:
    """Its id and its place stay."""
    await store_item(hass, earlier, "js")
    await store_item(hass, "/local/last.js")
    before = resources(hass)[2]["id"]
    await add(hass)

    updated = resources(hass)[2]
    assert [updated["url"]] == ours(hass)
    assert updated["url"] != earlier
    assert (updated["id"], updated["type"]) == (before, "module")
    assert len(resources(hass)) == 4


@pytest.mark.usefixtures("storage_mode")
async def test_current_item_is_not_written_again(hass: HomeAssistant) -> None:
    """A reload must not rewrite the user's resources."""
    entry = await add(hass)
    changes: list[object] = []

    async def _changed(*change: object) -> None:
        changes.append(change)

    hass.data["lovelace"].resources.async_add_listener(_changed)
    await hass.config_entries.async_reload(entry.entry_id)
    assert changes == []


@pytest.mark.usefixtures("storage_mode")
async def test_duplicates_are_deleted(hass: HomeAssistant) -> None:
    await store_item(hass, STABLE_URL)
    await store_item(hass, "/se_aibox/frontend/1/se-aibox.js")
    await store_item(hass, "/se_aibox/frontend/2/se-aibox.js")
    await add(hass)
    assert len(ours(hass)) == 1
    assert resources(hass)[:2] == [MINE, ANOTHER]


@pytest.mark.usefixtures("storage_mode")
@pytest.mark.parametrize(
    "url",
    [
        "/local/se-aibox.js",
        "/hacsfiles/se_aibox/frontend/1/se-aibox.js",
        "/se_aibox/frontend/1/2/se-aibox.js",
        "/se_aibox/frontend/se-aibox.js.bak",
        "https://example.com/se_aibox/frontend/se-aibox.js",
    ],
)
async def test_resource_with_a_similar_path_is_not_ours(
    hass: HomeAssistant, url: str
) -> None:
    await store_item(hass, url)
    entry = await add(hass)
    assert resources(hass)[2]["url"] == url
    assert len(resources(hass)) == 4
    await hass.config_entries.async_remove(entry.entry_id)
    assert [item["url"] for item in resources(hass)] == [
        MINE["url"],
        ANOTHER["url"],
        url,
    ]


@pytest.mark.usefixtures("storage_mode")
async def test_last_entry_takes_our_module_with_it(hass: HomeAssistant) -> None:
    """A disabled entry is still one; an ignored discovery is none."""
    MockConfigEntry(domain=DOMAIN, source="ignore").add_to_hass(hass)
    disabled = MockConfigEntry(
        domain=DOMAIN,
        data={CONF_ENTRY_TYPE: PEOPLE},
        disabled_by=ConfigEntryDisabler.USER,
    )
    disabled.add_to_hass(hass)
    entry = await add(hass)

    await hass.config_entries.async_remove(entry.entry_id)
    assert len(ours(hass)) == 1
    await hass.config_entries.async_remove(disabled.entry_id)
    assert resources(hass) == [MINE, ANOTHER]


@pytest.mark.usefixtures("storage_mode")
async def test_entry_after_the_last_one_adds_our_module_again(
    hass: HomeAssistant,
) -> None:
    """Home Assistant sets the integration up only once."""
    await hass.config_entries.async_remove((await add(hass)).entry_id)
    assert ours(hass) == []
    await add(hass)
    assert len(ours(hass)) == 1


async def test_home_assistant_without_dashboards_is_left_alone(
    hass: HomeAssistant,
) -> None:
    entry = await add(hass)
    assert issue(hass) is None
    assert await hass.config_entries.async_remove(entry.entry_id)


async def a_minute_passes(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    """Let the integration look again."""
    freezer.tick(61)
    async_fire_time_changed(hass)
    await hass.async_block_till_done()


async def yaml_mode(hass: HomeAssistant, *urls: str) -> None:
    """Set up dashboards whose resources are in YAML."""
    config = {
        "resource_mode": "yaml",
        "resources": [{"type": "module", "url": url} for url in (MINE["url"], *urls)],
    }
    assert await async_setup_component(hass, "lovelace", {"lovelace": config})


async def test_yaml_mode_raises_a_repair_that_goes_with_the_line(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    """Home Assistant reloads resources without an event."""
    await yaml_mode(hass)
    await add(hass)
    assert [item["url"] for item in resources(hass)] == [MINE["url"]]
    raised = issue(hass)
    assert raised is not None
    assert raised.translation_key == IN_YAML
    assert raised.translation_placeholders == {"url": STABLE_URL}
    await a_minute_passes(hass, freezer)
    assert issue(hass) is not None

    line = {"type": "module", "url": STABLE_URL}
    with patch(
        "homeassistant.config.load_yaml_config_file",
        return_value={"lovelace": {"resource_mode": "yaml", "resources": [line]}},
    ):
        await hass.services.async_call("lovelace", "reload_resources", blocking=True)
    await a_minute_passes(hass, freezer)
    assert resources(hass) == [line]
    assert issue(hass) is None


async def test_yaml_mode_with_the_line_raises_no_repair(hass: HomeAssistant) -> None:
    await yaml_mode(hass, STABLE_URL)
    await add(hass)
    assert issue(hass) is None


async def test_line_of_an_earlier_version_in_yaml_raises_the_repair(
    hass: HomeAssistant,
) -> None:
    """Its modules are gone, so no dashboard would work."""
    await yaml_mode(hass, "/se_aibox/frontend/0123456789ab/se-aibox.js")
    await add(hass)
    assert issue(hass) is not None


async def test_last_entry_takes_the_repair_with_it(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    """The lines in YAML belong to the user."""
    await yaml_mode(hass)
    entry = await add(hass)
    await hass.config_entries.async_remove(entry.entry_id)
    assert issue(hass) is None
    await a_minute_passes(hass, freezer)
    assert issue(hass) is None
    assert [item["url"] for item in resources(hass)] == [MINE["url"]]


def without_data(hass: HomeAssistant) -> None:
    """Keep the resources somewhere else."""
    del hass.data["lovelace"]


def without_resources(hass: HomeAssistant) -> None:
    """Rename the resources."""
    hass.data["lovelace"] = object()


@pytest.mark.usefixtures("storage_mode")
@pytest.mark.parametrize("inside", [without_data, without_resources])
async def test_unknown_inside_of_home_assistant_raises_the_repair(
    hass: HomeAssistant, inside: Callable[[HomeAssistant], None]
) -> None:
    """The entry works all the same, and can be removed."""
    inside(hass)
    entry = await add(hass)
    raised = issue(hass)
    assert raised is not None
    assert raised.translation_key == INSIDE_UNKNOWN
    assert raised.translation_placeholders == {"url": STABLE_URL}
    await hass.config_entries.async_remove(entry.entry_id)
    assert issue(hass) is None


@pytest.mark.usefixtures("storage_mode")
@pytest.mark.parametrize("surprise", [KeyError("url"), vol.Invalid("no"), TypeError()])
async def test_surprise_raises_the_repair_until_the_user_adds_the_module(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    caplog: pytest.LogCaptureFixture,
    surprise: Exception,
) -> None:
    """It is logged once, not every minute."""
    lovelace = hass.data["lovelace"]
    with patch.object(
        lovelace.resources, "async_create_item", side_effect=surprise, autospec=True
    ):
        await add(hass)
        assert issue(hass) is not None
        await a_minute_passes(hass, freezer)
    assert caplog.text.count(f"Cannot add the dashboard resource: {surprise!r}") == 1
    assert resources(hass) == [MINE, ANOTHER]

    await store_item(hass, STABLE_URL)
    with patch.object(
        lovelace.resources, "async_update_item", side_effect=surprise, autospec=True
    ):
        await a_minute_passes(hass, freezer)
    assert ours(hass) == [STABLE_URL]
    assert issue(hass) is None


@pytest.mark.usefixtures("storage_mode")
async def test_passing_surprise_is_mended_within_a_minute(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    with patch.object(
        hass.data["lovelace"].resources, "async_get_info", side_effect=TypeError
    ):
        await add(hass)
        assert issue(hass) is not None
    await a_minute_passes(hass, freezer)
    assert len(ours(hass)) == 1
    assert issue(hass) is None


@pytest.mark.usefixtures("storage_mode")
async def test_surprise_does_not_keep_the_last_entry_from_being_removed(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    entry = await add(hass)
    with patch.object(
        hass.data["lovelace"].resources, "async_delete_item", side_effect=TypeError
    ):
        await hass.config_entries.async_remove(entry.entry_id)
    assert "Cannot remove the dashboard resource" in caplog.text
    assert hass.config_entries.async_entries(DOMAIN) == []
