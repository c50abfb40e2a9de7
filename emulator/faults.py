"""The errors a box answers with (PROTOCOL §2)."""

from .model import JsonValue

_STATUS = {
    "DEVICE_INIT_ERROR": 503,
    "UNSUPPORT_CONTENT_TYPE": 415,
    "ID_NOT_FOUND": 404,
    "NOT_FOUND": 404,
    "PASSWORD_ERROR": 401,
    "INTERNAL_ERROR": 500,
}


class ApiError(Exception):
    """A REST call that fails with one of the vendor's error codes."""

    def __init__(self, code: str, message: str = "") -> None:
        """Take a code such as `ID_NOT_FOUND` and what it is about."""
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.status = _STATUS.get(code, 400)


def text_argument(value: JsonValue, name: str) -> str:
    """Return the argument if it is a string."""
    if isinstance(value, str):
        return value
    raise ApiError("INVALID_ARGUMENTS", name)


def number_argument(value: JsonValue, name: str) -> float:
    """Return the argument if it is a number; a query string's digits are one."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            pass
    raise ApiError("INVALID_ARGUMENTS", name)


def count_argument(value: JsonValue, name: str, least: int) -> int:
    """Return the argument if it is a whole number of at least `least`."""
    number = number_argument(value, name)
    if number != int(number) or number < least:
        raise ApiError("INVALID_ARGUMENTS", name)
    return int(number)
