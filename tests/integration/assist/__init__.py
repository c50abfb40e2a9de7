"""Tests of the tool for language models and of the custom sentences."""
