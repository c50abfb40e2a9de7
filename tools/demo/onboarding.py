"""What a new user does first: an account, a language, three more pages."""

from .api import PASSWORD, USERNAME, Api

_ANALYTICS, _CORE_CONFIG, _INTEGRATION, _USER = (
    "analytics",
    "core_config",
    "integration",
    "user",
)


async def onboard(api: Api, language: str) -> None:
    """Walk through the onboarding, unless somebody did already, and log in."""
    # Home Assistant knows nothing of its onboarding any more once it has started onboarded.
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
            time_zone="Asia/Singapore",
            # Where a box that pushes has to push; loopback is no network of its own to Home Assistant.
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
                # The media browser knows no other.
                "time_zone": "server",
                "first_weekday": "language",
            },
        )
