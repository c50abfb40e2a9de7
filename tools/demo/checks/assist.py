"""Checks that Assist answers a typed question."""

from tools.demo.api import Api
from tools.demo.assist import QUESTIONS
from tools.demo.boxes import Box
from tools.demo.progress import say, step

from .failure import CheckFailedError


async def check_assist(api: Api, boxes: list[Box], language: str) -> None:
    """Ask about the first door, as the dialog of the frontend does."""
    question = QUESTIONS[language]
    async with step("Asking Assist"), api.socket() as socket:
        answer = await socket.ask_assist(question)
    names = {person.name for box in boxes for person in box.emulated.people}
    if not any(name in answer for name in names):
        raise CheckFailedError(f"Assist answered {question!r} with {answer!r}")
    say(f"{question} {answer}")
