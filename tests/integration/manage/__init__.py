"""Tests of the flow that manages people."""
