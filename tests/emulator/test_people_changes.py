"""Tests of updates and deletions of enrolled people (docs/protocol.md §5)."""

import base64
from typing import Any

import pytest

from emulator import EmulatedBox, Identity, PersonType, Variant

from .box_client import Answer, BoxClient
from .conftest import Boxes
from .pictures import photo

USERS = "/SophonFogSys/api/users"
FACE = "/sophon/v2/face"
GUEST = Identity(
    "G-1",
    "Grace",
    PersonType.VISITOR,
    permission_ids=("a",),
    room="101",
    extra={"mobile": "138"},
)


def _guest(box: EmulatedBox) -> Identity:
    person = box.state.find_identity("G-1")
    assert person is not None
    return person


async def _update(client: BoxClient, **fields: Any) -> Answer:
    if client.box.dialect == "flat":
        body = {"identity_id": "G-1", **fields}
        return await client.post(f"{FACE}/updateidentity", body)
    body = {"identity_id": "G-1", "info": fields}
    return await client.request("PUT", USERS, json=body)


async def _delete(client: BoxClient, *identity_ids: str) -> Answer:
    body = {"identity_ids": [*identity_ids]}
    if client.box.dialect == "flat":
        return await client.post(f"{FACE}/deleteidentities", body)
    return await client.request("DELETE", USERS, json=body)


def _picture(**properties: Any) -> str:
    return base64.b64encode(photo(**properties)).decode()


async def test_fields_that_an_update_leaves_out_become_their_defaults(
    either: BoxClient,
) -> None:
    """The page of 2.0 names a default for the name, the one of 1.x none."""
    box = either.box
    box.state.enroll(GUEST)
    before = _guest(box)
    assert (await _update(either)).status == 200
    after = _guest(box)
    flat = box.dialect == "flat"
    assert after.name == ("佚名" if flat else "")
    assert after.person_type is PersonType.EMPLOYEE
    assert after.permission_ids == (() if flat else ("0",))
    assert (after.room, dict(after.extra)) == ("", {})
    assert after.faces == before.faces
    assert after.group_names == before.group_names


async def test_update_overwrites_what_it_has(either: BoxClient) -> None:
    """The answer has the person after it."""
    either.box.state.enroll(GUEST)
    extra = {"room": "202", "mobile": "139"}
    if either.box.dialect == "flat":
        answer = await _update(
            either,
            identity_name="Ada",
            user_type="vip",
            permission_ids=["1", "2"],
            ext_user_info=extra,
        )
        assert answer.json["identity_name"] == "Ada"
    else:
        answer = await _update(
            either,
            name="Ada",
            type=5,
            permission_ids=["1", "2"],
            ext_info=extra,
            aaa=1,
        )
        data = answer.json["data"]
        assert data["info"]["aaa"] == 1
        assert data["image_id"] == _guest(either.box).image_id
        assert data["group_name"] == ["default_group"]
    after = _guest(either.box)
    assert (after.name, after.person_type) == ("Ada", PersonType.VIP)
    assert after.permission_ids == ("1", "2")
    assert (after.room, after.extra["mobile"]) == ("202", "139")


async def test_update_of_nobody_is_an_error(either: BoxClient) -> None:
    """Nobody is enrolled by it."""
    assert (await _update(either)).is_error("ID_NOT_FOUND")
    assert len(either.box.people) == 14


@pytest.mark.parametrize("misspelled", [True, False])
async def test_flat_update_has_one_of_two_names(boxes: Boxes, misspelled: bool) -> None:
    """Overviews of the pages spell it otherwise than the page."""
    client = await boxes.make("flat", Variant(update_misspelled=misspelled))
    client.box.state.enroll(GUEST)
    statuses = {
        path: (await client.post(f"{FACE}/{path}", {"identity_id": "G-1"})).status
        for path in ("updateidentity", "updateidenity")
    }
    assert statuses == {
        "updateidentity": 404 if misspelled else 200,
        "updateidenity": 200 if misspelled else 404,
    }


async def test_fault_resets_a_field_that_was_sent(either: BoxClient) -> None:
    """A box may ignore what it gets."""
    either.box.state.enroll(GUEST)
    either.box.state.reset_by_updates.update({"user_type", "type"})
    await _update(either, user_type="vip", type=5)
    assert _guest(either.box).person_type is PersonType.EMPLOYEE
    either.box.errors.clear()


async def test_nested_id_of_a_user_cannot_be_changed(nested: BoxClient) -> None:
    """The page forbids it."""
    nested.box.state.enroll(GUEST)
    assert (await _update(nested, user_id="G-1")).status == 200
    assert (await _update(nested, user_id="2")).is_error("INVALID_ARGUMENTS")


@pytest.mark.parametrize("replaces", [True, False])
async def test_nested_update_adds_or_replaces_the_face(
    boxes: Boxes, replaces: bool
) -> None:
    """The page does not say what becomes of earlier faces."""
    client = await boxes.make("nested", Variant(update_replaces_face=replaces))
    old = client.box.state.enroll(GUEST)
    body = {"identity_id": "G-1", "info": {"name": "Grace"}, "reg_photo": _picture()}
    answer = await client.request("PUT", USERS, json=body)
    new = _guest(client.box)
    assert answer.json["data"]["image_id"] == new.image_id != old.image_id
    assert new.faces[1:] == (() if replaces else old.faces)


async def test_deletion_lists_who_is_gone_and_who_is_not(either: BoxClient) -> None:
    """Unknown ids fail, and a box may fail to delete others."""
    either.box.state.enroll(GUEST)
    either.box.state.undeletable.add("666666")
    answer = await _delete(either, "G-1", "666666", "nobody's")
    if either.box.dialect == "flat":
        assert answer.json == {
            "success_identity_ids": ["G-1"],
            "failed_identity_ids": ["666666", "nobody's"],
        }
    else:
        assert answer.json["data"]["identity_ids"] == ["G-1"]
    assert either.box.state.find_identity("G-1") is None
    assert either.box.state.find_identity("666666") is not None


async def test_fault_confirms_a_deletion_that_is_not_made(either: BoxClient) -> None:
    """The client has to look."""
    either.box.state.enroll(GUEST)
    either.box.state.deletes_nobody = True
    assert (await _delete(either, "G-1")).status == 200
    assert either.box.state.find_identity("G-1") is not None


async def test_nested_deletion_of_one_person(nested: BoxClient) -> None:
    """A failure is an error."""

    async def delete(identity_id: str) -> Answer:
        return await nested.request("DELETE", USERS, json={"identity_id": identity_id})

    nested.box.state.undeletable.add("666666")
    assert (await delete("12345565")).json["data"] == {
        "identity_id": "12345565",
        "group_name": ["default_group"],
        "message": "have remove from group success",
    }
    assert (await delete("12345565")).is_error("ID_NOT_FOUND")
    assert (await delete("666666")).json["error"]["code"] == 40014


async def test_flat_person_is_read_by_id(flat: BoxClient) -> None:
    """With everything that the box has."""
    flat.box.state.enroll(GUEST)
    answer = await flat.post(f"{FACE}/getidentity", {"identity_id": "G-1"})
    assert answer.json["ext_user_info"]["mobile"] == "138"
    answer = await flat.post(f"{FACE}/getidentity", {"identity_id": "G-2"})
    assert answer.is_error("ID_NOT_FOUND")


async def test_full_group_enrolls_nobody(either: BoxClient) -> None:
    """The limit is a setting of the box, which tells it."""
    box = either.box
    box.settings.group_size = 14
    picture = _picture()
    if box.dialect == "flat":
        body = {"identity_id": "77", "register_image": picture}
        answer = await either.post(f"{FACE}/createidentity", body)
        assert answer.is_error("GROUP_LEN_ERROR")
        name = {"config_name": "GATE_DEFAULT_GROUP_SIZE"}
        config = (await either.post(f"{FACE}/getconfigs", name)).json
        assert config == {"GATE_DEFAULT_GROUP_SIZE": 14}
        return
    info: dict[str, object] = {
        "identity_id": "77",
        "reg_photo": picture,
        "group_name": "default_group",
        "info": {"name": "New", "type": 1},
    }
    error = (await either.post(USERS, info)).json["error"]
    assert (error["code"], error["status"]) == (40015, "GROUP_LEN_ERROR")
    config = (await either.get("/SophonConfig/api/Configs/DEFAULT_GROUP_SIZE")).json
    assert config == {"data": {"DEFAULT_GROUP_SIZE": 14}}


async def test_box_tells_the_login_at_a_platform(either: BoxClient) -> None:
    """By default, there is no platform."""

    async def config(name: str) -> object:
        if either.box.dialect == "flat":
            return (await either.post(f"{FACE}/getconfigs", {"config_name": name})).json
        return (await either.get(f"/SophonConfig/api/Configs/{name}")).json["data"]

    flat = either.box.dialect == "flat"
    names = ("GATE_WORK_MODE", "MQ_LOGIN_URL") if flat else ("WORK_MODE", "LOGIN_URL")
    mode = "local" if flat else "mq"
    assert [await config(name) for name in names] == [{names[0]: mode}, {names[1]: ""}]
    either.box.settings.platform_url = "http://10.0.0.1/login"
    assert await config(names[1]) == {names[1]: "http://10.0.0.1/login"}
    if not flat:
        status = {"chinese_message": "登录成功", "code": 0, "message": "login success"}
        assert await config("LOGIN_STATUS") == {"LOGIN_STATUS": status}
        either.box.settings.platform_url = ""
        assert await config("LOGIN_STATUS") == {"LOGIN_STATUS": {}}


async def test_face_of_two_people_matches_the_first(either: BoxClient) -> None:
    """No page says that a box refuses to enroll it again."""
    picture = _picture()
    for identity_id in ("77", "78"):
        if either.box.dialect == "flat":
            body: dict[str, object] = {"register_image": picture}
            answer = await either.post(
                f"{FACE}/createidentity", {"identity_id": identity_id, **body}
            )
        else:
            body = {
                "identity_id": identity_id,
                "reg_photo": picture,
                "group_name": "default_group",
                "info": {"name": "New", "type": 1},
            }
            answer = await either.post(USERS, body)
        assert answer.status == 200
    if either.box.dialect == "flat":
        path, more = f"{FACE}/search", {}
    else:
        path = "/SophonMatch/api/PictureMatch"
        more = {"group_name": "default_group"}
    answer = await either.post(path, {"rgb_image_base64": picture, **more})
    assert answer.json["identity_id"] == "77"
