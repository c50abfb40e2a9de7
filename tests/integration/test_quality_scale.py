"""The quality scale's rules are all answered, and those that a program can look at are kept."""

import ast
from collections.abc import Iterator
import importlib
import json
from pathlib import Path
import tomllib
from typing import Any

import pytest

from custom_components import se_aibox
from custom_components.se_aibox.people.following import PEOPLE_PLATFORMS
from homeassistant import components
from homeassistant.util.yaml import load_yaml_dict

from .texts import LANGUAGES, icons, texts

_ROOT = Path(__file__).parents[2]
_INTEGRATION = _ROOT / "custom_components" / "se_aibox"
# Any integration of Home Assistant that answers all rules.
_EXAMPLE = Path(components.__path__[0]) / "fumis" / "quality_scale.yaml"
# What Home Assistant calls with a config entry, platforms included.
_GIVEN_AN_ENTRY = {
    "async_get_config_entry_diagnostics",
    "async_get_device_diagnostics",
    "async_get_options_flow",
    "async_get_supported_subentry_types",
    "async_remove_config_entry_device",
    "async_remove_entry",
    "async_setup_entry",
    "async_supports_options_flow",
    "async_unload_entry",
}
_TRANSLATED = {
    "ConfigEntryError",
    "ConfigEntryNotReady",
    "HomeAssistantError",
    "ServiceValidationError",
    "UpdateFailed",
}


def _rules(path: Path) -> dict[str, Any]:
    return dict(load_yaml_dict(str(path))["rules"])


RULES = _rules(_INTEGRATION / "quality_scale.yaml")


def is_done(rule: str) -> bool:
    """Return whether we say that a rule is kept."""
    return bool(RULES[rule] == "done")


def manifest() -> dict[str, Any]:
    """Return the manifest."""
    return dict(json.loads((_INTEGRATION / "manifest.json").read_text()))


def raised() -> Iterator[ast.Call]:
    """Yield what the integration raises for users to read."""
    for path in _INTEGRATION.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Raise)
                and isinstance(call := node.exc, ast.Call)
                and isinstance(call.func, ast.Name)
                and call.func.id in _TRANSLATED
            ):
                yield call


def given_an_entry() -> Iterator[tuple[str, ast.arg]]:
    """Yield the config entry that each function of `_GIVEN_AN_ENTRY` takes."""
    for path in _INTEGRATION.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
                and node.name in _GIVEN_AN_ENTRY
            ):
                [entry] = [arg for arg in node.args.args if "entry" in arg.arg]
                yield node.name, entry


def test_every_rule_is_answered() -> None:
    """All rules of Home Assistant's own integrations, in their order, and a reason wherever one is not kept."""
    assert list(RULES) == list(_rules(_EXAMPLE))
    for rule, answer in RULES.items():
        if answer != "done":
            assert answer.keys() == {"status", "comment"}, rule
            assert answer["status"] in ("todo", "exempt"), rule
            assert answer["comment"].endswith("."), rule


def test_actions() -> None:
    """They are registered whatever is set up, and say what goes wrong."""
    assert is_done("action-setup")
    assert is_done("action-exceptions")
    actions = load_yaml_dict(str(_INTEGRATION / "services.yaml"))
    assert actions.keys() == texts("en")["services"].keys()


def test_parallel_updates() -> None:
    """Every platform says how many calls the box gets at once."""
    assert is_done("parallel-updates")
    for platform in {*se_aibox.PLATFORMS, *PEOPLE_PLATFORMS}:
        module = importlib.import_module(f"{se_aibox.__name__}.{platform.value}")
        assert isinstance(module.PARALLEL_UPDATES, int), platform


def _keys(texts: object, path: str = "") -> set[str]:
    if not isinstance(texts, dict):
        return {path}
    return {key for name in texts for key in _keys(texts[name], f"{path}/{name}")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations(language: str) -> None:
    """Every text is there in every language."""
    assert is_done("entity-translations")
    assert _keys(texts(language)) == _keys(texts("en"))


def test_exception_translations() -> None:
    """What goes wrong is said in the user's language."""
    assert is_done("exception-translations")
    said = texts("en")["exceptions"]
    calls = list(raised())
    assert len(calls) > 3
    for call in calls:
        words = {keyword.arg: keyword.value for keyword in call.keywords}
        key = words.get("translation_key")
        assert key is not None, ast.unparse(call)
        assert "translation_domain" in words, ast.unparse(call)
        if isinstance(key, ast.Constant):
            assert key.value in said


def test_icons() -> None:
    """There is an icon for every trigger, condition and action, and none for an entity that does not exist."""
    assert is_done("icon-translations")
    drawn, said = icons(), texts("en")
    for kind in ("triggers", "conditions", "services"):
        assert drawn[kind].keys() == said[kind].keys()
    for platform, entities in drawn["entity"].items():
        assert entities.keys() <= said["entity"][platform].keys()


def test_documents() -> None:
    """Every trigger, condition and action has its page, and every README says how to install and remove."""
    for rule, folder, kind in (
        ("docs-triggers", "triggers", "triggers"),
        ("docs-conditions", "conditions", "conditions"),
        ("docs-actions", "actions", "services"),
    ):
        assert is_done(rule)
        pages = {page.stem for page in (_ROOT / "docs" / folder).glob("*.md")}
        assert pages == texts("en")[kind].keys()
    assert is_done("docs-installation-instructions")
    assert is_done("docs-removal-instructions")
    readme = (_ROOT / "README.md").read_text()
    assert "\n## Install\n" in readme
    assert "\n## Remove\n" in readme


def test_config_flow() -> None:
    """Every field of a form is explained, boxes are discovered and reconfigured."""
    assert is_done("config-flow")
    for language in LANGUAGES:
        for flow in ("config", "options"):
            for step, words in texts(language)[flow]["step"].items():
                forms = [words, *words.get("sections", {}).values()]
                for form in forms:
                    assert (
                        form.get("data", {}).keys()
                        == form.get("data_description", {}).keys()
                    ), step
    flow_class = importlib.import_module(f"{se_aibox.__name__}.config_flow")
    for rule, step in (
        ("discovery", "async_step_dhcp"),
        ("reconfiguration-flow", "async_step_reconfigure"),
    ):
        assert is_done(rule)
        assert hasattr(flow_class.SeAiBoxConfigFlow, step)


def test_owner_brand_and_dependencies() -> None:
    """Somebody owns it, it has a face, and nothing is installed that is not named."""
    assert is_done("integration-owner")
    assert manifest()["codeowners"]
    assert is_done("brands")
    assert (_INTEGRATION / "brand" / "icon.png").exists()
    assert is_done("dependency-transparency")
    assert manifest()["requirements"] == []


def test_strict_typing() -> None:
    """The type checker is as strict as it can be."""
    assert is_done("strict-typing")
    with (_ROOT / "pyproject.toml").open("rb") as file:
        assert tomllib.load(file)["tool"]["mypy"]["strict"] is True


def test_runtime_data() -> None:
    """Every function that takes a config entry knows the type of its data."""
    assert is_done("runtime-data")
    entries = list(given_an_entry())
    assert {name for name, _ in entries} == _GIVEN_AN_ENTRY
    for name, entry in entries:
        assert isinstance(entry.annotation, ast.Name), name
        assert entry.annotation.id.endswith("ConfigEntry"), name
        assert entry.annotation.id != "ConfigEntry", name


def test_diagnostics() -> None:
    """Entries and devices have diagnostics."""
    assert is_done("diagnostics")
    module = importlib.import_module(f"{se_aibox.__name__}.diagnostics")
    assert callable(module.async_get_config_entry_diagnostics)
    assert callable(module.async_get_device_diagnostics)
