"""Tests of assistants and language models."""
