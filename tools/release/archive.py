"""The zip that HACS installs: the integration's folder, byte for byte reproducible."""

from collections.abc import Iterator
import json
from pathlib import Path
import re
from typing import Final
import zipfile

PROJECT: Final = Path(__file__).parents[2]
INTEGRATION: Final = PROJECT / "custom_components" / "se_aibox"
# HACS downloads the file of this name, as `hacs.json` says.
NAME: Final = "se_aibox.zip"
# An installation does not need these.
_LEFT_OUT: Final = frozenset({"__pycache__", "quality_scale.yaml"})
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
# The end of a line within a paragraph or an item.
_WRAP: Final = re.compile(r"(?<!\n)\n *+(?![\n|#-])")
_RELATIVE_LINK: Final = re.compile(r"(?<=\]\()(?!\w+:)")


def _manifest(key: str) -> str:
    manifest: dict[str, object] = json.loads(
        (INTEGRATION / "manifest.json").read_text()
    )
    return str(manifest[key])


def version() -> str:
    """Return the integration's version, from its manifest."""
    return _manifest("version")


def notes(release: str) -> str:
    """Return a release's notes: its changes, as GitHub shows them.

    Raises `ValueError` if it has no changes.
    """
    # GitHub breaks lines where the text does, and has no documents beside the notes.
    files = f"{_manifest('documentation')}/blob/v{release}/"
    return _RELATIVE_LINK.sub(files, _WRAP.sub(" ", changes(release)))


def changes(release: str) -> str:
    """Return a release's section of the changelog.

    Raises `ValueError` if it is missing or empty.
    """
    _, heading, rest = (
        (PROJECT / "CHANGELOG.md").read_text().partition(f"\n## {release}\n")
    )
    text = rest.partition("\n## ")[0].strip()
    if not heading or not text:
        raise ValueError(
            f"CHANGELOG.md has no entry for {release}. Add a section ## {release}"
        )
    return text


def build(folder: Path) -> Path:
    """Write the zip into a folder and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / NAME
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(_files()):
            name = file.relative_to(INTEGRATION).as_posix()
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, file.read_bytes(), zipfile.ZIP_DEFLATED)
    return path


def _files() -> Iterator[Path]:
    return (
        file
        for file in INTEGRATION.rglob("*")
        if file.is_file() and _LEFT_OUT.isdisjoint(file.relative_to(INTEGRATION).parts)
    )
