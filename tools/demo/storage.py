"""Writes files that Home Assistant's storage needs before its first start."""

import json
from pathlib import Path


def store_http(
    folder: Path, port: int, version: int = 3, minor_version: int = 1
) -> None:
    """Let Home Assistant listen on a loopback port.

    The versions are those of its `http` store, by default the newest.
    """
    # In YAML, this would be a trial: after five minutes, Home Assistant would restart
    # and listen on every address.
    settings = {
        "server_host": ["127.0.0.1"],
        "server_port": port,
        "cors_allowed_origins": [],
        "login_attempts_threshold": -1,
        "ip_ban_enabled": False,
        "ssl_profile": "intermediate_v6",
        "use_x_frame_options": True,
        "created_at": "2026-01-01T00:00:00+00:00",
        "error": None,
        "error_message": None,
    }
    store(
        folder,
        "http",
        version,
        {"stable": settings, "pending": None, "yaml_migration_done": True},
        minor_version,
    )


def store(
    folder: Path,
    key: str,
    version: int,
    data: dict[str, object],
    minor_version: int = 1,
) -> None:
    """Write a component's data under a key."""
    storage = folder / ".storage"
    storage.mkdir(exist_ok=True)
    stored = {"version": version, "minor_version": minor_version, "key": key}
    (storage / key).write_text(json.dumps(stored | {"data": data}))
