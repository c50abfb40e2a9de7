"""Checks that a tab of the last demo is logged in to the next one."""

from tools.demo.api import HomeAssistantError
from tools.demo.configuration import DOMAIN
from tools.demo.home_assistant import HomeAssistantProcess
from tools.demo.progress import step

from .failure import CheckFailedError


async def check_last_tab(home_assistant: HomeAssistantProcess) -> None:
    """Start a new Home Assistant, and continue the login of the one before."""
    before = home_assistant.api
    async with step("Opening a tab of this demo in the next one"):
        await home_assistant.stop()
        await home_assistant.start()
        api = home_assistant.api
        try:
            await api.resume(before)
        except HomeAssistantError as error:
            raise CheckFailedError(f"The tab is not logged in: {error}") from error
        async with api.socket() as socket:
            entries = await socket.command("config_entries/get", domain=DOMAIN)
            notifications = await socket.command("persistent_notification/get")
    if entries or notifications:
        raise CheckFailedError(
            f"The next demo begins with {len(entries)} boxes and {notifications}"
        )
