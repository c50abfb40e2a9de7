"""Tests of the benchmark results and their document."""
