"""Tests of recognitions in Home Assistant."""
