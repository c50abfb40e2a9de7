"""Live messages of recognitions."""

from collections.abc import Mapping
from dataclasses import dataclass

from .changes import merge, remove
from .dialect import Dialect, PictureTexts
from .model import JsonObject, JsonValue, PictureKind, Record, Subscription
from .pictures import Painted
from .recognition import Recognize
from .state import BoxState
from .wire_text import picture_text


@dataclass(frozen=True, slots=True)
class LiveMessage:
    """A live message before its pictures are selected."""

    record: Record
    state: BoxState
    dialect: Dialect
    texts: PictureTexts
    overrides: Mapping[str, JsonValue]
    omit: tuple[str, ...]

    def complete(self) -> JsonObject:
        """Return the message with every picture."""
        return self._with(self.texts)

    def requested_by(self, subscription: Subscription) -> JsonObject:
        """Return the message with the requested pictures."""
        return self._with(
            {
                kind: text
                for kind, text in self.texts.items()
                if (
                    subscription.reference
                    if kind is PictureKind.REFERENCE
                    else subscription.face
                )
            }
        )

    def _with(self, texts: PictureTexts) -> JsonObject:
        message = self.dialect.live_message(self.record, self.state.variant, texts)
        merge(message, self.overrides)
        remove(message, self.omit)
        return message


async def make_message(
    state: BoxState,
    dialect: Dialect,
    record: Record,
    details: Recognize,
    *,
    with_reference: bool = True,
) -> LiveMessage:
    """Paint the pictures of a record and return its message."""
    painted: Mapping[PictureKind, Painted] = {}
    if details.get("push", True) and details.get("include_pictures", True):
        painted = await _paint(state, dialect, record, with_reference=with_reference)
    return LiveMessage(
        record=record,
        state=state,
        dialect=dialect,
        texts=_picture_texts(state, dialect, painted),
        overrides=details.get("overrides") or {},
        omit=details.get("omit", ()),
    )


async def _paint(
    state: BoxState, dialect: Dialect, record: Record, *, with_reference: bool
) -> dict[PictureKind, Painted]:
    """Return every picture that the dialect can send."""
    kinds = [PictureKind.FACE]
    if dialect.sends_scene:
        kinds.append(PictureKind.SCENE)
    if with_reference and record.identity is not None:
        kinds.append(PictureKind.REFERENCE)
    return {
        kind: await state.studio.paint(state.drawing(record, kind)) for kind in kinds
    }


def _picture_texts(
    state: BoxState, dialect: Dialect, painted: Mapping[PictureKind, Painted]
) -> dict[PictureKind, str]:
    """Return the pictures as the firmware writes them."""
    texts = {
        kind: picture_text(picture.base64, state.variant)
        for kind, picture in painted.items()
    }
    match state.variant.pictures or dialect.pictures:
        case "plain":
            return texts
        case "data_uri":
            return {
                kind: f"data:image/jpeg;base64,{text}" for kind, text in texts.items()
            }
        case "empty":
            return dict.fromkeys(painted, "")
        case "absent":
            return {}
