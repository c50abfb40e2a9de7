"""What tests of entities need that are off by default."""

from collections.abc import Generator
from unittest.mock import PropertyMock, patch

import pytest


@pytest.fixture
def every_entity_enabled() -> Generator[None]:
    """Switch every entity on from the start, as a user would one by one."""
    with patch(
        "homeassistant.helpers.entity.Entity.entity_registry_enabled_default",
        new_callable=PropertyMock,
        return_value=True,
    ):
        yield
