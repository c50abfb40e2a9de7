"""What the event entities of capture devices and of followed people have in common."""

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import callback

from .aibox.models import PersonType, Recognition

RECOGNITION = EventEntityDescription(
    key="recognition",
    translation_key="recognition",
    event_types=[person_type.value for person_type in PersonType],
)


class RecognitionEventEntity(EventEntity):
    """Fires once per live recognition, typed by person."""

    # The bus event already has these in the database.
    _unrecorded_attributes = frozenset(
        {
            "capture_device_name",
            "group_name",
            "identity_id",
            "identity_name",
            "recognition_id",
            "score",
        }
    )

    @callback
    def _async_fire(self, recognition: Recognition, **where: str) -> None:
        self._trigger_event(
            recognition.person_type.value,
            {
                "group_name": recognition.group_name,
                "identity_id": recognition.identity_id,
                "identity_name": recognition.identity_name,
                "recognition_id": recognition.recognition_id,
                "score": recognition.score,
                **where,
            },
        )
        self.async_write_ha_state()
