"""The URL of a camera's stream, as a box stores it."""

import pytest

from custom_components.se_aibox.box.stream_url import stream_source


@pytest.mark.parametrize(
    ("stored", "source"),
    [
        ("rtsp://192.0.2.7/ch1", "rtsp://192.0.2.7/ch1"),
        ("RTSP://192.0.2.7:554", "RTSP://192.0.2.7:554"),
        ("rtsp://admin@camera/ch1", "rtsp://admin@camera/ch1"),
        ("rtsp://admin:pass@192.0.2.7/ch1", "rtsp://admin:pass@192.0.2.7/ch1"),
        ("rtsp://a:p%40ss@192.0.2.7/ch1", "rtsp://a:p%40ss@192.0.2.7/ch1"),
        ("rtsp://a:p/ss@192.0.2.7/ch1", "rtsp://a:p%2Fss@192.0.2.7/ch1"),
        ("rtsp://a:p@ss@192.0.2.7/ch1", "rtsp://a:p%40ss@192.0.2.7/ch1"),
        ("rtsp://a:p#ss@192.0.2.7/ch1", "rtsp://a:p%23ss@192.0.2.7/ch1"),
        ("rtsp://a:p?s%s@192.0.2.7/ch1", "rtsp://a:p%3Fs%25s@192.0.2.7/ch1"),
        ("rtsp://a:@s.s/#?w@192.0.2.7/1", "rtsp://a:%40s.s%2F%23%3Fw@192.0.2.7/1"),
        ("rtsp://a:p@ss/w@camera.lan/1", "rtsp://a:p%40ss%2Fw@camera.lan/1"),
        ("rtsp://a:12/3@[2001:db8::7]:554/1", "rtsp://a:12%2F3@[2001:db8::7]:554/1"),
        ("rtsp://a:密码@192.0.2.7/1", "rtsp://a:%E5%AF%86%E7%A0%81@192.0.2.7/1"),
        # An @ in the path belongs to no password.
        ("rtsp://192.0.2.7:554/user@1", "rtsp://192.0.2.7:554/user@1"),
        ("rtsp://a:p@192.0.2.7/user@cam", "rtsp://a:p@192.0.2.7/user@cam"),
        ("rtsp://camera:554/user@1", "rtsp://camera:554/user@1"),
        (None, None),
        ("rtsp:/192.0.2.7", None),
        ("rtsp://", None),
        ("file://192.0.2.7/x", None),
        ("rtsp://[bad]/ch1", None),
        ("rtsp://[::zz/ch1", None),
    ],
)
def test_password_is_percent_encoded(stored: str | None, source: str | None) -> None:
    """Boxes store it as it was typed."""
    assert stream_source(stored) == source
