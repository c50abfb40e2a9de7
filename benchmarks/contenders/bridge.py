"""The bridge that a user would build: the vendor's sample client, with MQTT.

`python -m benchmarks.contenders.bridge EVENTS_PORT BROKER_PORT DEVICE_ID ...`
"""

import base64
from datetime import UTC, datetime
import json
import sys
from typing import Any

from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
import websocket

_PERSON_TYPES = ["employee", "visitor", "blacklist", "stranger", "vip"]


def discovery(device_id: str) -> dict[str, dict[str, Any]]:
    """Return a capture device's discovery messages by topic."""
    # Three sensors, an image and an event.
    base = f"aibox/{device_id}"
    about = {"device": {"identifiers": [device_id], "name": f"Device {device_id[:8]}"}}
    sensors = {
        "last_person": {"name": "Last person"},
        "last_recognition": {"name": "Last recognition", "device_class": "timestamp"},
        "last_person_type": {"name": "Last person type"},
    }
    configs: dict[str, dict[str, Any]] = {
        f"homeassistant/sensor/{device_id}/{key}/config": {
            "unique_id": f"{device_id}_{key}",
            "state_topic": f"{base}/state",
            "value_template": f"{{{{ value_json.{key} }}}}",
            **sensor,
        }
        for key, sensor in sensors.items()
    }
    configs[f"homeassistant/image/{device_id}/picture/config"] = {
        "unique_id": f"{device_id}_picture",
        "name": "Picture",
        "image_topic": f"{base}/picture",
        "content_type": "image/jpeg",
    }
    configs[f"homeassistant/event/{device_id}/recognition/config"] = {
        "unique_id": f"{device_id}_recognition",
        "name": "Recognition",
        "state_topic": f"{base}/event",
        "event_types": _PERSON_TYPES,
    }
    return {topic: config | about for topic, config in configs.items()}


def publish(broker: mqtt.Client, event: dict[str, Any]) -> None:
    """Publish a recognition."""
    # The event comes last, so that automations find the states written.
    base = f"aibox/{event['device_id']}"
    details = event["ext_data"]
    person_type = _PERSON_TYPES[details["person_type"] - 1]
    picture = details.get("spot_pic") or details.get("recognize_face")
    if picture:
        broker.publish(f"{base}/picture", base64.b64decode(picture))
    seconds = event["timestamp"] / 1000
    state = {
        "last_person": event["identity_name"],
        "last_recognition": f"{datetime_of(seconds)}",
        "last_person_type": person_type,
    }
    broker.publish(f"{base}/state", json.dumps(state))
    fired = {
        "event_type": person_type,
        "event_id": event["event_id"],
        "identity_id": event["identity_id"],
        "identity_name": event["identity_name"],
        "score": event["score"],
        "group_name": event["group_name"],
    }
    broker.publish(f"{base}/event", json.dumps(fired))


def datetime_of(seconds: float) -> str:
    """Return a time in ISO format."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def bridge(events_port: int, broker_port: int, device_ids: list[str]) -> None:
    """Run until the box or the broker closes the connection."""
    broker = mqtt.Client(CallbackAPIVersion.VERSION2)
    broker.connect("127.0.0.1", broker_port)
    broker.loop_start()
    for device_id in device_ids:
        for topic, payload in discovery(device_id).items():
            broker.publish(topic, json.dumps(payload), retain=True)
    # From here on, this is the vendor's sample (docs/realtime-events.zh.md), except for
    # the last line.
    s = websocket.WebSocket()
    # The package declares no types here.
    s.connect(f"ws://127.0.0.1:{events_port}")  # type: ignore[no-untyped-call]
    config = {"need_face": True, "need_register": True, "event_list": device_ids}
    json_data = json.dumps(config)
    s.send(json_data)
    while True:
        # The sample passes a size here, but the parameter is a flag.
        info = s.recv_data(4096)  # type: ignore[arg-type]
        if not info[1]:
            break
        event = json.loads(str(info[1], encoding="utf8"))
        publish(broker, event)


if __name__ == "__main__":
    bridge(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
