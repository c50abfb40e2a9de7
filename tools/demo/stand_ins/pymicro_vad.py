# ruff: noqa: INP001 - a folder on the path, not a package
"""Stands in for a voice detector that is compiled and not available for every Python."""


class MicroVad:
    """Exists to be imported: without it the frontend does not load, and nobody speaks to the demo."""

    def __init__(self) -> None:
        """Refuse to be used."""
        raise NotImplementedError("The demo does not understand speech")
