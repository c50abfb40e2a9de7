"""Tests of the configuration folder of the demo."""

import json
from pathlib import Path

import pytest

from tools.demo.configuration import write_configuration

_ACCOUNT = ("auth", "auth_provider.homeassistant", "person")


def _use(folder: Path, *files: str) -> Path:
    """Write a configuration and what Home Assistant would store in it."""
    write_configuration(folder, 1, keep=False)
    for name in files:
        (folder / ".storage" / name).write_text(f"the first {name}")
    return folder / ".storage"


def _steps(storage: Path) -> set[str]:
    return set(json.loads((storage / "onboarding").read_text())["data"]["done"])


def test_new_home_keeps_the_account_and_nothing_else(tmp_path: Path) -> None:
    """A tab that is open is logged in, and the onboarding is done."""
    storage = _use(tmp_path, *_ACCOUNT, "core.config_entries")
    assert _steps(storage) == {"core_config"}
    assert write_configuration(tmp_path, 2, keep=False)
    assert {file.name for file in storage.iterdir()} == {
        *_ACCOUNT,
        "http",
        "onboarding",
    }
    for name in _ACCOUNT:
        assert (storage / name).read_text() == f"the first {name}"
    assert _steps(storage) == {"core_config", "user", "analytics", "integration"}


@pytest.mark.parametrize("missing", _ACCOUNT)
def test_incomplete_account_is_created_anew(tmp_path: Path, missing: str) -> None:
    """Home Assistant may have been killed before it wrote a file."""
    storage = _use(tmp_path, *(set(_ACCOUNT) - {missing}))
    assert write_configuration(tmp_path, 2, keep=False)
    assert not {file.name for file in storage.iterdir()} & set(_ACCOUNT)
    assert _steps(storage) == {"core_config"}


def test_kept_home_keeps_everything(tmp_path: Path) -> None:
    """It is new only the first time."""
    assert write_configuration(tmp_path, 1, keep=True)
    (tmp_path / ".storage" / "core.config_entries").write_text("boxes")
    assert not write_configuration(tmp_path, 2, keep=True)
    assert (tmp_path / ".storage" / "core.config_entries").read_text() == "boxes"
