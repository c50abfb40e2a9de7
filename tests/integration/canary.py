"""Somebody of whom nothing may reach a log or a file: every word of theirs gives itself away."""

from emulator import Identity

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
