"""The emulated SE3."""

from collections.abc import Collection, Mapping
from typing import Unpack, override

from emulator.model import Device, Emitted, Identity, JsonValue, PictureKind
from emulator.ports import BoxPorts
from emulator.recognition import (
    Stranger,
    emitted,
    make_message,
    make_record,
    paint_all,
    picture_texts,
)
from emulator.state import BoxOptions

from .dialect import se3_dialect
from .uploads import ContentType, Delivery, Uploads

# How much of the system API an SE3 has is not on the page.
_SYSTEM_CALLS = frozenset(
    {"deviceSN", "hardwareInfo", "systemVersion", "hostname", "ip", "time"}
)


class EmulatedSe3(BoxPorts):
    """An SE3 on real sockets: it posts what it recognises (PROTOCOL §6)."""

    _usual_model = "SE30221"

    def __init__(
        self,
        *,
        has_event_server_call: bool = True,
        lists_devices: bool = False,
        system_calls: Collection[str] = _SYSTEM_CALLS,
        **options: Unpack[BoxOptions],
    ) -> None:
        """Prepare an SE3; nothing listens before `start`."""
        super().__init__(**options)
        self._uploads = Uploads(self.host)
        self._listen(
            se3_dialect(
                self._uploads,
                has_event_server_call=has_event_server_call,
                lists_devices=lists_devices,
                system_calls=system_calls,
            )
        )

    @property
    def event_server_urls(self) -> list[str]:
        """Where recognitions are posted, in that order."""
        return self._uploads.urls

    @event_server_urls.setter
    def event_server_urls(self, urls: list[str]) -> None:
        self._uploads.urls[:] = urls

    @property
    def content_type(self) -> ContentType:
        """How they are posted."""
        return self._uploads.content_type

    @content_type.setter
    def content_type(self, content_type: ContentType) -> None:
        self._uploads.content_type = content_type

    @property
    def need_reg_pic(self) -> bool:
        """Whether the reference picture is posted too."""
        return self._uploads.need_reg_pic

    @need_reg_pic.setter
    def need_reg_pic(self, needed: bool) -> None:
        self._uploads.need_reg_pic = needed

    @property
    def drops_deliveries(self) -> bool:
        """Whether recognitions get lost on the way out."""
        return self._uploads.dropping

    @drops_deliveries.setter
    def drops_deliveries(self, drops: bool) -> None:
        self._uploads.dropping = drops

    @property
    def deliveries(self) -> list[Delivery]:
        """What became of every recognition at every address."""
        return self._uploads.deliveries

    @override
    async def stop(self) -> None:
        """Close everything and leave no task, socket or thread behind."""
        await self._uploads.close()
        await super().stop()

    @override
    async def recognize(
        self,
        device: Device | str | None = None,
        identity: Identity | None = None,
        *,
        timestamp_ms: int | None = None,
        score: float | None = None,
        subject: str | None = None,
        push: bool = True,
        stranger: Stranger = "empty",
        overrides: Mapping[str, JsonValue] | None = None,
        omit: tuple[str, ...] = (),
        include_pictures: bool = True,
    ) -> Emitted:
        """Let a capture device see somebody; returns when every address had its turn."""
        made = make_record(
            self,
            self.resolve_device(device),
            identity,
            timestamp_ms=timestamp_ms,
            score=score,
            stranger=stranger,
            subject=subject,
        )
        self.history.append(made)
        painted = {}
        if push and include_pictures:
            painted = await paint_all(self, self._dialect, made)
            if not self.need_reg_pic:
                painted.pop(PictureKind.REFERENCE, None)
        texts = picture_texts(self._dialect, self, painted)
        message = make_message(self._dialect, self, made, texts, overrides or {}, omit)
        if push and identity is not None and made.score >= self.settings.threshold:
            for _ in range(1 + self.variant.duplicates):
                await self._uploads.send(made.event_id, message)
        return emitted(made, message)
