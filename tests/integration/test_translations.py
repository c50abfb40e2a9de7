"""The texts that users read, in each language."""

import ast
from collections.abc import Iterator
import json
from pathlib import Path
import re
from typing import Any

import pytest

from custom_components.se_aibox import const
from custom_components.se_aibox.aibox.exceptions import Refusal
from custom_components.se_aibox.aibox.models import PersonType
from custom_components.se_aibox.coordinator import async_loaded_boxes
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from .helpers import publish_online

pytest_plugins = [
    "tests.integration.people.people_fixtures",
    "tests.integration.site.site_fixtures",
]

ROOT = Path(const.__file__).parent


def load(name: str) -> dict[str, Any]:
    """Return a JSON file of the integration."""
    content: dict[str, Any] = json.loads((ROOT / name).read_text("utf-8"))
    return content


def flat(tree: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield each text with the dotted path to it."""
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def placeholders(text: str) -> set[str]:
    """Return the names in braces."""
    return set(re.findall(r"{(\w+)}", text))


# These have errors and aborts of their own.
ELSEWHERE = {
    "people/flow.py",
    "fixes/added_anew.py",
    "fixes/box_fix.py",
    "fixes/clock.py",
    "fixes/pass_mode.py",
    "fixes/questions.py",
    "manage/enrolling.py",
    "manage/changing.py",
}
# The errors of one flow only; the others have the texts of both.
OF_SUBENTRIES_ONLY = {"nothing_left"}
# The reason of the box follows this prefix.
REFUSED = "refused_"
type Source = list[ast.AST]


def source() -> dict[str, Source]:
    """Return the syntax nodes of each file of the integration."""
    return {
        path.relative_to(ROOT).as_posix(): list(
            ast.walk(ast.parse(path.read_text("utf-8")))
        )
        for path in sorted(ROOT.rglob("*.py"))
    }


def texts_in(*nodes: ast.AST) -> set[str]:
    """Return every string in some code."""
    return {
        part.value
        for node in nodes
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }


def calls(nodes: Source, *names: str) -> Iterator[ast.Call]:
    """Yield each call of a function or method with that name."""
    for node in nodes:
        if isinstance(node, ast.Call):
            called = node.func
            if (isinstance(called, ast.Name) and called.id in names) or (
                isinstance(called, ast.Attribute) and called.attr in names
            ):
                yield node


def keywords(call: ast.Call) -> dict[str | None, ast.expr]:
    """Return the keyword arguments of a call."""
    return {keyword.arg: keyword.value for keyword in call.keywords}


def errors_in(nodes: Source) -> set[str]:
    """Return the errors that a form shows."""
    problems = {
        text for call in calls(nodes, "BoxProblem") for text in texts_in(*call.args)
    }
    assigned = {
        text
        for node in nodes
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Subscript)
        and isinstance(node.targets[0].value, ast.Name)
        and node.targets[0].value.id == "errors"
        for text in texts_in(node.value)
    }
    explained = {
        text
        for node in nodes
        if isinstance(node, ast.AsyncFunctionDef) and node.name == "_why"
        for part in ast.walk(node)
        if isinstance(part, ast.Return) and isinstance(part.value, ast.Constant)
        for text in texts_in(part.value)
    }
    return problems | assigned | explained


def aborts_in(nodes: Source) -> set[str]:
    """Return the reasons for which a flow aborts."""
    given = [
        argument
        for call in calls(nodes, "AbortFlow", "NoPushUrlError")
        for argument in call.args
    ]
    named = [
        value
        for name, argument in (
            ("async_abort", "reason"),
            ("_abort_if_unique_id_configured", "error"),
        )
        for call in calls(nodes, name)
        if (value := keywords(call).get(argument)) is not None
    ]
    return texts_in(*given, *named)


def test_languages_have_the_same_texts() -> None:
    """The placeholders are the same, too."""
    english = dict(flat(load("translations/en.json")))
    chinese = dict(flat(load("translations/zh-Hans.json")))
    assert english.keys() == chinese.keys()
    for key, text in english.items():
        assert placeholders(text) == placeholders(chinese[key]), key
        assert text.strip()
        assert chinese[key].strip()


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_bold_text_ends_where_markdown_sees_it(language: str) -> None:
    """After a full-width mark, no letter follows the asterisks at once."""
    for key, text in flat(load(f"translations/{language}.json")):
        for bold in re.finditer(r"\*\*(.+?)\*\*(\w?)", text):
            assert not bold[2] or re.search(r"[\w}]$", bold[1]), key


def test_every_error_and_abort_has_a_text() -> None:
    """No text is left over."""
    everything = load("translations/en.json")
    words = everything["config"]
    person = everything["config_subentries"]["person"]["error"]
    files = [nodes for name, nodes in source().items() if name not in ELSEWHERE]
    assert words["error"].keys() == set().union(
        *map(errors_in, files), person.keys() - OF_SUBENTRIES_ONLY
    )
    assert words["abort"].keys() == set().union(*map(aborts_in, files))


def test_every_exception_has_a_text() -> None:
    """Each placeholder in it is filled in."""
    words = load("translations/en.json")["exceptions"]
    files = source()
    # A missing address for pushes aborts a flow, and fails a setup.
    used = texts_in(*calls(files["se3/webhook.py"], "NoPushUrlError"))
    for nodes in files.values():
        for node in nodes:
            if not isinstance(node, ast.Call):
                continue
            given = keywords(node)
            if not {"translation_domain", "translation_key"} <= given.keys():
                continue
            known = given.get("translation_placeholders")
            assert known is None or isinstance(known, ast.Dict)
            names = texts_in(*filter(None, known.keys)) if known else set()
            keys = texts_in(given["translation_key"])
            if keys == {REFUSED}:
                keys = {f"{REFUSED}{refusal}" for refusal in Refusal}
            used |= keys
            for key in keys:
                assert placeholders(words[key]["message"]) <= names, key
    assert words.keys() == used


def test_no_text_is_left_over() -> None:
    """Each key is in the code."""
    words = load("translations/en.json")
    used = texts_in(*(node for nodes in source().values() for node in nodes[:1]))
    used |= {part for text in used for part in text.split(".")}
    # The code builds these from the fault and its direction.
    used |= {
        f"{fault}_{direction}"
        for fault in ("clock", "date", "times", "times_shifted")
        for direction in ("ahead", "behind")
    }
    used |= {f"{REFUSED}{refusal}" for refusal in Refusal}
    used |= {f"month_{number}" for number in range(1, 13)}
    used |= {f"weekday_{number}" for number in range(1, 8)}
    person = words["config_subentries"]["person"]
    for section in (
        words["common"],
        words["issues"],
        words["exceptions"],
        words["config"]["error"],
        words["config"]["abort"],
        person["error"],
        person["abort"],
    ):
        assert section.keys() <= used


@pytest.mark.parametrize(
    ("language", "details"),
    [
        ("en", ["identity card", "telephone", "email", "address", "employer"]),
        ("zh-Hans", ["证件号码", "电话号码", "电子邮箱", "住址", "单位"]),
    ],
)
def test_user_is_told_which_enrollment_details_events_would_hold(
    language: str, details: list[str]
) -> None:
    """The text stands beside the option."""
    form = load(f"translations/{language}.json")["options"]["step"]["init"]
    text = form["data_description"][const.CONF_IDENTITY_INFO_IN_EVENTS]
    assert [word for word in details if word in text] == details


def test_every_choice_has_a_text() -> None:
    """No text is left over."""
    choices = {
        key: set(about["options"])
        for key, about in load("translations/en.json")["selector"].items()
    }
    assert choices == {
        const.CONF_PICTURES: {const.CAPTURED_PICTURES, const.REFERENCE_PICTURES},
        # Strangers cannot be selected as people.
        "person_types": {*PersonType} - {PersonType.STRANGER},
        "seen_person_types": {*PersonType},
        "enrolled_person_types": {*PersonType}
        - {PersonType.STRANGER, PersonType.OTHER},
    }


@pytest.mark.usefixtures("tom", "office")
async def test_every_entity_and_state_has_a_text(
    hass: HomeAssistant, entity_registry: er.EntityRegistry
) -> None:
    """No text or icon is left over."""
    for box in async_loaded_boxes(hass).values():
        publish_online(box.config_entry)
    await hass.async_block_till_done()
    entities = list(entity_registry.entities.values())
    words = load("translations/en.json")["entity"]
    used = {(entity.domain, entity.translation_key) for entity in entities}
    assert {(domain, key) for domain, keys in words.items() for key in keys} == used
    icons = load("icons.json")["entity"]
    drawn = {(domain, key) for domain, keys in icons.items() for key in keys}
    # Connections have their device class's icons, the lock those of all locks.
    assert used - drawn == {
        ("binary_sensor", "connection"),
        ("binary_sensor", "online"),
        ("lock", "door"),
    }
    assert drawn <= used

    for entity in entities:
        assert entity.translation_key is not None
        about = words[entity.domain][entity.translation_key]
        capabilities = entity.capabilities or {}
        if "options" in capabilities:
            assert about["state"].keys() == set(capabilities["options"])
        if "event_types" in capabilities:
            event_type = about["state_attributes"]["event_type"]
            assert event_type["state"].keys() == set(capabilities["event_types"])
    for domain, key in drawn:
        assert icons[domain][key].get("state", {}).keys() <= words[domain][key].get(
            "state", {}
        ).keys() | {"on", "off"}
