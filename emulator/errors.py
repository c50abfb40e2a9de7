"""The errors a box answers with (PROTOCOL §2)."""

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
    """A REST call that fails with one of the vendor's error codes."""

    def __init__(self, code: str, message: str = "") -> None:
        """Take a code such as `ID_NOT_FOUND` and what it is about."""
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.status = _STATUS.get(code, 400)
