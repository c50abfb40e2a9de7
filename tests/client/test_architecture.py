"""Which module may import which, read from the source."""

import ast
from collections.abc import Callable, Iterable, Iterator
from graphlib import TopologicalSorter
from pathlib import Path
import sys
from typing import NamedTuple

_ROOT = Path(__file__).parents[2]
_INTEGRATION = _ROOT / "custom_components" / "se_aibox"
_CLIENT = _INTEGRATION / "aibox"
_TESTS = _ROOT / "tests"
_PACKAGE = "custom_components.se_aibox"


class _Room(NamedTuple):
    """A folder, or single modules that belong together."""

    # Modules that other rooms may import; all others are private.
    doors: str = ""
    # Rooms whose doors it imports, and single modules beyond those.
    imports: str = ""
    # Top-level modules of a room that is not a folder.
    modules: str = ""


# A room imports only from rooms listed above it. Every room but the client may import
# the helpers.
_ROOMS = {
    "helpers": _Room("const text choice", modules="const text choice"),
    "aibox": _Room(
        "details device_status enrolled models names exceptions operation questions"
        " settings time_settings"
    ),
    # One box in Home Assistant.
    "box": _Room(
        "added_anew address away data device_memory door_code doors identity ignored"
        " issues moving mute naming network offline options pass_mode registry"
        " replacement session stored stream_url update",
        "aibox aibox.client aibox.clock aibox.delivered aibox.history"
        " aibox.history_search aibox.http aibox.operation_reader aibox.people_count"
        " aibox.rest aibox.rest_port aibox.retry aibox.updates",
    ),
    "pictures": _Room(
        "cache picture placeholder response scaling shown",
        "aibox aibox.history aibox.pictures aibox.rest",
    ),
    # The processing of one recognition from any box.
    "recognition": _Room(
        "company earlier events faces filters followed forgetting freshness memory"
        " quiet_time sighting simulation targets triggers",
        "aibox aibox.client aibox.updates box box.history box.log"
        " box.picture_consent box.polls box.storage box.unlisted pictures",
    ),
    "coordinator": _Room(
        "coordinator",
        "aibox aibox.client aibox.updates box box.device_list box.dialect box.history"
        " box.log box.picture_consent box.polls box.reload box.storage box.supervisor"
        " pictures recognition.delivery",
        modules="coordinator",
    ),
    "people": _Room(
        "automation_check following forgetting replacing search visit visit_ending"
        " visitors",
        "aibox aibox.people aibox.people_search aibox.rest box pictures recognition"
        " coordinator",
    ),
    "media": _Room(
        "boxes faces folders ids items",
        "aibox aibox.history aibox.history_search box pictures recognition coordinator"
        " people",
    ),
    # The people inside a place with ways in and out.
    "site": _Room(
        "attendance attendance_files attendance_reading books entry faces flow options"
        " passages pieces presence roll_call roll_call_keeper triggers"
        " visitor_triggers",
        "aibox box recognition coordinator people media",
    ),
    "entity": _Room(
        "entity",
        "aibox box box.picture_consent pictures recognition coordinator people site",
        modules="entity",
    ),
    "platforms": _Room(
        imports="aibox box box.polls pictures recognition coordinator people site"
        " entity",
        modules="binary_sensor button calendar camera device_tracker event image lock"
        " select sensor switch todo",
    ),
    "se3": _Room(
        "device_reports entry uploads webhook",
        "aibox aibox.client aibox.pushes aibox.rest aibox.se3 aibox.se3_rest"
        " aibox.upload_urls box box.storage coordinator",
    ),
    "flow": _Room(
        "discovery form known options probe replacement",
        "aibox aibox.rest aibox.rest_port aibox.se3_rest aibox.stream box box.storage"
        " recognition coordinator people site se3",
    ),
    "assist": _Room(
        "answer exposure inside lookback reply",
        "aibox aibox.history_search box recognition coordinator people site",
    ),
    "actions": _Room(
        "__init__ changes each_box enrolled fields new_id picture visits",
        "aibox aibox.history aibox.history_search aibox.people aibox.picture_search"
        " box pictures recognition coordinator people people.identity site assist",
    ),
    # The flow that enrolls, changes and deletes people.
    "manage": _Room(
        "flow",
        "aibox box recognition coordinator people people.finder people.form"
        " people.identity se3 actions",
    ),
    # The repair flows.
    "fixes": _Room(
        "added_anew clock pass_mode questions",
        "aibox aibox.time_calls box coordinator people",
    ),
    # The card and the dashboard, whose modules browsers load, and what feeds them.
    "frontend": _Room(
        "__init__ commands",
        "aibox aibox.history box box.history box.picture_consent recognition"
        " coordinator people site",
    ),
    # The other modules that Home Assistant looks for.
    "hooks": _Room(
        imports="aibox box pictures recognition coordinator people people.entry_flow"
        " people.flow people.identity people.issues people.visit_issues site se3 flow"
        " assist manage fixes media",
        modules="condition config_flow diagnostics llm logbook media_source repairs"
        " system_health trigger views",
    ),
    "__init__": _Room(
        imports="aibox aibox.client box box.dialect box.picture_consent"
        " box.storage coordinator people people.photos site se3 actions frontend"
        " hooks.views",
        modules="__init__",
    ),
}
# Home Assistant requires these modules in the top folder; new ones go into a room.
_MOST_LOOSE = 28

# A module of the client imports only from its own part and from parts listed above it.
_CLIENT_PARTS = {
    "vocabulary": "details device_status enrolled exceptions models names operation"
    " questions retry settings time_settings updates",
    "wire": "wire",
    "edges": "broadcasts http operation_reader people people_count pictures pings"
    " pushed_devices pushes rest rest_port se3_rest stream time_calls upload_urls",
    "history": "clock delivered feed_check history history_search people_search"
    " picture_search recovery",
    "client": "client se3 uploads",
}
_LIBRARIES = {"aiohttp", "orjson", "yarl"}
# These modules parse and decide; they neither do I/O nor import a module that does.
_PURE = {
    *_CLIENT_PARTS["vocabulary"].split(),
    *("wire", "delivered", "pictures", "pushes"),
}
_IO = {"aiohttp", "asyncio", "http", "io", "os", "pathlib", "socket", "ssl", "time"}

# Blueprints are not part of the integration's code.
_OTHER_TESTS = {"blueprints"}


def _files(package: Path) -> list[Path]:
    return sorted(package.rglob("*.py"))


def _module(path: Path) -> str:
    """Return the dotted name of a file's module."""
    parts = path.relative_to(_ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


_MODULES = {_module(file): file for file in _files(_INTEGRATION)}
_LOOSE = {file.stem for file in _INTEGRATION.glob("*.py")}
_ROOM_OF_LOOSE = {
    module: name for name, room in _ROOMS.items() for module in room.modules.split()
}
_FOLDERS = [name for name, room in _ROOMS.items() if not room.modules]


def _imports(path: Path) -> Iterator[str]:
    """Yield the full name of everything that a file imports."""
    parts = path.relative_to(_ROOT).with_suffix("").parts
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            # Dropping the last part leaves the package, which is one dot.
            base = parts[: len(parts) - node.level] if node.level else ()
            module = ".".join((*base, *filter(None, [node.module])))
            yield from (f"{module}.{alias.name}" for alias in node.names)


def _imported_modules(path: Path) -> set[str]:
    """Return the modules of the integration that a file imports from."""
    modules = {
        name if name in _MODULES else name.rpartition(".")[0]
        for name in _imports(path)
        if name.startswith(f"{_PACKAGE}.")
    }
    assert modules <= _MODULES.keys()
    return modules


def _place(module: str) -> tuple[str, str]:
    """Return the room of a module and its name within the room."""
    first, _, rest = module.removeprefix(_PACKAGE).lstrip(".").partition(".")
    loose = first or "__init__"
    if loose in _LOOSE:
        return _ROOM_OF_LOOSE.get(loose, "(no room)"), loose
    return first, rest or "__init__"


def _crossings() -> Iterator[tuple[str, str, str, str]]:
    """Yield the module, its room, the other room and the door of imports."""
    for module, file in _MODULES.items():
        room, _ = _place(module)
        for imported in _imported_modules(file):
            other, door = _place(imported)
            if other != room:
                yield module, room, other, door


def _is_allowed(room: str, other: str, door: str) -> bool:
    imports = _ROOMS[room].imports.split()
    is_open = door in _ROOMS[other].doors.split()
    if other == "helpers":
        return is_open and room != "aibox"
    return f"{other}.{door}" in imports or (other in imports and is_open)


def _table() -> str:
    """Return the table as a message for a failed test."""
    rows = ["", "", "A room may import the doors of the rooms above it:"]
    for name, room in _ROOMS.items():
        rows.append(f"  {name}{f' ({room.modules})' if room.modules else ''}")
        rows.append(f"    imports: {room.imports or '-'}")
        rows.append(f"    doors:   {room.doors or '-'}")
    rows.append("Within aibox:")
    rows.extend(f"  {part}: {modules}" for part, modules in _CLIENT_PARTS.items())
    return "\n".join(rows)


def _top(name: str) -> str:
    return name.partition(".")[0]


def _client_module(name: str) -> str:
    """Return the client module that a dotted name belongs to."""
    return _top(
        name.removeprefix(f"{_PACKAGE}.aibox.").removeprefix(f"{_PACKAGE}.aibox")
    )


def _uses(
    files: Iterable[Path], unwanted: Callable[[Path, str], bool]
) -> dict[str, list[str]]:
    """Return the unwanted imports of each file."""
    found = {
        _module(file): sorted(name for name in _imports(file) if unwanted(file, name))
        for file in files
    }
    return {file: names for file, names in found.items() if names}


def test_rooms_import_only_what_the_table_allows() -> None:
    """A room imports the doors of the rooms above it only."""
    wrong = [
        f"{module} imports {other}.{door}"
        for module, room, other, door in _crossings()
        if not _is_allowed(room, other, door)
    ]
    assert not wrong, "\n".join([*wrong, _table()])


def test_table_has_no_import_cycle() -> None:
    """Each room imports only rooms that are listed before it."""
    above: set[str] = set()
    for name, room in _ROOMS.items():
        below = {_top(imported) for imported in room.imports.split()} - above
        assert not below, f"{name} imports {sorted(below)}{_table()}"
        above.add(name)


def test_table_lists_every_folder_and_module_once() -> None:
    """A new folder or module needs an entry."""
    folders = {file.parent.name for file in _INTEGRATION.glob("*/*.py")}
    modules = [module for room in _ROOMS.values() for module in room.modules.split()]

    assert set(_FOLDERS) == folders, _table()
    assert sorted(modules) == sorted(_LOOSE), _table()


def test_table_has_no_unused_entry() -> None:
    """Every allowed import is used, and every door is imported."""
    crossings = {(room, other, door) for _, room, other, door in _crossings()}
    used = {
        (room, imported)
        for room, other, door in crossings
        for imported in (
            [other] if door in _ROOMS[other].doors.split() else [f"{other}.{door}"]
        )
    }
    doors = {(other, door) for _, other, door in crossings}
    idle = [
        *(
            f"{name} does not import {imported}"
            for name, room in _ROOMS.items()
            for imported in room.imports.split()
            if (name, imported) not in used
        ),
        *(
            f"no room imports the door {name}.{door}"
            for name, room in _ROOMS.items()
            for door in room.doors.split()
            if (name, door) not in doors
        ),
    ]
    assert not idle, "\n".join([*idle, _table()])


def test_top_folder_has_few_modules() -> None:
    """It holds what Home Assistant requires there, and little else."""
    assert len(_LOOSE) <= _MOST_LOOSE, sorted(_LOOSE)


def test_modules_have_no_import_cycle() -> None:
    """Modules of one room are included."""
    graph = {
        module: _imported_modules(file) - {module} for module, file in _MODULES.items()
    }
    # Raises `CycleError`, which names the cycle.
    assert len(list(TopologicalSorter(graph).static_order())) == len(_MODULES)


def test_client_does_not_import_home_assistant() -> None:
    """It imports the standard library and three others."""

    def is_foreign(_: Path, name: str) -> bool:
        return not (
            name.startswith(f"{_PACKAGE}.aibox.")
            or _top(name) in _LIBRARIES
            or _top(name) in sys.stdlib_module_names
        )

    assert _uses(_files(_CLIENT), is_foreign) == {}


def test_client_parts_import_only_parts_above() -> None:
    """Every module of the client belongs to a part."""
    part_of = {
        module: number
        for number, modules in enumerate(_CLIENT_PARTS.values())
        for module in modules.split()
    }
    modules = {_client_module(_module(file)) for file in _files(_CLIENT)} - {""}

    def points_down(file: Path, name: str) -> bool:
        if not name.startswith(f"{_PACKAGE}.aibox."):
            return False
        own = part_of.get(_client_module(_module(file)), -1)
        return part_of[_client_module(name)] > own

    assert modules == part_of.keys(), _table()
    assert not (wrong := _uses(_files(_CLIENT), points_down)), f"{wrong}{_table()}"


def test_pure_client_modules_do_no_io() -> None:
    """They can be tested without a box."""
    pure = [file for file in _files(_CLIENT) if _client_module(_module(file)) in _PURE]

    def is_io(_: Path, name: str) -> bool:
        if name.startswith(f"{_PACKAGE}.aibox."):
            return _client_module(name) not in _PURE
        return _top(name) in _IO

    assert {_client_module(_module(file)) for file in pure} == _PURE
    assert _uses(pure, is_io) == {}


def test_platforms_import_only_models_and_exceptions_of_the_client() -> None:
    """An entity does not depend on the wire format."""
    seen = {
        f"{module} imports {door}"
        for module, room, other, door in _crossings()
        if room in {"entity", "platforms"}
        and other == "aibox"
        and door not in {"models", "exceptions"}
    }
    assert not seen


def test_emulator_does_not_import_the_integration() -> None:
    """A shared misreading of the protocol would stay unnoticed."""
    files = _files(_ROOT / "emulator")
    strangers = {"custom_components", "homeassistant", "tests"}

    assert files
    assert _uses(files, lambda _, name: _top(name) in strangers) == {}


def test_test_folders_match_the_rooms() -> None:
    """Tests of top-level modules are at the top."""
    tests = _TESTS / "integration"
    folders = {
        path.name for path in tests.iterdir() if path.is_dir() and path.name[0] != "_"
    }
    rooms = set(_FOLDERS) - {"aibox"}

    assert folders == rooms | _OTHER_TESTS, _table()
    for folder in (_TESTS / "client", tests, *(tests / room for room in rooms)):
        assert any(folder.glob("test_*.py")), folder
