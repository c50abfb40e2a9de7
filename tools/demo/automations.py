"""The demo's automations: at least one for each trigger and condition."""

import asyncio
from dataclasses import dataclass
from typing import Any

from .api import Api, HomeAssistantError, Json, Socket
from .configuration import DOMAIN
from .devices import BoxDevice, Devices

_PREFIX = "demo_"
_SECONDS_TO_APPEAR = 20
EMPTIED = "demo_emptied"
OVERDUE = "demo_overdue"
# The automations whose notification names the person besides the place.
NAMING = frozenset(
    {
        "demo_greet",
        "demo_blocklisted",
        "demo_visitor",
        "demo_left",
        "demo_arrived",
        OVERDUE,
    }
)
AUTOMATION_API = "/api/config/automation/config"
# The recognized person, and the capture device.
_NAME = "{{ trigger.identity_name }}"
_PLACE = "{{ trigger.capture_device_name }}"
_SITE = "{{ trigger.site_name }}"
_COUNT = "{{ trigger.count_inside }}"
# The host and the company of a visitor.
_HOST = "{{ trigger.host }}"
_COMPANY = "{{ trigger.company }}"
# The place of the last person, unless checked off by hand.
_LAST_AT = (
    "{% if trigger.capture_device_name %}, the last one at"
    " {{ trigger.capture_device_name }}{% endif %}"
)
_LAST_IN_CHINESE = (
    "{% if trigger.capture_device_name %}，最后一人在"
    "{{ trigger.capture_device_name }}{% endif %}"
)


@dataclass(frozen=True, slots=True)
class Automation:
    """An automation that creates a notification."""

    # Also the notification's id, so that each notification replaces the last one.
    automation_id: str
    alias: str
    description: str
    trigger: Json
    message: str
    conditions: tuple[Json, ...] = ()

    def as_config(self) -> dict[str, Any]:
        """Return the configuration as the editor saves it."""
        return {
            "alias": self.alias,
            "description": self.description,
            "mode": "single",
            "max_exceeded": "silent",
            "triggers": [self.trigger],
            "conditions": list(self.conditions),
            "actions": [
                {
                    "action": "persistent_notification.create",
                    "data": {
                        "notification_id": self.automation_id,
                        "title": self.alias,
                        "message": self.message,
                    },
                }
            ],
        }


@dataclass(frozen=True, slots=True)
class _Words:
    """An automation's alias, description and message."""

    alias: str
    description: str
    message: str


_WORDS = {
    "en": {
        "greet": _Words(
            "Greet people",
            "Greets followed people wherever they come in.",
            f"Hello {_NAME}, welcome! You came in at {_PLACE}.",
        ),
        "stranger": _Words(
            "Stranger at the first door",
            "Notifies when a stranger is at the first door of a box.",
            f"A stranger is at {_PLACE}.",
        ),
        "blocklisted": _Words(
            "Blocklisted person",
            "Warns of people on the blocklist at any capture device.",
            f"{_NAME} is on the blocklist and was seen at {_PLACE}.",
        ),
        "tailgating": _Words(
            "Stranger behind a known person",
            "Warns of a stranger at a turnstile within 30 seconds after an employee "
            "or a VIP.",
            f"A stranger followed a known person through {_PLACE}.",
        ),
        "visitor": _Words(
            "Visitor while somebody is there",
            "Notifies when a visitor enters while somebody whom you follow is inside.",
            f"{_NAME} came to visit, by {_PLACE}. Inside {_SITE}: at least {_COUNT}.",
        ),
        "left": _Words(
            "Somebody left",
            "Notifies when somebody leaves the house or the office.",
            f"{_NAME} left {_SITE} by {_PLACE}. Still inside: at least {_COUNT}.",
        ),
        "occupied": _Words(
            "First one in",
            "Notifies when the first person enters, as to switch lights on.",
            f"Somebody is inside {_SITE}, who came in by {_PLACE}.",
        ),
        "emptied": _Words(
            "Last one out",
            "Notifies when the last person leaves, as to arm an alarm.",
            f"The last one left {_SITE} by {_PLACE}.",
        ),
        "roll_call": _Words(
            "Everybody accounted for",
            "Notifies when the last person of a roll call is checked off.",
            f"Everybody on the roll call of {_SITE} is accounted for{_LAST_AT}.",
        ),
        "arrived": _Words(
            "Expected visitor",
            "Tells the host when an expected visitor arrives.",
            f"{_NAME} of {_COMPANY} is here for {_HOST}, at {_PLACE}.",
        ),
        "overdue": _Words(
            "Visitor overdue",
            "Notifies when a visitor is still inside after the end of the visit.",
            f"{_NAME} should have left {_SITE}, and was last seen at {_PLACE}. "
            f"Host: {_HOST}.",
        ),
    },
    "zh-Hans": {
        "greet": _Words(
            "欢迎来访",
            "关注的人员在任意入口出现时打招呼。",
            f"{_NAME}，你好！欢迎来到{_PLACE}。",
        ),
        "stranger": _Words(
            "第一道门有陌生人",
            "盒子的第一道门出现陌生人时通知。",
            f"{_PLACE}有陌生人。",
        ),
        "blocklisted": _Words(
            "发现黑名单人员",
            "黑名单人员在任意位置出现时告警。",
            f"黑名单人员{_NAME}出现在{_PLACE}。",
        ),
        "tailgating": _Words(
            "陌生人尾随",
            "员工或 VIP 通过闸机后半分钟内出现陌生人。",
            f"{_PLACE}：已知人员身后跟着陌生人。",
        ),
        "visitor": _Words(
            "有人在场时访客到来",
            "关注的人员在场时，如有访客进入则通知。",
            f"访客{_NAME}从{_PLACE}进入{_SITE}，里面至少有 {_COUNT} 人。",
        ),
        "left": _Words(
            "有人离开",
            "有人离开住宅或办公楼时通知。",
            f"{_NAME}从{_PLACE}离开{_SITE}，里面至少还有 {_COUNT} 人。",
        ),
        "occupied": _Words(
            "第一人进入",
            "第一人进入时通知，例如用于开灯。",
            f"{_SITE}有人了：从{_PLACE}进入。",
        ),
        "emptied": _Words(
            "最后一人离开",
            "最后一人离开时通知，例如用于布防。",
            f"最后一人从{_PLACE}离开了{_SITE}。",
        ),
        "roll_call": _Words(
            "全员已确认",
            "点名名单上的最后一人被勾选时通知。",
            f"{_SITE}点名名单上的人员均已确认{_LAST_IN_CHINESE}。",
        ),
        "arrived": _Words(
            "预约访客到达",
            "预约访客到达时通知被访人。",
            f"{_HOST}，{_COMPANY}的{_NAME}来访，已到{_PLACE}。",
        ),
        "overdue": _Words(
            "访客超时",
            "来访结束后，访客仍在场时通知。",
            f"{_NAME}来访已结束，仍在{_SITE}，最后出现在{_PLACE}。被访人：{_HOST}。",
        ),
    },
}


def automations(devices: Devices, language: str) -> list[Automation]:
    """Return the automations for these devices."""
    listening = [box for box in devices.boxes if len(box.capture_devices) > 2]
    everywhere = {"device_id": [box.device_id for box in devices.boxes]}
    doors = {"device_id": [box.capture_devices[0].device_id for box in listening]}
    turnstiles = {"device_id": [_turnstile(box) for box in listening]}
    followed = {"device_id": [person.device_id for person in devices.people]}
    sites = {"device_id": [site.device_id for site in devices.sites]}
    made = {
        "greet": _trigger("person_recognized", followed, {"minimum_score": 80}),
        "stranger": _trigger("stranger_seen", doors),
        "blocklisted": _trigger("blocklisted_person_seen", everywhere),
        "tailgating": _trigger("stranger_seen", turnstiles),
        "visitor": _trigger("person_entered", sites, {"person_types": ["visitor"]}),
        "left": _trigger("person_left", sites),
        "occupied": _trigger("site_occupied", sites),
        "emptied": _trigger("site_emptied", sites),
        "roll_call": _trigger("everybody_accounted_for", sites),
        "arrived": _trigger("visitor_arrived", everywhere),
        "overdue": _trigger("visitor_overdue", sites),
    }
    conditions = {
        "tailgating": (
            {
                "condition": f"{DOMAIN}.is_recognized_within",
                "target": turnstiles,
                "options": {
                    "within": {"seconds": 30},
                    "person_types": ["employee", "vip"],
                },
            },
        ),
        "visitor": (
            {
                "condition": f"{DOMAIN}.is_inside",
                "target": sites,
                "options": {"followed": followed["device_id"]},
            },
        ),
    }
    return [
        Automation(
            _PREFIX + key,
            words.alias,
            words.description,
            made[key],
            words.message,
            conditions.get(key, ()),
        )
        for key, words in _WORDS[language].items()
    ]


def _turnstile(box: BoxDevice) -> str:
    # In each plan, the turnstile is the third capture device.
    return box.capture_devices[2].device_id


def _trigger(key: str, target: Json, options: Json | None = None) -> Json:
    return {"trigger": f"{DOMAIN}.{key}", "target": target, "options": options or {}}


async def save_automations(api: Api, planned: list[Automation]) -> None:
    """Save automations, which Home Assistant validates and starts at once."""
    for automation in planned:
        await api.post(
            f"{AUTOMATION_API}/{automation.automation_id}", automation.as_config()
        )


async def wait_for_automations(socket: Socket, planned: list[Automation]) -> list[str]:
    """Return the entity ids of saved automations, once all have one."""
    # Home Assistant answers before it has reloaded its automations.
    found: dict[str, str] = {}
    try:
        async with asyncio.timeout(_SECONDS_TO_APPEAR):
            while len(found) < len(planned):
                found = await automation_entities(socket)
                await asyncio.sleep(0.2)
    except TimeoutError:
        raise HomeAssistantError(
            f"Home Assistant has {len(found)} of {len(planned)} automations"
        ) from None
    return [found[automation.automation_id] for automation in planned]


async def automation_entities(socket: Socket) -> dict[str, str]:
    """Return the entity ids of the demo's automations by automation id."""
    return {
        entity["unique_id"]: entity["entity_id"]
        for entity in await socket.entities("automation")
        if entity["unique_id"].startswith(_PREFIX)
    }
