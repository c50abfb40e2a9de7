"""Tests of the user interface in a browser, with an emulated box.

`scripts/test-browser` runs them in their own environment with the newest Home
Assistant.
"""
