"""Fixtures for entities that are disabled by default."""

from collections.abc import Generator
from unittest.mock import PropertyMock, patch

import pytest


@pytest.fixture
def every_entity_enabled() -> Generator[None]:
    """Enable every entity from the start."""
    with patch(
        "homeassistant.helpers.entity.Entity.entity_registry_enabled_default",
        new_callable=PropertyMock,
        return_value=True,
    ):
        yield
