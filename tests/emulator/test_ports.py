"""Tests of the ports of a box."""

import asyncio
import socket

import pytest

from emulator import EmulatedBox, Variant
from emulator.port import Port


async def test_port_without_a_handler_is_taken_and_refuses_connections() -> None:
    """No other program can answer in its place."""
    async with EmulatedBox("nested", variant=Variant(system_port_closed=True)) as box:
        for number in (box.ports.system, box.ports.broadcast):
            with pytest.raises(ConnectionRefusedError):
                await asyncio.open_connection(box.host, number)
            with socket.socket() as other:
                other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                with pytest.raises(OSError, match="in use"):
                    other.bind((box.host, number))
        numbers = box.ports
        await box.reboot(0)
        assert box.ports == numbers
    with socket.socket() as other:
        other.bind((box.host, numbers.system))


async def test_reserved_port_opens_with_a_handler() -> None:
    """A firmware update closes the broadcast port, or opens it."""
    async with EmulatedBox("nested") as box:
        number = box.ports.broadcast
        for _ in range(2):
            await box.change_dialect("flat")
            _, writer = await asyncio.open_connection(box.host, number)
            writer.close()
            await box.change_dialect("nested")
            with pytest.raises(ConnectionRefusedError):
                await asyncio.open_connection(box.host, number)


async def test_number_of_closed_connections_is_reserved() -> None:
    """Connections that the box closed last for a minute in the kernel."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", number)):
            server.accept()[0].close()
    port = Port("127.0.0.1", number)
    await port.open()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", number)
    await port.close()


async def test_number_of_another_program_is_refused() -> None:
    """A program that listens keeps its number."""
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        pytest.raises(OSError, match="in use"),
    ):
        await Port("127.0.0.1", server.getsockname()[1]).open()
