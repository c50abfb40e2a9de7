"""Tests of followed people."""
