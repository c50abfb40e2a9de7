"""Home Assistant's onboarding: an account, a language, and three more pages."""

from .api import PASSWORD, USERNAME, Api
from .configuration import TIME_ZONE

_ANALYTICS, _CORE_CONFIG, _INTEGRATION, _USER = (
    "analytics",
    "core_config",
    "integration",
    "user",
)


async def onboard(api: Api, language: str) -> None:
    """Complete the onboarding, if that was not done before, and log in."""
    # A Home Assistant that was onboarded when it started has no onboarding API.
    status, _ = await api.get_bytes("/api/onboarding", with_token=False)
    if status == 200:
        steps = await api.get("/api/onboarding")
        await _walk_through(
            api, language, {step["step"] for step in steps if not step["done"]}
        )
    await api.log_in()


async def _walk_through(api: Api, language: str, open_steps: set[str]) -> None:
    if _USER not in open_steps:
        return
    client_id = f"{api.url}/"
    answer = await api.post(
        "/api/onboarding/users",
        {
            "name": "Demo",
            "username": USERNAME,
            "password": PASSWORD,
            "client_id": client_id,
            "language": language,
        },
    )
    await api.redeem(answer["auth_code"])
    await _choose_language(api, language)
    for step in (_CORE_CONFIG, _ANALYTICS):
        if step in open_steps:
            await api.post(f"/api/onboarding/{step}", {})
    await api.post(
        f"/api/onboarding/{_INTEGRATION}",
        {"client_id": client_id, "redirect_uri": client_id},
    )


async def _choose_language(api: Api, language: str) -> None:
    async with api.socket() as socket:
        await socket.command(
            "config/core/update",
            language=language,
            time_zone=TIME_ZONE,
            # Boxes that push need an address, and Home Assistant does not derive one
            # from loopback.
            internal_url=api.url,
        )
        await socket.command(
            "frontend/set_user_data",
            key="language",
            value={
                "language": language,
                "number_format": "language",
                "time_format": "language",
                "date_format": "language",
                # The media browser supports no other.
                "time_zone": "server",
                "first_weekday": "language",
            },
        )
