"""Texts as some firmware encodes them."""

import re

import orjson

from .model import JsonValue
from .variant import Variant

_MARK = b"\xef\xbb\xbf"
_URL_SAFE = str.maketrans("+/", "-_")


def encode(value: JsonValue, variant: Variant) -> bytes:
    """Return JSON as the firmware writes it."""
    text = in_gbk(orjson.dumps(value), variant)
    return _MARK + text if variant.byte_order_mark else text


def in_gbk(json: bytes, variant: Variant) -> bytes:
    """Write the variant's field in GBK, everything else in UTF-8."""
    if not variant.gbk_field:
        return json
    field = re.escape(variant.gbk_field.encode())
    return re.sub(
        rb'"%s":"(?:[^"\\]|\\.)*"' % field,
        lambda found: found[0].decode().encode("gbk", "replace"),
        json,
    )


def picture_text(base64: str, variant: Variant) -> str:
    """Return the base64 text of a picture as the firmware writes it."""
    match variant.base64:
        case "unpadded":
            return base64.rstrip("=")
        case "url_safe":
            return base64.translate(_URL_SAFE)
        case "standard":
            return base64
