"""The configuration folder of a Home Assistant that stays off the internet."""

from pathlib import Path
import shutil

from .storage import store, store_http

PROJECT = Path(__file__).parents[2]
DOMAIN = "se_aibox"
RECOGNITION_EVENT = "se_aibox_recognition"
TIME_ZONE = "Asia/Singapore"

# Not `default_config`: half of it searches for hardware or uses the internet.
# The loggers at `fatal` belong to components that Home Assistant always tries to load.
# Their packages do not exist for every machine, and the demo does not need them.
_CONFIGURATION = """\
homeassistant:
  country: SG
  latitude: 1.35
  longitude: 103.82
  # In a container, the usual folder is outside of the configuration.
  media_dirs:
    local: {media}

automation: !include automations.yaml
conversation:
history:
logbook:
logger:
  default: warning
  logs:
    custom_components.se_aibox: info
    haffmpeg: fatal
    homeassistant.components.camera.img_util: fatal
media_source:
recorder:
  commit_interval: 1
scene: !include scenes.yaml
script: !include scripts.yaml
"""
# The user, the login, and the person that belongs to the user.
_ACCOUNT = ("auth", "auth_provider.homeassistant", "person")
_ONBOARDING = "onboarding"
# The onboarding steps that are left in a home without an account.
ACCOUNT_STEPS = ("user", "analytics", "integration")
_INCLUDED = {"automations.yaml": "[]", "scenes.yaml": "[]", "scripts.yaml": "{}"}


def write_configuration(folder: Path, port: int, *, keep: bool) -> bool:
    """Write the configuration for a loopback port; return whether it is a new home.

    Without `keep`, everything but the account is new. So a tab that shows the last
    home is logged in to this one.
    """
    storage = folder / ".storage"
    is_new = not (keep and (storage / _ONBOARDING).exists())
    account = {} if keep else _account(storage)
    if not keep and folder.exists():
        shutil.rmtree(folder)
    components = folder / "custom_components"
    components.mkdir(parents=True, exist_ok=True)
    link = components / DOMAIN
    if not link.is_symlink():
        link.symlink_to(PROJECT / "custom_components" / DOMAIN)
    shutil.copytree(PROJECT / "blueprints", folder / "blueprints", dirs_exist_ok=True)
    media = folder.resolve() / "media"
    media.mkdir(exist_ok=True)
    (folder / "configuration.yaml").write_text(_CONFIGURATION.format(media=media))
    for name, content in _INCLUDED.items():
        if not (folder / name).exists():
            (folder / name).write_text(content)
    store_http(folder, port)
    for name, content in account.items():
        (storage / name).write_text(content)
    if is_new:
        # If `core_config` were not done, this step would set up four integrations that
        # use the internet.
        steps = ("core_config", *(ACCOUNT_STEPS if account else ()))
        store(folder, _ONBOARDING, 4, {"done": steps})
    return is_new


def _account(storage: Path) -> dict[str, str]:
    """Return the files of the account, none if one is missing."""
    files = {name: storage / name for name in _ACCOUNT}
    if not all(file.exists() for file in files.values()):
        return {}
    return {name: file.read_text() for name, file in files.items()}
