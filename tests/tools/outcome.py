"""What redaction must not change."""

from custom_components.se_aibox.aibox.models import LiveRecognition


def outcome(live: LiveRecognition) -> tuple[object, ...]:
    """Return what a redacted recognition has in common with the real one."""
    seen = live.recognition
    return (
        seen.matched,
        seen.person_type,
        seen.score,
        seen.occurred_at,
        seen.picture_kinds,
        live.embedded_pictures.keys(),
        "stranger_id" in seen.attributes,
    )
