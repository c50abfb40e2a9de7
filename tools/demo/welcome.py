"""The texts that the terminal shows once the demo runs, by language."""

from dataclasses import dataclass

from .api import PASSWORD, USERNAME
from .assist import QUESTIONS
from .boxes import Box
from .home_assistant import HomeAssistantProcess
from .progress import say
from .visitors import VISITORS


@dataclass(frozen=True, slots=True)
class _Words:
    colon: str
    user_name: str
    password: str
    log: str
    address: str
    add_a_box: str
    try_this: str
    things: tuple[str, ...]
    recognitions: str


_WORDS = {
    "en": _Words(
        colon=": ",
        user_name="User name",
        password="Password",
        log="Log",
        address="{name}: host {host}, REST port {rest}, WebSocket port {events}, "
        "system port {system}",
        add_a_box="Add a box: Settings > Devices & services > Add integration > "
        "Sophgo SE AI box",
        try_this="Try this:",
        things=(
            "Watch who comes to the doors: {url}/demo-recognitions/now",
            "See who is in the house and in the office: {url}/demo-recognitions/sites",
            (
                "Wait for {visitor}, a visitor who is expected today: a notification "
                "tells the host. All visits in a calendar: Settings > Devices & "
                "services > Entities, and enable “Visitors”"
            ),
            "Ask Assist (the speech bubble at the top): {question}",
            "Look through a week of faces: Media > SE AI box",
            (
                "Make an automation: Settings > Automations & scenes > Create "
                "automation; search the triggers for “face”, or use a blueprint of the "
                "SE AI box"
            ),
            (
                "Turn off the switch “Pictures” of a box on the page “Boxes”: its "
                "faces disappear at once, everywhere"
            ),
        ),
        recognitions="Recognitions on Home Assistant's event bus. Press Ctrl-C to stop "
        "the demo.",
    ),
    "zh-Hans": _Words(
        colon="：",
        user_name="用户名",
        password="密码",
        log="日志",
        address="{name}：主机 {host}，REST 端口 {rest}，WebSocket 端口 {events}，"
        "系统端口 {system}",
        add_a_box="添加盒子：设置 > 设备与服务 > 添加集成 > Sophgo SE AI box",
        try_this="可以试试：",
        things=(
            "看看谁来到门口：{url}/demo-recognitions/now",
            "看看谁在住宅和办公楼里：{url}/demo-recognitions/sites",
            (
                "等待今天的预约访客{visitor}到达：会有通知告诉被访人。要在日历中查看"
                "所有来访：设置 > 设备与服务 > 实体，启用“访客”"
            ),
            "向语音助手提问（右上角的对话气泡）：{question}",
            "浏览一周的人脸：媒体 > SE AI 盒子",
            (
                "创建自动化：设置 > 自动化与场景 > 创建自动化；搜索触发条件“人脸”，"
                "或使用 SE AI 盒子的蓝图"
            ),
            "在“盒子”页面关闭某台盒子的“图片”开关：它的人脸会立即从各处消失",
        ),
        recognitions="以下是 Home Assistant 事件总线上的识别结果。按 Ctrl-C 结束演示。",
    ),
}


def print_welcome(
    home_assistant: HomeAssistantProcess,
    boxes: list[Box],
    language: str,
    *,
    empty: bool,
) -> None:
    """Print the address, the login and some suggestions."""
    words = _WORDS[language]
    url = home_assistant.api.url
    say()
    for label, value in (
        ("Home Assistant", url),
        (words.user_name, USERNAME),
        (words.password, PASSWORD),
        (words.log, home_assistant.log_file),
    ):
        say(f"  {label}{words.colon}{value}")
    say()
    if empty:
        say(f"  {words.add_a_box}")
    for box in boxes:
        ports = box.emulated.ports
        address = words.address.format(
            name=box.name,
            host=box.emulated.host,
            rest=ports.rest,
            events=ports.events,
            system=ports.system,
        )
        say(f"  {address}")
    if not empty:
        say()
        say(f"  {words.try_this}")
        for number, thing in enumerate(words.things, 1):
            line = thing.format(
                url=url,
                question=QUESTIONS[language],
                visitor=VISITORS[language].expected.name,
            )
            say(f"  {number}. {line}")
    say()
    say(words.recognitions)
