"""The integration follows the rules of the quality scale that it claims."""

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
# An integration in Home Assistant that answers all rules.
_EXAMPLE = Path(components.__path__[0]) / "fumis" / "quality_scale.yaml"
# What Home Assistant calls with a config entry, in platforms too.
_GIVEN_AN_ENTRY = {
    "async_get_config_entry_diagnostics",
    "async_get_device_diagnostics",
    "async_get_options_flow",
    "async_get_supported_subentry_types",
    "async_remove_config_entry_device",
    "async_remove_entry",
    "async_setup_entry",
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
    """Return whether a rule is followed."""
    answer = RULES[rule]
    status = answer if isinstance(answer, str) else answer["status"]
    return bool(status == "done")


def manifest() -> dict[str, Any]:
    """Return the manifest."""
    return dict(json.loads((_INTEGRATION / "manifest.json").read_text()))


def raised() -> Iterator[ast.Call]:
    """Yield each raised exception that users may read."""
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
    """Yield each function of `_GIVEN_AN_ENTRY` with its entry parameter."""
    for path in _INTEGRATION.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
                and node.name in _GIVEN_AN_ENTRY
            ):
                [entry] = [arg for arg in node.args.args if "entry" in arg.arg]
                yield node.name, entry


def test_every_rule_is_answered() -> None:
    """A rule that is not simply followed has a reason."""
    assert list(RULES) == list(_rules(_EXAMPLE))
    for rule, answer in RULES.items():
        if answer != "done":
            assert answer.keys() == {"status", "comment"}, rule
            assert answer["status"] in ("done", "todo", "exempt"), rule
            assert answer["comment"].endswith("."), rule


def test_every_action_has_texts() -> None:
    """`services.yaml` and the texts have the same actions."""
    assert is_done("action-setup")
    assert is_done("action-exceptions")
    actions = load_yaml_dict(str(_INTEGRATION / "services.yaml"))
    assert actions.keys() == texts("en")["services"].keys()


def test_every_platform_limits_parallel_updates() -> None:
    """The limit is a number."""
    assert is_done("parallel-updates")
    for platform in {*se_aibox.PLATFORMS, *PEOPLE_PLATFORMS}:
        module = importlib.import_module(f"{se_aibox.__name__}.{platform.value}")
        assert isinstance(module.PARALLEL_UPDATES, int), platform


def _keys(texts: object, path: str = "") -> set[str]:
    if not isinstance(texts, dict):
        return {path}
    return {key for name in texts for key in _keys(texts[name], f"{path}/{name}")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_text(language: str) -> None:
    """The keys are the English ones."""
    assert is_done("entity-translations")
    assert _keys(texts(language)) == _keys(texts("en"))


def test_every_exception_has_a_translation() -> None:
    """Exceptions name their domain and their key."""
    assert is_done("exception-translations")
    translated = texts("en")["exceptions"]
    calls = list(raised())
    assert len(calls) > 3
    for call in calls:
        words = {keyword.arg: keyword.value for keyword in call.keywords}
        key = words.get("translation_key")
        assert key is not None, ast.unparse(call)
        assert "translation_domain" in words, ast.unparse(call)
        if isinstance(key, ast.Constant):
            assert key.value in translated


def test_every_trigger_condition_and_action_has_an_icon() -> None:
    """No icon is for an entity that does not exist."""
    assert is_done("icon-translations")
    drawn, named = icons(), texts("en")
    for kind in ("triggers", "conditions", "services"):
        assert drawn[kind].keys() == named[kind].keys()
    for platform, entities in drawn["entity"].items():
        assert entities.keys() <= named["entity"][platform].keys()


def test_every_trigger_condition_and_action_has_a_page() -> None:
    """The README explains how to install and remove the integration."""
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


def test_every_form_field_is_explained() -> None:
    """The flow also has discovery and reconfiguration."""
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


def test_manifest_has_an_owner_and_no_requirements() -> None:
    """The brand has an icon."""
    assert is_done("integration-owner")
    assert manifest()["codeowners"]
    assert is_done("brands")
    assert (_INTEGRATION / "brand" / "icon.png").exists()
    assert is_done("dependency-transparency")
    assert manifest()["requirements"] == []


def test_type_checker_is_strict() -> None:
    """The project runs mypy in strict mode."""
    assert is_done("strict-typing")
    with (_ROOT / "pyproject.toml").open("rb") as file:
        assert tomllib.load(file)["tool"]["mypy"]["strict"] is True


def test_every_entry_parameter_has_typed_runtime_data() -> None:
    """A plain `ConfigEntry` does not know the type."""
    assert is_done("runtime-data")
    entries = list(given_an_entry())
    assert {name for name, _ in entries} == _GIVEN_AN_ENTRY
    for name, entry in entries:
        assert isinstance(entry.annotation, ast.Name), name
        assert entry.annotation.id.endswith("ConfigEntry"), name
        assert entry.annotation.id != "ConfigEntry", name


def test_entries_and_devices_have_diagnostics() -> None:
    """Other tests cover their contents."""
    assert is_done("diagnostics")
    module = importlib.import_module(f"{se_aibox.__name__}.diagnostics")
    assert callable(module.async_get_config_entry_diagnostics)
    assert callable(module.async_get_device_diagnostics)
