"""Many invented people, for the largest possible groups."""

from collections.abc import Iterator
from random import Random

from .model import Identity, PersonType

# They share a few faces, because drawing 100 000 would take too long.
_LOOKS = 12
_FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = ("伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "秀英", "志强")
_WESTERN = ("Alice", "Ben", "Carla", "David", "Emma", "Farid", "Grace", "Hugo")
_WESTERN_FAMILY = ("Fischer", "Nowak", "Rossi", "Silva", "Tanaka", "Weber")


def crowd(seed: int, count: int, permission_id: str) -> Iterator[Identity]:
    """Yield `count` people that follow from the seed."""
    random = Random(f"{seed}/crowd")
    for number in range(count):
        identity_id = f"2{number:07d}"
        yield Identity(
            identity_id=identity_id,
            name=_name(random),
            person_type=PersonType.EMPLOYEE,
            user_id=identity_id,
            image_id=f"{number:08x}-0000-4000-8000-{seed:012x}",
            face_id=f"{number:08x}-0000-4000-9000-{seed:012x}",
            permission_ids=(permission_id,),
            added_at=1_600_000_000.0 + number,
            looks=f"crowd/{number % _LOOKS}#{identity_id}",
        )


def _name(random: Random) -> str:
    if random.random() < 0.7:
        return random.choice(_FAMILY) + random.choice(_GIVEN)
    return f"{random.choice(_WESTERN)} {random.choice(_WESTERN_FAMILY)}"
