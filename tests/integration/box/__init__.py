"""Tests of a box in Home Assistant."""
