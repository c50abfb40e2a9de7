"""The documents that people read; the vendor's own page is not ours to check."""

from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).parents[2]
DOCUMENTS: Final = sorted(
    path
    for path in (*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md"))
    if path.name != "realtime-events.zh.md"
)
