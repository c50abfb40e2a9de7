"""Tests of the emulated box."""
