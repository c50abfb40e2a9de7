"""Build a release: `scripts/release`."""

import argparse
from pathlib import Path
import sys

from .archive import PROJECT, build, changes, version


def _main() -> int:
    parser = argparse.ArgumentParser(
        prog="scripts/release",
        description="Build the zip that HACS installs, and the notes that go with it.",
    )
    parser.add_argument("--tag", help="must be v and the version of the manifest")
    parser.add_argument("--folder", type=Path, default=PROJECT / ".artifacts")
    arguments = parser.parse_args()
    release = version()
    if arguments.tag not in (None, f"v{release}"):
        sys.stderr.write(f"The tag is {arguments.tag}, the manifest says {release}\n")
        return 1
    try:
        notes = changes(release)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    path = build(arguments.folder)
    (arguments.folder / "notes.md").write_text(f"{notes}\n")
    sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(_main())
