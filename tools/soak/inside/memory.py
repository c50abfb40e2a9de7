"""Releases unused memory."""

import ctypes
import gc


def release_memory() -> None:
    """Release garbage in cycles, and freed memory that the C library keeps."""
    # By themselves, Python and the C library do this late or never. The memory of the
    # process would then depend on when an entry was last reloaded, and would not show
    # whether anything is held for good.
    gc.collect()
    library = ctypes.CDLL(None)
    if hasattr(library, "malloc_trim"):
        library.malloc_trim(0)
