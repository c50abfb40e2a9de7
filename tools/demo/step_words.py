"""The texts that the terminal shows while the demo starts and runs."""

_STEPS = {
    "en": {
        "start": "Starting Home Assistant {name}",
        "stop": "Stopping Home Assistant",
        "add": "Adding the box {name}",
        "show": "Showing a person to each capture device",
        "follow": "Following people",
        "sites": "Adding two sites",
        "create": "Creating automations and the dashboard",
        "visitor": "Enrolling an expected visitor",
        "import": "Importing a week of statistics",
        "away": "Home Assistant does not answer; trying again.",
    },
    "zh-Hans": {
        "start": "正在启动 Home Assistant {name}",
        "stop": "正在停止 Home Assistant",
        "add": "正在添加盒子“{name}”",
        "show": "正在让每台采集设备识别一个人",
        "follow": "正在关注人员",
        "sites": "正在添加两个场所",
        "create": "正在创建自动化和仪表盘",
        "visitor": "正在注册一位预约访客",
        "import": "正在导入一周的统计数据",
        "away": "Home Assistant 没有应答，正在重试。",
    },
}
# As the integration translates them.
_PERSON_TYPES = {
    "en": {},
    "zh-Hans": {
        "employee": "员工",
        "visitor": "访客",
        "vip": "VIP",
        "blocklisted": "黑名单",
        "stranger": "陌生人",
        "other": "其他",
    },
}


def step_text(language: str, key: str, name: str = "") -> str:
    """Return the text of a step."""
    return _STEPS[language][key].format(name=name)


def person_type_text(language: str, person_type: str) -> str:
    """Return a person type in the language of the demo."""
    return _PERSON_TYPES[language].get(person_type, person_type)
