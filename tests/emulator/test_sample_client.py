"""Test with the vendor's sample client (docs/protocol.md §1)."""

import asyncio
from asyncio.subprocess import PIPE
import json
import sys

import pytest

from emulator import EmulatedBox, PictureSize, Variant

from .box_client import PATIENCE_SECONDS

# From the page, with indentation, the address and the flushing of output added.
SAMPLE = """
import websocket
import json
s=websocket.WebSocket()
s.connect('ws://127.0.0.1:%(port)d')
config = {'need_face':True, 'need_register':True, 'event_list':%(device_ids)s}
json_data = json.dumps(config)
s.send(json_data)
while True:
    info = s.recv_data(4096)
    event = json.loads(str(info[1], encoding='utf8'))
    print("{} {}".format(event['video_id'], event['event_id']), flush=True)
"""


@pytest.mark.parametrize("frames", ["text", "binary"])
async def test_vendor_sample_prints_ids_of_subscribed_devices(frames: str) -> None:
    """Frames may be text or binary."""
    variant = Variant(
        live_event_id=True, frames="binary" if frames == "binary" else "text"
    )
    size = PictureSize(face=4_000, scene=60_000, reference=4_000)
    async with EmulatedBox("nested", variant=variant, picture_size=size) as box:
        listed = json.dumps([device.device_id for device in box.devices[:3]])
        program = SAMPLE % {"port": box.ports.events, "device_ids": listed}
        client = await asyncio.create_subprocess_exec(
            sys.executable, "-c", program, stdout=PIPE
        )
        try:
            await box.wait_for_subscription(timeout=PATIENCE_SECONDS)
            await box.recognize(box.devices[3], box.people[0])
            emitted = [
                await box.recognize(device, box.people[1]) for device in box.devices[:3]
            ]
            assert client.stdout is not None
            for item in emitted:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    line = await client.stdout.readline()
                assert line.decode().split() == [item.device_id, item.event_id]
        finally:
            client.kill()
            await client.communicate()
        assert box.errors == []
