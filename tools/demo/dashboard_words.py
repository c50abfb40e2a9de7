"""The words of the demo's dashboards, by language."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """The titles in one language."""

    title: str
    recognitions: str
    automations: str


WORDS = {
    "en": Words(
        title="Faces",
        recognitions="Recognitions",
        automations="Automations",
    ),
    "zh-Hans": Words(
        title="人脸",
        recognitions="识别记录",
        automations="自动化",
    ),
}
