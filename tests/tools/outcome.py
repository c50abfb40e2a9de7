"""The properties that redaction must not change."""

from custom_components.se_aibox.aibox.models import LiveRecognition


def outcome(live: LiveRecognition) -> tuple[object, ...]:
    """Return the properties that a redacted recognition keeps."""
    recognition = live.recognition
    return (
        recognition.matched,
        recognition.person_type,
        recognition.score,
        recognition.occurred_at,
        recognition.picture_kinds,
        live.embedded_pictures.keys(),
        "stranger_id" in recognition.attributes,
    )
