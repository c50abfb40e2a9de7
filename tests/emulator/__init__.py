"""Tests of the emulated boxes against docs/protocol.md."""
