"""The documents under test. The vendor's own page is not checked."""

from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).parents[2]
DOCUMENTS: Final = sorted(
    path
    for path in (*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md"))
    if path.name != "realtime-events.zh.md"
)
