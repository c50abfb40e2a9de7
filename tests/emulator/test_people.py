"""Tests of the enrolled people (docs/protocol.md §5)."""

import base64
from io import BytesIO
import json
from typing import Any

import aiohttp
from PIL import Image
import pytest

from emulator import EmulatedBox, Identity, PersonType, PictureSize, Variant

from .box_client import Answer, BoxClient
from .conftest import Boxes
from .pictures import colored, drawn_reference, photo

USERS = "/SophonFogSys/api/users"
IDENTITIES = "/sophon/v2/face/getidentities"
CREATE = "/sophon/v2/face/createidentity"


async def _enroll(
    client: BoxClient, identity_id: str, picture: str, **more: Any
) -> Answer:
    if client.box.dialect == "nested":
        body = {
            "identity_id": identity_id,
            "reg_photo": picture,
            "group_name": "default_group",
            "info": {"name": "New", "type": 2},
        }
        return await client.post(USERS, body | more)
    body = {
        "identity_id": identity_id,
        "register_image": picture,
        "identity_name": "New",
        "user_type": "visitor",
    }
    return await client.post(CREATE, body | more)


async def test_nested_list_has_details_and_photos(nested: BoxClient) -> None:
    """The offset counts people by default."""
    answer = await nested.get(USERS, group_name="default_group", skip_num=2, limit=3)
    data = answer.json["data"]
    expected = nested.box.people[2:5]
    assert [person["identity_id"] for person in data["identities_list"]] == [
        person.identity_id for person in expected
    ]
    first = data["identities_list"][0]
    assert first["group_name"] == ["default_group"]
    assert first["info"]["image_id"] == expected[0].image_id
    image = Image.open(BytesIO(base64.b64decode(first["reg_photo"])))
    assert image.format == "JPEG"
    assert data.keys() == {"identities_list"}


async def test_nested_person_is_listed_by_id(nested: BoxClient) -> None:
    """Unknown ids and calls without id or group are errors."""
    people = (await nested.get(USERS, identity_id="666666")).json["data"]
    assert [one["info"]["name"] for one in people["identities_list"]] == ["小明"]
    assert (await nested.get(USERS, identity_id="1")).is_error("ID_NOT_FOUND")
    assert (await nested.get(USERS)).is_error("MISSING_ARGUMENTS")


async def test_nested_skip_num_can_count_pages(boxes: Boxes) -> None:
    """The documentation allows both readings."""
    client = await boxes.make("nested", Variant(skip_num_is_page=True))
    answer = await client.get(USERS, group_name="default_group", skip_num=1, limit=4)
    [first, *_] = answer.json["data"]["identities_list"]
    assert first["identity_id"] == client.box.people[4].identity_id


async def test_nested_large_page_has_a_photo_per_person() -> None:
    """A page of 800 people is larger than 16 MB."""
    size = PictureSize(reference=20_000)
    async with (
        EmulatedBox("nested", people_count=1_000, picture_size=size) as box,
        aiohttp.ClientSession() as session,
    ):
        client = BoxClient(box, session)
        answer = await client.get(USERS, group_name="default_group", limit=800)
    people = json.loads(answer.body)["data"]["identities_list"]
    assert len(people) == 800
    assert len(answer.body) > 800 * 20_000
    assert len({person["reg_photo"] for person in people}) == 800


async def test_flat_filters_find_parts_of_names_and_exact_ids(flat: BoxClient) -> None:
    """Results come in pages."""

    async def names(**filters: object) -> list[str]:
        body = (await flat.post(IDENTITIES, {"filters": filters})).json
        assert body["pagination"]["total_count"] == len(body["identities"])
        return [person["identity_name"] for person in body["identities"]]

    assert await names(identity_name="王") == ["王芳", "王芳"]
    assert await names(identity_name="schm") == ["Anna Schmidt"]
    assert await names(identity_id="12345565") == ["Tom"]
    assert await names(identity_id="1234556") == []
    page = (await flat.post(IDENTITIES, {"page_limit": 5, "page_index": 2})).json
    assert len(page["identities"]) == 4
    assert page["pagination"]["total_count"] == 14
    assert page["identities"][0].keys() == {
        "identity_id",
        "identity_name",
        "user_type",
        "permission_ids",
        "face_ids",
        "register_image_ids",
        "ext_user_info",
    }


async def test_enrolled_person_is_listed_with_photo(either: BoxClient) -> None:
    """The photo is the one that the client sent."""
    picture = photo()
    answer = await _enroll(either, "77", base64.b64encode(picture).decode())
    assert answer.status == 200
    person = either.box.state.find_identity("77")
    assert person is not None
    assert (person.name, person.person_type) == ("New", PersonType.VISITOR)
    path = (
        "/SophonFace/api/images"
        if either.box.dialect == "nested"
        else "/sophon/v2/face/getregisterimage"
    )
    shown = await either.get(f"{path}/{person.image_id}")
    assert shown.body == picture
    assert either.box.errors == []


async def test_flat_enrollment_accepts_a_data_uri_alone(flat: BoxClient) -> None:
    """The box invents an id and uses the name for nameless people."""
    text = "data:image/jpg;base64," + base64.b64encode(photo()).decode()
    body = (await flat.post(CREATE, {"register_image": text})).json
    person = flat.box.state.find_identity(body["identity_id"])
    assert person is not None
    assert person.name == "佚名"
    assert body["register_image_id"] == person.image_id


@pytest.mark.parametrize(
    ("picture", "code"),
    [
        (colored((90, 90, 90)), "NO_FACE_ERROR"),
        (photo(brightness=10), "LOW_QUALITY_ERROR"),
        (b"no picture at all", "IMAGE_DECODE_ERROR"),
        (photo()[:200], "IMAGE_DECODE_ERROR"),
        (b"", "IMAGE_DECODE_ERROR"),
    ],
)
async def test_unsuitable_picture_is_not_enrolled(
    either: BoxClient, picture: bytes, code: str
) -> None:
    """The error code names the problem."""
    answer = await _enroll(either, "77", base64.b64encode(picture).decode())
    assert answer.is_error(code)
    assert either.box.state.find_identity("77") is None


async def test_low_quality_error_names_the_reason(either: BoxClient) -> None:
    """The client can switch the check off; 1.x has a code for a small face."""
    small = base64.b64encode(photo(side=40)).decode()
    error = (await _enroll(either, "77", small)).json["error"]
    assert error["message"] == "face_size"
    assert error["code"] == (
        40009 if either.box.dialect == "nested" else "LOW_QUALITY_ERROR"
    )
    assert either.box.state.find_identity("77") is None
    dark = base64.b64encode(photo(brightness=10)).decode()
    answer = await _enroll(either, "77", dark)
    assert answer.json["error"]["message"] == "brightness"
    assert (await _enroll(either, "77", dark, fiqa_level="no")).status == 200


async def test_nested_firmware_can_refuse_to_enroll_the_blacklist(
    boxes: Boxes,
) -> None:
    """V5R7 no longer lists type 3."""
    picture = base64.b64encode(photo()).decode()
    info = {"name": "New", "type": 3}
    for enrolls in (True, False):
        client = await boxes.make("nested", Variant(enrolls_blacklist=enrolls))
        answer = await _enroll(client, "77", picture, info=info)
        assert (answer.status == 200) is enrolls
    assert answer.is_error("INVALID_ARGUMENTS")


async def test_nested_firmware_can_list_no_ids_of_permission_groups(
    boxes: Boxes,
) -> None:
    """Only three lines of firmware have a page that uses the call."""
    client = await boxes.make("nested", Variant(permission_ids_missing=True))
    assert (await client.get("/SophonFace/api/permissions")).status == 404


async def test_too_large_picture_is_refused(either: BoxClient) -> None:
    """The limit is a setting of the box."""
    either.box.settings.largest_picture = 1_000
    answer = await _enroll(either, "77", base64.b64encode(photo()).decode())
    assert answer.is_error("IMAGE_SIZE_TOO_LARGE_ERROR")


async def test_repeated_id_is_refused_unless_replaced(either: BoxClient) -> None:
    """The flag that replaces a person depends on the dialect."""
    picture = base64.b64encode(photo()).decode()
    assert (await _enroll(either, "666666", picture)).is_error("ID_REPEAT_ERROR")
    flag = "ignore_exist" if either.box.dialect == "nested" else "force_replace"
    assert (await _enroll(either, "666666", picture, **{flag: True})).status == 200
    person = either.box.state.find_identity("666666")
    assert person is not None
    assert person.name == "New"
    assert len(either.box.people) == 14


async def test_records_keep_names_of_renamed_and_removed_people(
    either: BoxClient,
) -> None:
    """Tests can enroll, rename and remove people directly."""
    box = either.box
    person = box.state.enroll(Identity("88", "Eve"))
    before = await box.recognize(box.devices[0], person)
    renamed = box.state.rename_person("88", "Eva")
    after = await box.recognize(box.devices[0], renamed)
    assert (before.identity_name, after.identity_name) == ("Eve", "Eva")
    assert box.state.find_reference_picture(person.image_id) is not None
    box.state.remove_person("88")
    assert box.state.find_identity("88") is None
    names = {
        record.get("common", record)["identity_name"]
        for record in await either.events()
    }
    assert names == {"Eve", "Eva"}
    with pytest.raises(KeyError):
        box.state.remove_person("88")


async def test_large_group_has_unique_ids_and_pictures() -> None:
    """A group may hold 100 000 people, whose names repeat."""
    box = EmulatedBox("flat", people_count=100_000)
    assert len(box.people) == 100_000
    assert len({person.identity_id for person in box.people}) == 100_000
    assert len({person.image_id for person in box.people}) == 100_000
    assert len({person.name for person in box.people}) < 1_000
    assert [person.identity_id for person in EmulatedBox(people_count=3).people] == [
        person.identity_id for person in box.people[:3]
    ]
    assert box.people[500] == EmulatedBox("flat", people_count=501).people[500]


async def test_unknown_arguments_are_reported(either: BoxClient) -> None:
    """The box still answers the call."""
    if either.box.dialect == "nested":
        await either.get(USERS, group_name="default_group", name="Tom")
    else:
        await either.post(IDENTITIES, {"filters": {"name": "Tom"}})
    assert len(either.box.errors) == 1


async def test_drawn_picture_enrolls_its_subject(either: BoxClient) -> None:
    """The new person has the face on the picture."""
    picture = await drawn_reference(either.box, either.box.people[0])
    await _enroll(either, "77", base64.b64encode(picture).decode())
    person = either.box.state.find_identity("77")
    assert person is not None
    assert await drawn_reference(either.box, person) == picture
