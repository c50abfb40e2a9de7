"""Access to pictures: users of Home Assistant, and nothing else."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from aiohttp import ClientResponse
import pytest
from yarl import URL

from emulator import EmulatedBox
from homeassistant.components.http.auth import async_sign_path
from homeassistant.core import HomeAssistant
from tests.integration.conftest import ClientGenerator, Look, SetUp
from tests.integration.helpers import ENTRY_ID, FiredEvents

type Paths = dict[str, str]


@pytest.fixture
async def paths(box: EmulatedBox, set_up: SetUp, fired: FiredEvents) -> Paths:
    """Return the paths of the pictures of a recognition."""
    await set_up()
    await box.recognize(box.devices[0], box.people[0])
    found: Paths = (await fired.next())["pictures"]
    assert len(found) == 3
    return found


async def test_picture_is_refused_without_a_valid_token(
    paths: Paths, hass_client_no_auth: ClientGenerator
) -> None:
    """Neither made-up nor misplaced tokens count."""
    client = await hass_client_no_auth()
    for path in paths.values():
        for headers in (
            {},
            {"Authorization": "Bearer made-up"},
            {"Authorization": "Basic YWRtaW46YWRtaW4="},
            {"X-HA-Access": "1234"},
        ):
            for query in ("", "?token=1", "?api_password=1", "?authSig=made-up"):
                response = await client.get(path + query, headers=headers)
                # Only a login can fail.
                assert response.status == (
                    HTTPStatus.UNAUTHORIZED
                    if "Authorization" in headers
                    else HTTPStatus.FORBIDDEN
                )
        for method in ("POST", "PUT", "DELETE", "OPTIONS"):
            response = await client.request(method, path)
            assert response.status in (
                HTTPStatus.UNAUTHORIZED,
                HTTPStatus.METHOD_NOT_ALLOWED,
                HTTPStatus.FORBIDDEN,
            )


async def test_picture_is_refused_with_a_revoked_token(
    hass: HomeAssistant,
    paths: Paths,
    hass_client_no_auth: ClientGenerator,
    hass_access_token: str,
) -> None:
    """The user was logged out."""
    client = await hass_client_no_auth()
    headers = {"Authorization": f"Bearer {hass_access_token}"}
    assert (await client.get(paths["face"], headers=headers)).status == HTTPStatus.OK
    token = hass.auth.async_validate_access_token(hass_access_token)
    assert token is not None
    hass.auth.async_remove_refresh_token(token)
    response = await client.get(paths["face"], headers=headers)
    assert response.status == HTTPStatus.UNAUTHORIZED


async def test_picture_is_served_to_any_user(
    paths: Paths,
    hass_client_no_auth: ClientGenerator,
    hass_read_only_access_token: str,
) -> None:
    """As with cameras, the user need not be an administrator."""
    client = await hass_client_no_auth()
    headers = {"Authorization": f"Bearer {hass_read_only_access_token}"}
    for path in paths.values():
        assert (await client.get(path, headers=headers)).status == HTTPStatus.OK


async def test_signature_opens_its_own_picture_until_it_expires(
    hass: HomeAssistant,
    paths: Paths,
    hass_client_no_auth: ClientGenerator,
    hass_access_token: str,
) -> None:
    """A notification has such a path."""
    token = hass.auth.async_validate_access_token(hass_access_token)
    assert token is not None
    client = await hass_client_no_auth()

    async def status(path: str) -> int:
        # Encoded as it was signed, not as the client would encode it.
        return (await client.get(URL(path, encoded=True))).status

    signed = async_sign_path(
        hass, paths["face"], timedelta(minutes=1), refresh_token_id=token.id
    )
    assert await status(signed) == HTTPStatus.OK
    signature = URL(signed, encoded=True).query_string
    assert await status(f"{paths['scene']}?{signature}") == HTTPStatus.FORBIDDEN
    assert await status(f"{paths['face']}/../scene?{signature}") in (
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
    )
    late = async_sign_path(
        hass, paths["face"], timedelta(minutes=-1), refresh_token_id=token.id
    )
    assert await status(late) == HTTPStatus.FORBIDDEN


_ESCAPES = [
    "..",
    "../..",
    "../../../../config/secrets.yaml",
    "..\\..\\secrets.yaml",
    "/etc/passwd",
    "//evil.example/a",
    "http://evil.example/a",
    "file:///etc/passwd",
    "a?timestamp=1",
    "a#b",
    "a\0b",
    "a\r\nSet-Cookie: a=b",
    "%2e%2e%2f",
    "~0~a~1795385035868",
    "x" * 5_000,
    "<script>alert(1)</script>",
]


@pytest.mark.parametrize("twice", [False, True], ids=["once", "twice"])
async def test_hostile_id_in_a_path_is_not_found(
    paths: Paths, box: EmulatedBox, look: Look, twice: bool
) -> None:
    """It reaches no file, no other call of the box and no other host."""
    calls = {request.path.rpartition("/")[0] for request in box.requests}
    for escape in _ESCAPES:
        written = quote(quote(escape, safe="") if twice else escape, safe="")
        for kind in ("face", "scene", "reference", written):
            response = await _look_at(look, written, kind)
            assert response.status in (HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST)
            assert "Set-Cookie" not in response.headers
    asked = {request.path.rpartition("/")[0] for request in box.requests} - calls
    # One record by its id, or the records of a moment.
    assert asked <= {"/sophon/v2/face", "/SophonFace/api"}
    for request in box.requests:
        assert ".." not in request.path
        assert "passwd" not in request.path


async def _look_at(look: Look, recognition_id: str, kind: str) -> ClientResponse:
    path: Any = URL(
        f"/api/se_aibox/picture/{ENTRY_ID}/{recognition_id}/{kind}", encoded=True
    )
    return await look(path)
