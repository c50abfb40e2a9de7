"""Fixtures for the tests of repairs."""

from datetime import timedelta

import pytest

from custom_components.se_aibox.box import issues


@pytest.fixture
def no_minimum_duration(monkeypatch: pytest.MonkeyPatch) -> None:
    """Raise an issue after two measurements, however close."""
    monkeypatch.setattr(issues, "_LASTING", timedelta())
