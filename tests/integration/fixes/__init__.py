"""Tests of the repair flows that change a box."""
