"""The dashboard's own words, by language."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """The titles and names in one language."""

    title: str
    now: str
    scenes: str
    people: str
    boxes: str
    log: str
    recognitions: str
    automations: str
    person: str
    person_type: str
    when: str
    lately: str


WORDS = {
    "en": Words(
        title="Recognitions",
        now="Now",
        scenes="Scenes",
        people="People",
        boxes="Boxes",
        log="Log",
        recognitions="Recognitions",
        automations="Automations",
        person="Person",
        person_type="Person type",
        when="When",
        lately="Who came in the last few minutes",
    ),
    "zh-Hans": Words(
        title="人脸识别",
        now="实时",
        scenes="场景",
        people="人员",
        boxes="盒子",
        log="记录",
        recognitions="识别记录",
        automations="自动化",
        person="人员",
        person_type="人员类型",
        when="时间",
        lately="最近几分钟的人员",
    ),
}
