"""What is kept although nobody needs it any more."""

import ctypes
import gc


def give_back() -> None:
    """Give back to the system what nobody holds: garbage in cycles, and what the C library keeps of freed memory.

    By themselves they do so late or never. Growth of the process would tell how lately an entry was reloaded, and
    not whether anything is held for good.
    """
    gc.collect()
    library = ctypes.CDLL(None)
    if hasattr(library, "malloc_trim"):
        library.malloc_trim(0)
