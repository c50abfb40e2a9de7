"""The dialect of an SE3, a part of dialect 1.x."""

from collections.abc import Collection
from dataclasses import replace

from emulator.arguments import flag_argument, required, strings_argument
from emulator.dialect import Answer, Call, Dialect, PictureTexts, Routes
from emulator.errors import ApiError
from emulator.model import JsonObject, JsonValue, Record
from emulator.nested import NESTED
from emulator.nested.devices import DEVICE_ROUTES
from emulator.nested.groups import GROUP_ROUTES
from emulator.nested.live import live_message
from emulator.nested.system import SYSTEM_ROUTES
from emulator.state import BoxState
from emulator.variant import Variant

from .uploads import ContentType, Uploads

# The license of the box, the first part of an endpoint's id.
_LICENSE = "AKOPKKKKK"
_LEFT_OUT = ("device_id", "identity_info", "event_id", "video_id")


def se3_dialect(
    uploads: Uploads,
    *,
    has_event_server_call: bool,
    lists_devices: bool,
    group_calls: Collection[str],
    system_calls: Collection[str],
) -> Dialect:
    """Return the dialect of one SE3."""
    routes: Routes = {
        **(_event_server_routes(uploads) if has_event_server_call else {}),
        **(DEVICE_ROUTES if lists_devices else {}),
        **_named(GROUP_ROUTES, group_calls),
    }
    return replace(
        NESTED,
        name="se3",
        face_routes=routes,
        system_routes=_named(SYSTEM_ROUTES, system_calls),
        live_message=_message,
    )


def _named(routes: Routes, names: Collection[str]) -> Routes:
    return {
        route: handler
        for route, handler in routes.items()
        if route[1].rpartition("/")[2] in names
    }


def _message(record: Record, variant: Variant, pictures: PictureTexts) -> JsonObject:
    live = live_message(record, variant, pictures)
    message = {key: value for key, value in live.items() if key not in _LEFT_OUT}
    details = message["ext_data"]
    if variant.se3_endpoint_only and isinstance(details, dict):
        ip = details.pop("device_ip")
        details["ep_id"] = f"{_LICENSE}__{ip}"
    return message


def _event_server_routes(uploads: Uploads) -> Routes:
    path = "/SophonFogSys/api/EventServerUrl"

    def show(state: BoxState, _call: Call) -> Answer:
        variant = state.variant
        data: JsonObject = {
            # The text ends in a comma, too.
            "event_server_url": "".join(f"{url}," for url in uploads.urls)
            if variant.se3_urls_as_text
            else [*uploads.urls],
            "content-type": uploads.content_type,
        }
        if not variant.se3_need_reg_pic_missing:
            data["real_need_reg_pic"] = uploads.need_reg_pic
        return {"data": data}

    def change(state: BoxState, call: Call) -> Answer:
        urls = _urls(required(call.body, "event_server_url"), state.variant)
        content_type = _content_type(required(call.body, "content-type"))
        need_reg_pic = flag_argument(call.body, "real_need_reg_pic", default=True)
        uploads.urls[:] = urls
        uploads.content_type = content_type
        uploads.need_reg_pic = need_reg_pic
        return show(state, call)

    return {("GET", path): show, ("POST", path): change}


def _urls(value: JsonValue, variant: Variant) -> list[str]:
    if variant.se3_urls_as_text and isinstance(value, str):
        value = [url for url in value.split(",") if url]
    urls = strings_argument(value, "event_server_url")
    for url in urls:
        if not url.startswith(("http://", "https://")):
            raise ApiError("INVALID_ARGUMENTS", url)
    return urls


def _content_type(value: JsonValue) -> ContentType:
    match value:
        case "json" | "form-data":
            return value
        case _:
            raise ApiError("INVALID_ARGUMENTS", "content-type")
