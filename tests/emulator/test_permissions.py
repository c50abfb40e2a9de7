"""Tests of permission groups and groups of people (docs/protocol.md §5)."""

from typing import Any

import pytest

from .box_client import Answer, BoxClient

FACE = "/sophon/v2/face"
PERMISSIONS = "/SophonFogSys/api/permissions"
USERS = "/SophonFogSys/api/GroupUsers"


async def test_flat_group_is_created_read_updated_and_deleted(flat: BoxClient) -> None:
    """By id or by name."""

    async def call(name: str, **arguments: Any) -> Answer:
        return await flat.post(f"{FACE}/{name}permission", arguments)

    created = await call("create", permission_name="Lab", description="2nd floor")
    group = created.json
    assert group["permission_id"]
    assert (await call("get", permission_name="Lab")).json == group
    assert (await call("get", permission_id=group["permission_id"])).json == group
    updated = await call("update", permission_name="Lab", new_name="Office")
    assert updated.json == {**group, "permission_name": "Office"}
    updated = await call(
        "update",
        permission_id=group["permission_id"],
        new_name="Office",
        new_description="1st floor",
    )
    assert updated.json["description"] == "1st floor"
    assert (await call("get", permission_name="Lab")).is_error("ID_NOT_FOUND")
    deleted = await call("delete", permission_name="Office")
    assert deleted.json == {"permission_id": group["permission_id"]}
    answer = await call("delete", permission_id=group["permission_id"])
    assert answer.is_error("ID_NOT_FOUND")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"permission_name": "vip"}, "NAME_REPEAT_ERROR"),
        ({"permission_name": ""}, "INVALID_ARGUMENTS"),
        ({}, "MISSING_ARGUMENTS"),
        ({"permission_name": "Lab", "permission_id": "1"}, "ID_REPEAT_ERROR"),
    ],
)
async def test_flat_group_is_unique(
    flat: BoxClient, arguments: dict[str, str], code: str
) -> None:
    """Both the id and the name."""
    flat.box.state.permission_groups["1"] = "Office"
    answer = await flat.post(f"{FACE}/createpermission", arguments)
    assert answer.is_error(code)


async def test_people_of_a_deleted_group_stay_enrolled(either: BoxClient) -> None:
    """They are in one group less."""
    tom = either.box.people[0]
    name = either.box.state.permission_groups[tom.permission_id]
    body = {"permission_name": name}
    if either.box.dialect == "flat":
        await either.post(f"{FACE}/deletepermission", body)
    else:
        await either.request("DELETE", PERMISSIONS, json=body)
    assert tom.permission_id not in either.box.state.permission_groups
    assert either.box.people[0].permission_ids == ()
    assert len(either.box.people) == 14


async def test_nested_group_is_created_described_and_deleted(nested: BoxClient) -> None:
    """By its name."""

    async def call(method: str, **arguments: str) -> Answer:
        return await nested.request(method, PERMISSIONS, json=arguments)

    info = {"name": "Lab", "description": "2nd floor"}
    body = {"permission_name": "Lab", "description": "2nd floor"}
    assert (await call("POST", **body)).json == {"data": {"info": info}}
    assert (await call("POST", **body)).is_error("INVALID_ARGUMENTS")
    body["description"] = info["description"] = ""
    assert (await call("PUT", **body)).json == {"data": {"info": info}}
    listed = (await nested.get("/SophonFace/api/permissions")).json["data"]
    assert info in [group["info"] for group in listed]
    deleted = (await call("DELETE", permission_name="Lab")).json["data"]
    assert deleted["permission_name"] == "Lab"
    assert (await call("DELETE", permission_name="Lab")).is_error("ID_NOT_FOUND")


async def test_nested_people_join_and_leave_a_group(nested: BoxClient) -> None:
    """They stay enrolled."""

    async def call(method: str, *identity_ids: str, **more: object) -> Answer:
        body = {"group_name": "Night", "identity_id": [*identity_ids], **more}
        return await nested.request(method, USERS, json=body)

    joined = await call("PUT", "666666", "12345565", with_identity_id=True)
    assert set(joined.json["data"]["identity_id"]) == {"666666", "12345565"}
    person = nested.box.state.find_identity("666666")
    assert person is not None
    assert person.group_names == ("default_group", "Night")
    left = await call("DELETE", "666666")
    assert left.json["data"] == {"group_name": "Night", "identity_id": []}
    person = nested.box.state.find_identity("666666")
    assert person is not None
    assert person.group_names == ("default_group",)
    assert (await call("PUT", "nobody's")).is_error("ID_NOT_FOUND")
