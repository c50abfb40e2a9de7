"""Tests of the media browser."""
