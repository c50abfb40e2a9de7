"""Builds a release: the zip that HACS installs, and its notes."""
