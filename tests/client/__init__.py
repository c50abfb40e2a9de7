"""Tests of the box client without Home Assistant."""
