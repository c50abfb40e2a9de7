"""Who may import whom: the arrows of the design, read from the source."""

import ast
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
import sys

_ROOT = Path(__file__).parents[2]
_INTEGRATION = _ROOT / "custom_components" / "se_aibox"
_CLIENT = _INTEGRATION / "aibox"
_OURS = "custom_components.se_aibox.aibox."


def _files(package: Path) -> list[Path]:
    return sorted(package.rglob("*.py"))


_CLIENT_FILES = _files(_CLIENT)
_INTEGRATION_FILES = sorted(
    file for file in _files(_INTEGRATION) if _CLIENT not in file.parents
)

# x: what x may import of the client; the standard library and _LIBRARIES go without saying.
_ARROWS = {
    "__init__": set[str](),
    "exceptions": set[str](),
    "models": set[str](),
    "retry": set[str](),
    "questions": {"exceptions", "models"},
    "wire": {"exceptions", "models", "questions", "wire"},
    "http": {"exceptions", "models", "wire"},
    "rest": {"exceptions", "models", "questions", "wire", "http"},
    "pings": set[str](),
    "stream": {"exceptions", "models", "wire", "http", "pings"},
    "dedup": {"models", "wire", "chains", "digest"},
    "history": {"models", "wire", "rest"},
    "history_search": {"models", "history"},
    "pictures": set[str](),
    "pushes": {"wire"},
    "people_search": {"exceptions", "models", "wire", "rest", "history"},
    "chains": set[str](),
    "digest": set[str](),
    "ledger": {"models", "wire", "chains", "digest"},
    "met": {"models", "chains", "digest"},
    "recovery": {"exceptions", "models", "history", "ledger", "met", "history_search"},
    "watch": {"exceptions", "models", "recovery", "retry", "stream"},
    "updates": {"exceptions", "models", "recovery", "watch"},
    "interleave": set[str](),
    "picture_search": {"models", "questions", "wire", "rest"},
    "broadcasts": {"exceptions", "models", "wire", "stream", "retry"},
    "client": {
        "exceptions",
        "models",
        "rest",
        "pings",
        "stream",
        "retry",
        "dedup",
        "history",
        "interleave",
        "recovery",
        "watch",
        "updates",
        "broadcasts",
    },
    "se3_rest": {"exceptions", "models", "wire", "rest"},
    "se3": {"exceptions", "models", "wire", "dedup", "history", "updates", "se3_rest"},
}
_LIBRARIES = {"aiohttp", "orjson", "yarl"}
_WITHOUT_IO = {
    "__init__",
    "exceptions",
    "models",
    "questions",
    "retry",
    "pictures",
    "pings",
    "pushes",
    "wire",
    "dedup",
    "chains",
    "digest",
    "ledger",
    "met",
}
_IO = {"aiohttp", "asyncio", "http", "io", "os", "pathlib", "socket", "ssl", "time"}

# What anybody in the integration may use of the client, and who may use more.
_FOR_ALL = {"exceptions", "models", "questions"}
_AT_THE_EDGE = {
    "__init__": {"client"},
    "coordinator": {"client", "recovery", "updates", "watch"},
    "delivery": {"client", "recovery", "updates"},
    "storage": {"client"},
    "unlisted": {"client", "recovery", "retry", "updates"},
    "log": {"recovery"},
    "fields": {"history"},
    "probe": {"rest", "se3_rest", "stream"},
    "polls": {"rest"},
    "history": {"dedup", "history", "history_search"},
    "lookback": {"history", "history_search"},
    "search": {"people_search", "rest"},
    "cache": {
        "history",
        "rest",
        "pictures",
        "wire.recognition_id",
    },
    "entry": {"se3", "se3_rest"},
    "search_by_picture": {"picture_search"},
    "session": {"http"},
    "webhook": {"pushes", "se3"},
}
# The modules of entities.
_PLATFORMS = {
    "binary_sensor",
    "button",
    "camera",
    "entity",
    "event",
    "image",
    "sensor",
    "switch",
}


def _name(path: Path) -> str:
    """Return the dotted name that a file is imported under."""
    parts = path.relative_to(_ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(path: Path) -> Iterator[str]:
    """Yield the full name of everything that a file imports, wherever in it."""
    parts = path.relative_to(_ROOT).with_suffix("").parts
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            # Without its last part a file's name is its package, which one dot stands for.
            base = parts[: len(parts) - node.level] if node.level else ()
            module = ".".join((*base, *filter(None, [node.module])))
            yield from (f"{module}.{alias.name}" for alias in node.names)


def _part(path: Path) -> str:
    """Return which part of the client a file is or belongs to."""
    return path.relative_to(_CLIENT).with_suffix("").parts[0]


def _top(name: str) -> str:
    return name.partition(".")[0]


def _uses(
    files: Iterable[Path], unwanted: Callable[[Path, str], bool]
) -> dict[str, list[str]]:
    """Return which files import what they should not."""
    found = {
        _name(file): sorted(name for name in _imports(file) if unwanted(file, name))
        for file in files
    }
    return {file: names for file, names in found.items() if names}


def test_the_client_knows_nothing_of_home_assistant() -> None:
    """It stands on the standard library, three libraries and itself."""

    def is_foreign(_: Path, name: str) -> bool:
        return not (
            name.startswith(_OURS)
            or _top(name) in _LIBRARIES
            or _top(name) in sys.stdlib_module_names
        )

    assert _uses(_CLIENT_FILES, is_foreign) == {}


def test_every_part_of_the_client_has_its_arrows() -> None:
    """A new module says in the table what it builds on; the table speaks of no module that is gone."""
    assert {_part(file) for file in _CLIENT_FILES} == _ARROWS.keys()


def test_arrows_within_the_client() -> None:
    """Nothing points back."""

    def points_back(file: Path, name: str) -> bool:
        part = name.removeprefix(_OURS)
        return part != name and _top(part) not in _ARROWS.get(_part(file), set())

    assert _uses(_CLIENT_FILES, points_back) == {}


def test_the_arrows_make_no_circle() -> None:
    """The table itself is in order: every part builds on parts that stand already."""
    standing: set[str] = set()
    waiting = dict(_ARROWS)
    while waiting:
        ready = {part for part, uses in waiting.items() if uses - {part} <= standing}
        assert ready, f"a circle among {sorted(waiting)}"
        standing |= ready
        waiting = {part: uses for part, uses in waiting.items() if part not in ready}


def test_deciding_does_no_io() -> None:
    """What reads, decides and describes can be tested without a box."""
    pure = [file for file in _CLIENT_FILES if _part(file) in _WITHOUT_IO]

    assert _uses(pure, lambda _, name: _top(name) in _IO) == {}


def test_who_uses_which_part_of_the_client() -> None:
    """Only the edge speaks with boxes; nobody reads the wire but those who must."""

    def is_too_deep(file: Path, name: str) -> bool:
        part = name.removeprefix(_OURS)
        allowed = _FOR_ALL | _AT_THE_EDGE.get(file.stem, set())
        return part != name and not any(
            f"{part}.".startswith(f"{prefix}.") for prefix in allowed
        )

    assert _uses(_INTEGRATION_FILES, is_too_deep) == {}


def test_platforms_see_models_and_exceptions_only() -> None:
    """An entity knows nothing of the wire; why a door did not open, it can say."""

    def is_too_deep(_: Path, name: str) -> bool:
        part = name.removeprefix(_OURS)
        return part != name and _top(part) not in _FOR_ALL

    platforms = [file for file in _INTEGRATION_FILES if file.stem in _PLATFORMS]
    assert {file.stem for file in platforms} == _PLATFORMS
    assert _uses(platforms, is_too_deep) == {}


def test_the_emulator_is_on_its_own() -> None:
    """It shares no misreading of the protocol with what it tests."""
    files = _files(_ROOT / "emulator")
    strangers = {"custom_components", "homeassistant", "tests"}

    assert files
    assert _uses(files, lambda _, name: _top(name) in strangers) == {}
