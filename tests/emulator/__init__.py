"""Tests of the emulated box against the protocol page."""
