"""Damages messages as a broken box, a bad line or an attacker would."""

from collections.abc import Callable, Sequence
from random import Random
import re

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null|\{\}|\[\]')
_KEY = re.compile(rb'"[^"\\]{1,40}":')

HOSTILE_VALUES = (
    b"NaN",
    b"-Infinity",
    b"1e999",
    b"-1e308",
    b"9007199254740993",
    b"1" + b"0" * 400,
    b"-0.0",
    b"1e-320",
    b"null",
    b"true",
    b'""',
    b'" "',
    b"[]",
    b"{}",
    b"[[[{}]]]",
    b"[" * 10_000,
    b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    b"[" * 900 + b"]" * 900,
    b'"\\ud800"',
    b'"\\u0000"',
    b'"\xff\xfe"',
    b'"\xf0\x9f\x98"',
    b'"\\u202eTom"',
    b'"a\\r\\nb"',
    b'"../../etc/passwd"',
    b'"%2e%2e%2f"',
    b'"?a=1#b"',
    b'"~0~"',
    b'"<img src=x onerror=alert(1)>"',
    b'"[Tom](javascript:alert(1))"',
    b'"nan"',
    b'"inf"',
    b'"1_000"',
    b'"\xd9\xa1\xd9\xa2"',
    b'"unknown"',
    b'"stranger"',
    b'"data:image/jpeg;base64,"',
    b'"' + b"x" * 5_000 + b'"',
    b"253402300799999",
    b"-62135596801",
)


def mutate(random: Random, messages: Sequence[bytes]) -> bytes:
    """Return one of the messages with one to five faults."""
    message = random.choice(messages)
    for _ in range(random.choice((1, 1, 1, 2, 3, 5))):
        if random.random() < 0.1:
            message = _cross(random, message, random.choice(messages))
        else:
            message = random.choice(_FAULTS)(random, message)
    # A fault may double the size of a message.
    return message[:200_000]


def _cross(random: Random, one: bytes, other: bytes) -> bytes:
    return one[: random.randint(0, len(one))] + other[random.randint(0, len(other)) :]


def _cut(random: Random, message: bytes) -> bytes:
    return message[: random.randint(0, len(message))]


def _flip(random: Random, message: bytes) -> bytes:
    damaged = bytearray(message or b"\0")
    damaged[random.randrange(len(damaged))] ^= 1 << random.randrange(8)
    return bytes(damaged)


def _drop(random: Random, message: bytes) -> bytes:
    start, end = _span(random, message)
    return message[:start] + message[end:]


def _repeat(random: Random, message: bytes) -> bytes:
    start, end = _span(random, message)
    return message[:end] + message[start:]


def _insert(random: Random, message: bytes) -> bytes:
    at = random.randint(0, len(message))
    return message[:at] + random.randbytes(random.randint(1, 8)) + message[at:]


def _replace_value(random: Random, message: bytes) -> bytes:
    if not (tokens := list(_TOKEN.finditer(message))):
        return message
    token = random.choice(tokens)
    value = random.choice((*HOSTILE_VALUES, random.choice(tokens)[0]))
    return message[: token.start()] + value + message[token.end() :]


def _double_key(random: Random, message: bytes) -> bytes:
    if not (keys := list(_KEY.finditer(message))):
        return message
    key = random.choice(keys)
    value = random.choice(HOSTILE_VALUES)
    return message[: key.start()] + key[0] + value + b"," + message[key.start() :]


def _wrap(random: Random, message: bytes) -> bytes:
    before, after = random.choice(((b"[", b"]"), (b'{"data":', b"}"), (b'"', b'"')))
    return before + message + after


def _span(random: Random, message: bytes) -> tuple[int, int]:
    start = random.randint(0, len(message))
    return start, min(len(message), start + random.randint(1, 60))


_FAULTS: tuple[Callable[[Random, bytes], bytes], ...] = (
    _cut,
    _flip,
    _drop,
    _repeat,
    _insert,
    _replace_value,
    _replace_value,
    _replace_value,
    _double_key,
    _wrap,
)
