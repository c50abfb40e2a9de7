# ruff: noqa: INP001 - a folder on the path, not a package
"""A stand-in for a voice detector that is not built for every Python."""


class MicroVad:
    """A class to import: without it, the frontend does not load."""

    def __init__(self) -> None:
        """Raise `NotImplementedError`: the demo uses no speech."""
        raise NotImplementedError("The demo does not support speech")
