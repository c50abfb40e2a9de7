# ruff: noqa: INP001 - a folder on the path, not a package
"""Stands in for a noise filter that is compiled and not available for every Python."""


class AudioProcessor:
    """Exists to be imported: without it the frontend does not load, and nobody speaks to the demo."""

    def __init__(self, *_: object) -> None:
        """Refuse to be used."""
        raise NotImplementedError("The demo does not understand speech")
