"""Tests of the soak's parts."""
