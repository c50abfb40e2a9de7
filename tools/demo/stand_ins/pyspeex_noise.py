# ruff: noqa: INP001 - a folder on the path, not a package
"""A stand-in for a noise filter that is not built for every Python."""


class AudioProcessor:
    """A filter to create: Assist makes one for typed sentences, too."""

    def __init__(self, *_: object) -> None:
        """Accept the settings of the filter."""

    def Process10ms(self, audio: bytes) -> bytes:
        """Raise `NotImplementedError`: the demo hears no speech."""
        raise NotImplementedError("The demo does not support speech")
