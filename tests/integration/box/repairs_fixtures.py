"""What the tests of repairs stand on."""

from datetime import timedelta

import pytest

from custom_components.se_aibox.box import issues


@pytest.fixture
def one_moment_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two measurements do, however soon one follows the other."""
    monkeypatch.setattr(issues, "_LASTING", timedelta())
