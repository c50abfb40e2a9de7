"""Tests of device lists with unreadable and invented entries."""

from typing import Any

from emulator import EmulatedBox

from .box_client import PATIENCE_SECONDS, BoxClient, is_quiet, until

_KEYS = {
    "nested": {"id": "device_id", "name": "device_name", "relay": "netRelay"},
    "flat": {
        "id": "media_device_id",
        "name": "media_device_name",
        "relay": "net_relay",
    },
}


def _keys(box: EmulatedBox) -> dict[str, str]:
    return _KEYS[box.dialect]


async def _listed(client: BoxClient) -> list[Any]:
    if client.box.dialect == "flat":
        answer = await client.post("/sophon/v2/face/getmediadevices")
        return list(answer.json["devices"])
    answer = await client.get("/SophonDevice/api/Devices")
    return list(answer.json["data"]["devices_list"])


async def test_fields_of_one_device_can_be_changed_and_left_out(
    either: BoxClient,
) -> None:
    """The other entries stay as they are."""
    box, keys = either.box, _keys(either.box)
    before = await _listed(either)
    changed, shortened = box.devices[0].device_id, box.devices[1].device_id
    box.state.device_fields[changed] = {keys["name"]: 7, keys["relay"]: {"ip": None}}
    box.state.device_fields_missing[shortened] = (keys["name"], f"{keys['relay']}.ip")
    first, second, *others = await _listed(either)
    assert first == {
        **before[0],
        keys["name"]: 7,
        keys["relay"]: {**before[0][keys["relay"]], "ip": None},
    }
    assert keys["name"] in before[1]
    assert keys["name"] not in second
    assert others == before[2:]


async def test_list_can_have_entries_without_a_device(either: BoxClient) -> None:
    """Such an entry can be any JSON."""
    before = await _listed(either)
    either.box.state.extra_devices.extend([{}, "camera", None])
    assert await _listed(either) == [*before, {}, "camera", None]


async def test_each_list_can_name_other_devices(either: BoxClient) -> None:
    """A client may subscribe to a device that was named in passing."""
    box, key = either.box, _keys(either.box)["id"]
    box.state.passing_devices = 20
    lists = [{entry[key] for entry in await _listed(either)} for _ in range(3)]
    usual = {device.device_id for device in box.devices}
    assert [len(ids - usual) for ids in lists] == [20, 20, 20]
    assert set.intersection(*lists) == usual
    socket = await either.subscribe(sorted(lists[0]))
    await box.recognize(box.devices[0])
    assert not await is_quiet(socket)
    assert box.errors == []


async def test_broadcast_has_the_changed_fields(flat: BoxClient) -> None:
    """A broadcast describes a device as the list does."""
    device = flat.box.devices[0]
    flat.box.state.device_fields[device.device_id] = {"net_relay": []}
    socket = await flat.connect(flat.box.ports.broadcast)
    await until(lambda: bool(flat.box.broadcasts.listeners))
    flat.box.rename_device(device.device_id, "Back door")
    message = await socket.receive_json(timeout=PATIENCE_SECONDS)
    info = message["modify_media_device"]["media_device_info"]
    assert info["net_relay"] == []
    assert info["media_device_name"] == "Back door"
