"""Tests of one box, as Home Assistant knows it."""
