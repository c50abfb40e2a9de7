"""What the C library keeps although nobody needs it any more."""

import ctypes


def give_back() -> None:
    """Give memory that was freed back to the system, where the C library has a way to ask it to.

    By itself it does so late or never, and each thread that ever worked has such a store of its own: growth of the
    process would tell how many threads have worked, not whether anything is kept.
    """
    library = ctypes.CDLL(None)
    if hasattr(library, "malloc_trim"):
        library.malloc_trim(0)
