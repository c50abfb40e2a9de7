# ruff: noqa: INP001 - a folder on the path, not a package
"""A stand-in for a voice detector that is not built for every Python."""


class MicroVad:
    """A detector to create: Assist makes one for typed sentences, too."""

    def Process10ms(self, audio: bytes) -> float:
        """Raise `NotImplementedError`: the demo hears no speech."""
        raise NotImplementedError("The demo does not support speech")
