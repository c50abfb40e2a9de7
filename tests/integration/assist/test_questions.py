"""Answers to questions of all sorts about one small house."""

import pytest

from emulator import EmulatedBox, Identity
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from tests.integration.conftest import SetUp
from tests.integration.helpers import record
from tests.integration.recognition.automation_helpers import doors_of

from .test_reply import asks, at

# Days ago, hour, name, and which door. It is noon.
_SEEN = (
    (3, 17, "Tom", 0),
    (1, 18, "小明", 0),
    (1, 23.5, "Tom", 1),
    (0, 0.5, "Tom Smith", 1),
    (0, 6.25, "小明", 0),
    (0, 8, "Gate", 0),
    (0, 8.1, "Li Na", 2),
    (0, 9, None, 0),
    (0, 9.5, None, 2),
    (0, 10, "May", 1),
    (0, 11.75, "王小明", 2),
)

_ENGLISH = (
    (
        "Who is there now?",
        (
            "I last saw 王小明 at 11:45 AM, by Gate 3. I cannot tell whether anybody"
            " is there now."
        ),
    ),
    (
        "who's  at the FRONT DOOR right now？",
        (
            "I last saw a stranger at 9:00 AM, by the front door. I cannot tell"
            " whether anybody is there now."
        ),
    ),
    (
        "Is anyone at the front door?",
        (
            "I last saw a stranger at 9:00 AM, by the front door. I cannot tell"
            " whether anybody is there now."
        ),
    ),
    (
        "Was anyone at the door today?",
        (
            "Gate came at 8:00 AM, 小明 at 6:15 AM and a stranger at 9:00 AM, all by"
            " the front door."
        ),
    ),
    (
        "Who was at gate?",
        (
            "May came at 10:00 AM, Tom Smith at 12:30 AM and Tom yesterday at 11:30"
            " PM, all by the gate."
        ),
    ),
    (
        "Who was at gate 3 today?",
        (
            "王小明 came at 11:45 AM, Li Na at 8:06 AM and a stranger at 9:30 AM,"
            " all by Gate 3."
        ),
    ),
    (
        "Who was at the entrance at 10?",
        "May came at 10:00 AM by the gate and a stranger at 9:30 AM by Gate 3.",
    ),
    (
        "Who was at Gate 3 since 8?",
        (
            "王小明 came at 11:45 AM, Li Na at 8:06 AM and a stranger at 9:30 AM,"
            " all by Gate 3."
        ),
    ),
    (
        "Who was recognized at the gate today!",
        "May came at 10:00 AM and Tom Smith at 12:30 AM, all by the gate.",
    ),
    (
        "Who came at 8?",
        "Li Na came at 8:06 AM by Gate 3 and Gate at 8:00 AM by the front door.",
    ),
    ("Who came at 6 in the morning?", "小明 came at 6:15 AM, by the front door."),
    ("Who came at noon?", "王小明 came at 11:45 AM, by Gate 3."),
    ("Who came at 2 last night?", "I have seen nobody around 2:00 AM last night."),
    ("Who came tonight?", "That time is still to come."),
    ("Who came at 8 this evening?", "That time is still to come."),
    (
        "Who came in the evening?",
        "Tom came at 11:30 PM by the gate and 小明 at 6:00 PM by the front door.",
    ),
    ("Who came at 11 pm?", "Tom came at 11:30 PM, by the gate."),
    (
        "Who came last night?",
        (
            "Tom Smith came at 12:30 AM by the gate, Tom yesterday at 11:30 PM by"
            " the gate and 小明 yesterday at 6:00 PM by the front door."
        ),
    ),
    (
        "Who came at midnight?",
        "Tom Smith came at 12:30 AM and Tom yesterday at 11:30 PM, all by the gate.",
    ),
    (
        "Who came at midnight yesterday?",
        "Tom Smith came at 12:30 AM and Tom yesterday at 11:30 PM, all by the gate.",
    ),
    (
        "Who came before midnight yesterday?",
        "Tom came at 11:30 PM by the gate and 小明 at 6:00 PM by the front door.",
    ),
    (
        "Who came between 11 pm and 1 am?",
        "Tom Smith came at 12:30 AM and Tom yesterday at 11:30 PM, all by the gate.",
    ),
    (
        "Who came between 11 pm and midnight yesterday?",
        "Tom came at 11:30 PM, by the gate.",
    ),
    (
        "Who was at the gate since yesterday 10 pm?",
        (
            "May came at 10:00 AM, Tom Smith at 12:30 AM and Tom yesterday at 11:30"
            " PM, all by the gate."
        ),
    ),
    ("Who came 3 days ago?", "Tom came at 5:00 PM, by the front door."),
    ("Who came two hours ago?", "I did not understand “two hours ago”."),
    ("Who came tomorrow?", "I did not understand “tomorrow”."),
    ("Who came Monday through Wednesday?", "I did not understand “wednesday”."),
    ("Who came first today?", "Tom Smith came at 12:30 AM, by the gate."),
    ("Who was the first?", "小明 came yesterday at 6:00 PM, by the front door."),
    ("Who came last today?", "王小明 came at 11:45 AM, by Gate 3."),
    (
        "Who was here last?",
        (
            "I last saw 王小明 at 11:45 AM, by Gate 3. I cannot tell whether anybody"
            " is there now."
        ),
    ),
    (
        "Did anyone come to the gate this morning?",
        "May came at 10:00 AM and Tom Smith at 12:30 AM, all by the gate.",
    ),
    (
        "Has anyone been at the front door since 9 am?",
        "A stranger came at 9:00 AM, by the front door.",
    ),
    (
        "When did somebody last come?",
        (
            "I last saw 王小明 at 11:45 AM, by Gate 3. I cannot tell whether anybody"
            " is there now."
        ),
    ),
    (
        "When did everyone come to Gate 3 today?",
        (
            "王小明 came at 11:45 AM, Li Na at 8:06 AM and a stranger at 9:30 AM,"
            " all by Gate 3."
        ),
    ),
    (
        "Did a stranger come today?",
        (
            "A stranger came at 9:30 AM by Gate 3 and a stranger at 9:00 AM by the"
            " front door."
        ),
    ),
    ("Were there any strangers yesterday?", "I have seen no stranger yesterday."),
    (
        "Is there a stranger at the gate?",
        (
            "I have seen no stranger at the gate so far. I cannot tell whether"
            " anybody is there now."
        ),
    ),
    ("When did Gate come?", "Gate came at 8:00 AM, by the front door."),
    ("Did May come?", "May came at 10:00 AM, by the gate."),
    ("Has Tom come home?", "Tom came yesterday at 11:30 PM, by the gate."),
    ("Did Tom not come?", "Tom came yesterday at 11:30 PM, by the gate."),
    (
        "Did Tom come to Gate 3 today?",
        "I have not seen Tom or Tom Smith at Gate 3 today.",
    ),
    (
        "When was the last time Tom came home?",
        "Tom came yesterday at 11:30 PM, by the gate.",
    ),
    (
        "When was the first time 小明 was seen?",
        "小明 came yesterday at 6:00 PM, by the front door.",
    ),
    (
        "When did tom smith come home last night?",
        "Tom Smith came at 12:30 AM, by the gate.",
    ),
    (
        "Did Tom and May come today?",
        "I know nobody called Tom and May. Do you mean Tom or Tom Smith?",
    ),
    ("When did Nemo come?", "I know nobody called Nemo."),
    ("Who was at the moon?", "I do not know a place called moon."),
)

_CHINESE = (
    (
        "现在谁在门口？",
        "最后看到的是一名陌生人，09:00 在大门。现在那里有没有人，我无法知道。",
    ),
    ("谁在大厅", "最后看到的是 May，10:00 在大厅。现在那里有没有人，我无法知道。"),
    (
        "谁在大门啊",
        "最后看到的是一名陌生人，09:00 在大门。现在那里有没有人，我无法知道。",
    ),
    (
        "门口有人吗",
        "最后看到的是一名陌生人，09:00 在大门。现在那里有没有人，我无法知道。",
    ),
    (
        "今天闸机谁来过",
        "来过大厅闸机的有：王小明（11:45）、Li Na（08:06），还有一名陌生人（09:30）。",
    ),
    (
        "大门什么时候来过人？",
        "来过大门的有：Gate（08:00）、小明（06:15），还有一名陌生人（09:00）。",
    ),
    (
        "什么时候有人来过大门？",
        "来过大门的有：Gate（08:00）、小明（06:15），还有一名陌生人（09:00）。",
    ),
    (
        "大门今天没有人来过吗？",
        "来过大门的有：Gate（08:00）、小明（06:15），还有一名陌生人（09:00）。",
    ),
    (
        "今天有没有人来过大门",
        "来过大门的有：Gate（08:00）、小明（06:15），还有一名陌生人（09:00）。",
    ),
    (
        "有陌生人在大门吗",
        "最后看到的是一名陌生人，09:00 在大门。现在那里有没有人，我无法知道。",
    ),
    ("今天有没有陌生人来过大门？", "一名陌生人 09:00 来过大门。"),
    (
        "陌生人是什么时候来的",
        "来过的有：一名陌生人（09:30，大厅闸机）和一名陌生人（09:00，大门）。",
    ),
    ("昨天有陌生人来过吗", "昨天没有看到陌生人。"),
    ("昨天晚上11点谁来过？", "Tom 23:30 来过大厅。"),
    ("昨晚十一点半谁来过？", "Tom 23:30 来过大厅。"),
    ("昨天晚上11：30谁来过", "Tom 23:30 来过大厅。"),
    ("昨晚十一点到一点谁来过", "来过大厅的有：Tom Smith（00:30）、Tom（昨天 23:30）。"),
    (
        "昨晚十一点到今天凌晨一点谁来过",
        "来过大厅的有：Tom Smith（00:30）、Tom（昨天 23:30）。",
    ),
    ("昨晚两点谁来过", "昨天夜里 02:00 左右没有看到任何人。"),
    ("夜里十二点半谁来过", "Tom Smith 00:30 来过大厅。"),
    ("半夜谁来过？", "来过大厅的有：Tom Smith（00:30）、Tom（昨天 23:30）。"),
    ("昨天凌晨十二点半谁来过", "昨天 00:30 左右没有看到任何人。"),
    ("午夜谁来过", "来过大厅的有：Tom Smith（00:30）、Tom（昨天 23:30）。"),
    ("昨天午夜以前谁来过", "来过的有：Tom（23:30，大厅）、小明（18:00，大门）。"),
    ("昨晚12点以前谁来过", "来过的有：Tom（23:30，大厅）、小明（18:00，大门）。"),
    ("今早八点谁来过", "来过的有：Li Na（08:06，大厅闸机）、Gate（08:00，大门）。"),
    (
        "昨夜谁来过",
        (
            "来过的有：Tom Smith（00:30，大厅）、Tom（昨天 23:30，大厅）、小明（昨天"
            " 18:00，大门）。"
        ),
    ),
    ("晚上谁来过", "来过的有：Tom（23:30，大厅）、小明（18:00，大门）。"),
    ("今晚谁来过", "那个时间还没有到。"),
    ("今天晚上八点谁来过", "那个时间还没有到。"),
    (
        "上午９点谁来过",
        "来过的有：一名陌生人（09:30，大厅闸机）和一名陌生人（09:00，大门）。",
    ),
    ("昨天全天谁来过", "来过的有：Tom（23:30，大厅）、小明（18:00，大门）。"),
    ("三天前谁来过", "Tom 17:00 来过大门。"),
    ("一小时前谁来过", "我没听懂“一小时前”。"),
    ("明天谁来", "我没听懂“明天”。"),
    ("这几天谁来过", "我没听懂“几天”。"),
    ("谁第一个到大门的", "小明昨天 18:00 来过大门。"),
    ("今天谁最早来的", "Tom Smith 00:30 来过大厅。"),
    ("今天最后来的是谁？", "王小明 11:45 来过大厅闸机。"),
    (
        "最后是谁来的",
        "最后看到的是王小明，11:45 在大厅闸机。现在那里有没有人，我无法知道。",
    ),
    ("请问小明今天几点到家？", "小明是 06:15 到的，在大门。"),
    ("你好，“小明”几点来的！", "小明是 06:15 到的，在大门。"),
    ("小明，昨晚几点回来的", "小明是 18:00 到的，在大门。"),
    ("小明昨晚没回来吗", "小明是 18:00 到的，在大门。"),
    ("小明今天有没有来过", "小明是 06:15 到的，在大门。"),
    ("小明是不是回来了", "小明是 06:15 到的，在大门。"),
    ("小明最近一次是什么时候来的？", "小明是 06:15 到的，在大门。"),
    ("小明第一次来是什么时候", "小明是昨天 18:00 到的，在大门。"),
    ("小明上次来是几点", "小明是 06:15 到的，在大门。"),
    ("今天早上小明来过大厅吗", "今天早上没有在大厅看到小明或王小明。"),
    ("Li  Na今天来过吗", "Li Na 是 08:06 到的，在大厅闸机。"),
    (
        "明什么时候来的",
        "叫“明”的有 2 人：王小明（11:45，大厅闸机）、小明（06:15，大门）。",
    ),
    ("大厅今天来过吗", "来过大厅的有：May（10:00）、Tom Smith（00:30）。"),
    ("小 明几点来的", "我不认识叫“小 明”的人。您是说小明或王小明吗？"),
    ("小明和Tom今天来过吗", "我不认识叫“小明和Tom”的人。"),
    ("今天谁来过大们", "我不知道“大们”是哪里。"),
)


@pytest.mark.parametrize("dialect", ["nested"])
@pytest.mark.parametrize(
    ("names", "answers"),
    [
        (("Front door", "Gate", "Gate 3"), _ENGLISH),
        (("大门", "大厅", "大厅闸机"), _CHINESE),
    ],
    ids=["english", "chinese"],
)
async def test_natural_question_gets_an_answer_or_an_objection(
    hass: HomeAssistant,
    noon: None,
    box: EmulatedBox,
    set_up: SetUp,
    names: tuple[str, ...],
    answers: tuple[tuple[str, str], ...],
) -> None:
    """No answer denies a person who came."""
    doors = [door.device_id for door in doors_of(hass, box, await set_up())]
    for door, called in zip(doors, names, strict=True):
        dr.async_get(hass).async_update_device(door, name_by_user=called)
    for days, hour, name, number in _SEEN:
        who = Identity(f"id of {name}", name) if name else None
        await record(box, at(hour, days_ago=days), who, door=number)
    assert [
        (question, await asks(hass, question, *doors)) for question, _ in answers
    ] == list(answers)
