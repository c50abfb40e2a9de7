"""The texts of an emulated box that no shared file or table may have."""

from emulator import EmulatedBox


def private_texts(box: EmulatedBox) -> set[str]:
    """Return the names, ids and addresses of a box."""
    # Short texts are left out: they may occur in a capture by chance.
    secrets = {box.serial_number, box.mac, box.mac.lower(), box.host, "pa%40ss-word"}
    for device in box.devices:
        secrets |= {device.device_id, device.name, device.ip, device.url}
        secrets |= {device.permission_id, device.group_id}
        secrets |= {device.relay.ip} if device.relay else set()
    for person in box.people:
        secrets |= {person.identity_id, person.name, person.user_id, person.image_id}
        secrets |= {person.face_id, person.permission_id, person.address}
        secrets |= {str(person.added_at)}
    for entry in box.history:
        secrets |= {entry.event_id, entry.identity_id, entry.identity_name}
    return {secret for secret in secrets - {"stranger"} if len(secret) > 3}
