"""What Home Assistant keeps in its storage folder, as far as it has to be there before the first start."""

import json
from pathlib import Path


def store_http(folder: Path, port: int) -> None:
    """Let it listen on a loopback port; in YAML that would be a trial of five minutes that ends in a restart on every address."""
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
        3,
        {"stable": settings, "pending": None, "yaml_migration_done": True},
    )


def store(folder: Path, key: str, version: int, data: dict[str, object]) -> None:
    """Write what a component of Home Assistant will find under a key."""
    storage = folder / ".storage"
    storage.mkdir(exist_ok=True)
    (storage / key).write_text(
        json.dumps({"version": version, "minor_version": 1, "key": key, "data": data})
    )
