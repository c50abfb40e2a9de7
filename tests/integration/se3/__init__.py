"""Tests of boxes that push."""
