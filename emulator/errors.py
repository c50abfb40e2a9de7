"""The error answers of a box (docs/protocol.md §2)."""

_STATUS = {
    "DEVICE_INIT_ERROR": 503,
    "UNSUPPORT_CONTENT_TYPE": 415,
    "ID_NOT_FOUND": 404,
    "NOT_FOUND": 404,
    "DEVICE_ID_NOT_FOUND": 404,
    "PASSWORD_ERROR": 401,
    "INTERNAL_ERROR": 500,
}


class ApiError(Exception):
    """A REST call fails with one of the vendor's error codes."""

    def __init__(self, code: str, message: str = "") -> None:
        """Create an error with a code such as `ID_NOT_FOUND`."""
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.status = _STATUS.get(code, 400)
