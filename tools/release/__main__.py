"""Build a release: `scripts/release`."""

import argparse
from pathlib import Path
import sys

from .archive import PROJECT, build, notes, version


def _main() -> int:
    parser = argparse.ArgumentParser(
        prog="scripts/release",
        description="Build the zip that HACS installs, and the release notes.",
    )
    parser.add_argument(
        "--tag", help="the release's tag: must be v followed by the manifest's version"
    )
    parser.add_argument("--folder", type=Path, default=PROJECT / ".artifacts")
    arguments = parser.parse_args()
    release = version()
    if arguments.tag not in (None, f"v{release}"):
        sys.stderr.write(
            f"The tag {arguments.tag} does not match the manifest's version. "
            f"Use the tag v{release}, or change the manifest.\n"
        )
        return 1
    try:
        text = notes(release)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    path = build(arguments.folder)
    (arguments.folder / "notes.md").write_text(f"{text}\n")
    sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(_main())
