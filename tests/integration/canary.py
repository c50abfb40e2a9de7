"""A person and a box whose texts are easy to find in a log or a file."""

from dataclasses import replace

from emulator import EmulatedBox, Identity

CANARY = "kanarienvogel"
PERSON = Identity(
    f"id-{CANARY}",
    f"name-{CANARY}",
    room=f"room-{CANARY}",
    floor=f"floor-{CANARY}",
    building=f"building-{CANARY}",
    address=f"address-{CANARY}",
    user_id=f"user-{CANARY}",
    image_id=f"image-{CANARY}",
    face_id=f"face-{CANARY}",
    group_names=(f"group-{CANARY}",),
)


def seed(box: EmulatedBox) -> None:
    """Put a canary into every text of a box."""
    box.people[:] = [PERSON]
    box.devices[0] = replace(
        box.devices[0],
        device_id=f"device-{CANARY}",
        name=f"door-{CANARY}",
        type="rtsp",
        url=f"rtsp://admin:{CANARY}@camera-{CANARY}/live",
    )
