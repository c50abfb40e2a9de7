"""Tests of what becomes of a recognition."""
