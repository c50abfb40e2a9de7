"""Home Assistant's onboarding: an account, a language, areas, and two more pages."""

from .api import PASSWORD, USERNAME, Api, Socket
from .configuration import TIME_ZONE


async def onboard(api: Api, language: str) -> None:
    """Complete the onboarding, if that was not done before, and log in."""
    # A Home Assistant that was onboarded when it started has no onboarding API.
    status, _ = await api.get_bytes("/api/onboarding", with_token=False)
    if status == 200:
        steps = await api.get("/api/onboarding")
        if any(step["step"] == "user" and not step["done"] for step in steps):
            await _create_account(api, language)
    await api.log_in()


async def _create_account(api: Api, language: str) -> None:
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
    await api.post("/api/onboarding/analytics", {})
    await api.post(
        "/api/onboarding/integration",
        {"client_id": client_id, "redirect_uri": client_id},
    )


async def furnish(api: Api, language: str) -> None:
    """Choose the language of a new home, and create the areas it lacks."""
    async with api.socket() as socket:
        await _choose_language(api, socket, language)
        # The onboarding creates them with the account, which may be older.
        if not await socket.command("config/area_registry/list"):
            await _create_areas(socket, language)
        # It also creates a map, on which a box has no place.
        for dashboard in await socket.command("lovelace/dashboards/list"):
            await socket.command(
                "lovelace/dashboards/delete", dashboard_id=dashboard["id"]
            )


async def _create_areas(socket: Socket, language: str) -> None:
    texts = await socket.command(
        "frontend/get_translations",
        language=language,
        category="area",
        integration=["onboarding"],
    )
    for name in texts["resources"].values():
        await socket.command("config/area_registry/create", name=name)


async def _choose_language(api: Api, socket: Socket, language: str) -> None:
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
