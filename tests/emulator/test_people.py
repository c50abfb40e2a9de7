"""The enrolled people: listed, enrolled, renamed, removed (PROTOCOL §5)."""

import base64
from io import BytesIO
import json
from typing import Any

import aiohttp
from PIL import Image
import pytest

from emulator import EmulatedBox, Identity, PersonType, PictureSize, Variant

from .conftest import Boxes
from .pictures import coloured, drawn_reference, photo
from .talk import Answer, Talk

USERS = "/SophonFogSys/api/users"
IDENTITIES = "/sophon/v2/face/getidentities"
CREATE = "/sophon/v2/face/createidentity"


def _code(answer: Answer) -> str:
    error = answer.json["error"]
    return str(error.get("status", error["code"]))


async def _enrol(talk: Talk, identity_id: str, picture: str, **more: Any) -> Answer:
    if talk.box.dialect == "nested":
        body = {
            "identity_id": identity_id,
            "reg_photo": picture,
            "group_name": "default_group",
            "info": {"name": "New", "type": 2},
        }
        return await talk.post(USERS, body | more)
    body = {
        "identity_id": identity_id,
        "register_image": picture,
        "identity_name": "New",
        "user_type": "visitor",
    }
    return await talk.post(CREATE, body | more)


async def test_nested_list(nested: Talk) -> None:
    """A 1.x page of people carries what was stored of them, and their photos."""
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
    assert data["pagination"] == {
        "skip_num": 2,
        "limit": 3,
        "num_pages": 5,
        "total_count": 14,
    }


async def test_nested_one_person(nested: Talk) -> None:
    """One person is asked for by id, and an unknown id is an error."""
    people = (await nested.get(USERS, identity_id="666666")).json["data"]
    assert [one["info"]["name"] for one in people["identities_list"]] == ["小明"]
    assert _code(await nested.get(USERS, identity_id="1")) == "ID_NOT_FOUND"
    assert _code(await nested.get(USERS)) == "MISSING_ARGUMENTS"


async def test_nested_skip_may_count_pages(boxes: Boxes) -> None:
    """The page lets the offset be read as a number of a page."""
    talk = await boxes.make("nested", Variant(skip_num_is_page=True))
    answer = await talk.get(USERS, group_name="default_group", skip_num=1, limit=4)
    [first, *_] = answer.json["data"]["identities_list"]
    assert first["identity_id"] == talk.box.people[4].identity_id


async def test_nested_large_answers_are_large() -> None:
    """Every person comes with a photo of full size, so a large page is huge."""
    size = PictureSize(reference=20_000)
    async with (
        EmulatedBox("nested", people_count=1_000, picture_size=size) as box,
        aiohttp.ClientSession() as session,
    ):
        talk = Talk(box, session)
        answer = await talk.get(USERS, group_name="default_group", limit=800)
    people = json.loads(answer.body)["data"]["identities_list"]
    assert len(people) == 800
    assert len(answer.body) > 800 * 20_000
    assert len({person["reg_photo"] for person in people}) == 800


async def test_flat_filters(flat: Talk) -> None:
    """2.0 finds names fuzzily and ids exactly, page by page."""

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


async def test_enrol(either: Talk) -> None:
    """Whoever is enrolled is listed and has the photo that was sent."""
    picture = photo()
    answer = await _enrol(either, "77", base64.b64encode(picture).decode())
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


async def test_enrol_takes_data_uris(flat: Talk) -> None:
    """2.0 shows a data URI, makes up an id and calls the nameless so."""
    text = "data:image/jpg;base64," + base64.b64encode(photo()).decode()
    body = (await flat.post(CREATE, {"register_image": text})).json
    person = flat.box.state.find_identity(body["identity_id"])
    assert person is not None
    assert person.name == "佚名"
    assert body["register_image_id"] == person.image_id


@pytest.mark.parametrize(
    ("picture", "code"),
    [
        (coloured((90, 90, 90)), "NO_FACE_ERROR"),
        (photo(side=40), "LOW_QUALITY_ERROR"),
        (photo(brightness=10), "LOW_QUALITY_ERROR"),
        (b"no picture at all", "IMAGE_DECODE_ERROR"),
        (photo()[:200], "IMAGE_DECODE_ERROR"),
        (b"", "IMAGE_DECODE_ERROR"),
    ],
)
async def test_pictures_that_cannot_be_enrolled(
    either: Talk, picture: bytes, code: str
) -> None:
    """What is no picture, has no face or a bad one is refused, and nobody enrolled."""
    answer = await _enrol(either, "77", base64.b64encode(picture).decode())
    assert _code(answer) == code
    assert either.box.state.find_identity("77") is None


async def test_low_quality_says_why(either: Talk) -> None:
    """The reason is in the message, and the check can be switched off."""
    small = base64.b64encode(photo(side=40)).decode()
    answer = await _enrol(either, "77", small)
    assert answer.json["error"]["message"] == "face_size"
    dark = base64.b64encode(photo(brightness=10)).decode()
    answer = await _enrol(either, "77", dark)
    assert answer.json["error"]["message"] == "brightness"
    assert (await _enrol(either, "77", dark, fiqa_level="no")).status == 200


async def test_too_large_a_picture(either: Talk) -> None:
    """A picture beyond the box's limit is refused."""
    either.box.settings.largest_picture = 1_000
    answer = await _enrol(either, "77", base64.b64encode(photo()).decode())
    assert _code(answer) == "IMAGE_SIZE_TOO_LARGE_ERROR"


async def test_repeated_id(either: Talk) -> None:
    """An id can be enrolled again only on purpose."""
    picture = base64.b64encode(photo()).decode()
    assert _code(await _enrol(either, "666666", picture)) == "ID_REPEAT_ERROR"
    flag = "ignore_exist" if either.box.dialect == "nested" else "force_replace"
    assert (await _enrol(either, "666666", picture, **{flag: True})).status == 200
    person = either.box.state.find_identity("666666")
    assert person is not None
    assert person.name == "New"
    assert len(either.box.people) == 14


async def test_people_from_python(either: Talk) -> None:
    """Tests enrol, rename and remove people; records keep what was."""
    box = either.box
    person = box.state.enrol(Identity("88", "Eve"))
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


async def test_synthetic_people() -> None:
    """A group may hold a hundred thousand people, told apart by id and picture only."""
    box = EmulatedBox("flat", people_count=100_000)
    assert len(box.people) == 100_000
    assert len({person.identity_id for person in box.people}) == 100_000
    assert len({person.image_id for person in box.people}) == 100_000
    assert len({person.name for person in box.people}) < 1_000
    assert [person.identity_id for person in EmulatedBox(people_count=3).people] == [
        person.identity_id for person in box.people[:3]
    ]
    assert box.people[500] == EmulatedBox("flat", people_count=501).people[500]


async def test_strange_arguments_are_noted(either: Talk) -> None:
    """A client that asks for what the call does not have is told on."""
    if either.box.dialect == "nested":
        await either.get(USERS, group_name="default_group", name="Tom")
    else:
        await either.post(IDENTITIES, {"filters": {"name": "Tom"}})
    assert len(either.box.errors) == 1


async def test_drawn_pictures_enrol_their_subject(either: Talk) -> None:
    """Somebody enrolled with a drawn picture looks like it."""
    picture = await drawn_reference(either.box, either.box.people[0])
    await _enrol(either, "77", base64.b64encode(picture).decode())
    person = either.box.state.find_identity("77")
    assert person is not None
    assert await drawn_reference(either.box, person) == picture
