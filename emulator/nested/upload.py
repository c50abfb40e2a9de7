"""The uploads of the history in dialect 1.x, and their URLs."""

from emulator.arguments import flag_argument, number_argument, required
from emulator.dialect import (
    Answer,
    Call,
    PictureTexts,
    Routes,
    as_written,
    report_unknown,
)
from emulator.errors import ApiError
from emulator.model import JsonObject, JsonValue, PictureKind, Record
from emulator.state import BoxState
from emulator.variant import Variant

from .records import record_common

_PATH = "/SophonFogSys/api/HistoryEventUrl"
_URLS = "history_upload_event_url"
# Which pictures are uploaded, all by default.
_FLAGS = {
    "history_need_reg_pic": PictureKind.REFERENCE,
    "history_need_spot_pic": PictureKind.SCENE,
    "history_need_recognize_face": PictureKind.FACE,
}
_ARGUMENTS = frozenset({_URLS, *_FLAGS, "content-type", "reported_peroid"})
_SECONDS = 20.0
_UPLOADED = (
    "identity_id",
    "identity_name",
    "identity_info",
    "score",
    "want_action",
    "person_type",
    "ep_info",
    "recognize_face_attr",
)


def upload_message(
    record: Record, variant: Variant, pictures: PictureTexts
) -> JsonObject:
    """Return a record as it is uploaded (docs/protocol.md §6)."""
    common = record_common(record, variant)
    body: JsonObject = {
        **{key: common[key] for key in _UPLOADED},
        "timestamp": record.timestamp_ms,
        "out_timestamp": record.timestamp_ms,
        "reg_pic": pictures.get(PictureKind.REFERENCE, ""),
        "spot_pic": pictures.get(PictureKind.SCENE, ""),
        "ir_pic": "",
        "recognize_face": pictures.get(PictureKind.FACE, ""),
        "dev_sno": "",
        "api_version": "1.0",
    }
    return as_written(body, variant)


def upload_urls(text: str) -> list[str]:
    """Return the URLs in the text of the setting."""
    return [url for url in text.split(",") if url]


def _show(state: BoxState, _call: Call) -> Answer:
    if state.variant.upload_url_call_missing:
        raise ApiError("NOT_FOUND", "HistoryEventUrl")
    return _answer(state)


def _answer(state: BoxState) -> JsonObject:
    settings = state.settings
    urls: JsonValue = [*upload_urls(settings.history_upload_url)]
    if state.variant.upload_urls_as_text:
        urls = [settings.history_upload_url]
    data: JsonObject = {
        _URLS: urls,
        "content-type": settings.upload_content_type,
        "reported_peroid": settings.upload_period or _SECONDS,
    }
    for name, kind in _FLAGS.items():
        data[name] = kind in settings.upload_pictures
    return {"data": data}


def _change(state: BoxState, call: Call) -> Answer:
    report_unknown(state, call.body, _ARGUMENTS, "HistoryEventUrl")
    urls = required(call.body, _URLS)
    if not isinstance(urls, list):
        raise ApiError("INVALID_ARGUMENTS", _URLS)
    content_type = required(call.body, "content-type")
    period = number_argument(required(call.body, "reported_peroid"), "reported_peroid")
    settings = state.settings
    match content_type:
        case "json" | "form-data":
            settings.upload_content_type = content_type
        case _:
            raise ApiError("INVALID_ARGUMENTS", "content-type")
    settings.upload_period = period
    settings.upload_pictures = frozenset(
        kind
        for name, kind in _FLAGS.items()
        if flag_argument(call.body, name, default=True)
    )
    if not state.variant.ignores_settings:
        settings.history_upload_url = ",".join(map(str, urls))
    return _answer(state)


UPLOAD_ROUTES: Routes = {("GET", _PATH): _show, ("POST", _PATH): _change}
