"""Tests of what the dashboard needs of Home Assistant."""
