"""Bytes to models and back: pure functions, no I/O."""
