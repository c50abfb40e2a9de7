"""Tests of finding, adding and changing boxes."""
