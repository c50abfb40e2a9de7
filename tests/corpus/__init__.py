"""Messages that a box, or an impostor, may send: one a file, for every reader.

Files in this folder are hostile: no reader may fail on them. What the fuzzer
(`tests/client/test_fuzz.py`) finds is kept here, too.

Files in `cases` have a right outcome, in a side file of the same name (`.toml`):

- `origin`: where the message comes from, in words.
- `message`: what it is, one of `Case.message`.
- `dialect`: `nested` or `flat`.
- `[outcome]`: what becomes of it; other values do not matter. An empty text means that
  there is no value.
- `unreadable`: in place of an outcome, the kind of fault.

`tests/client/test_corpus.py` reads each with the functions of the wire, and
`tests/integration/test_corpus.py` with a whole Home Assistant.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
import re
import tomllib
from typing import Literal

type Message = Literal["live", "push", "page", "devices", "memory", "event servers"]

FOLDER = Path(__file__).parent
# The seconds of all times in the cases, which are in August 2026.
SECONDS = re.compile(rb"17860123\d\d")
# The capture device of the cases.
DEVICE_ID = "7f0c3a52-1d84-4be6-9c11-58a0d2f4e6b3"


@dataclass(frozen=True, slots=True)
class Case:
    """A message and its right outcome."""

    name: str
    raw: bytes
    origin: str
    message: Message
    dialect: Literal["nested", "flat"]
    outcome: Mapping[str, object] | None = None
    unreadable: str | None = None

    def at(self, seconds: float) -> bytes:
        """Return the message as if it was from another time."""
        return SECONDS.sub(str(int(seconds)).encode(), self.raw)


def _messages(folder: Path) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes()
        for path in sorted(folder.iterdir())
        if path.suffix in (".json", ".bin")
    }


def _case(name: str, raw: bytes) -> Case:
    told = (FOLDER / "cases" / name).with_suffix(".toml").read_text("utf-8")
    return Case(name, raw, **tomllib.loads(told))


CASES = [_case(name, raw) for name, raw in _messages(FOLDER / "cases").items()]
CORPUS = _messages(FOLDER) | {case.name: case.raw for case in CASES}


def case_id(case: Case) -> str:
    """Return the name of a case for the report."""
    return case.name


def subset(outcome: Mapping[str, object], told: Mapping[str, object]) -> object:
    """Return those values of an outcome that are told."""
    return {key: "" if outcome[key] is None else outcome[key] for key in told}
