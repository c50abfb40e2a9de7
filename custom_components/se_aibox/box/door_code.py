"""The code that the locks of a box ask for."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
import hashlib
import hmac
import os
import re

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN

# The frontend shows a number pad for it.
CODE_FORMAT = r"^[0-9]{4,12}$"
_SALT_BYTES = 16
# 16 MiB and some 50 ms a code, on purpose.
_COST, _BLOCK_SIZE, _PARALLEL = 2**14, 8, 1
# Somebody may mistype a code twice. Then, each wrong one doubles the wait.
_FREE = 2
_FIRST_WAIT = 10.0
_LONGEST_WAIT = 300.0


def is_valid_code(code: str) -> bool:
    """Return whether a text may be a code."""
    return re.fullmatch(CODE_FORMAT, code) is not None


def hashed_code(code: str) -> str:
    """Return the salted hash of a code; blocks for a moment."""
    salt = os.urandom(_SALT_BYTES)
    return f"{salt.hex()}:{_digest(code, salt).hex()}"


def is_code(code: str, stored: str) -> bool:
    """Return whether a code fits a salted hash; blocks for a moment."""
    salt, _, digest = stored.partition(":")
    try:
        return hmac.compare_digest(
            _digest(code, bytes.fromhex(salt)), bytes.fromhex(digest)
        )
    except ValueError:
        # A damaged hash fits no code.
        return False


def _digest(code: str, salt: bytes) -> bytes:
    return hashlib.scrypt(code.encode(), salt=salt, n=_COST, r=_BLOCK_SIZE, p=_PARALLEL)


@dataclass(slots=True)
class _Guesses:
    """The wrong codes in a row, and until when no code is taken."""

    blocked_until: float
    failures: int = 0
    # Otherwise, many guesses at once would count as one.
    one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)


# By the hash of the code. Kept over a reload: cutting the power must not help guesses.
_GUESSES: HassKey[dict[str, _Guesses]] = HassKey(f"{DOMAIN}_guesses")


class DoorCode:
    """Compares codes, and slows down guessing."""

    def __init__(
        self,
        hass: HomeAssistant,
        stored: str,
        now: Callable[[], float] | None = None,
    ) -> None:
        """Initialize with the salted hash of the right code."""
        self._hass = hass
        self._stored = stored
        self._now = now or hass.loop.time
        self._guesses = hass.data.setdefault(_GUESSES, {}).setdefault(
            stored, _Guesses(self._now())
        )

    async def async_check(self, code: str | None) -> None:
        """Raise `ServiceValidationError` unless the code is right.

        After wrong ones, also the right one is refused for a while.
        """
        guesses = self._guesses
        async with guesses.one_at_a_time:
            if (seconds := guesses.blocked_until - self._now()) > 0:
                raise ServiceValidationError(
                    translation_domain=DOMAIN,
                    translation_key="door_too_many_codes",
                    translation_placeholders={"seconds": str(round(seconds) or 1)},
                )
            if code is not None and await self._hass.async_add_executor_job(
                is_code, code, self._stored
            ):
                guesses.failures = 0
                return
            guesses.failures += 1
            if (doublings := guesses.failures - _FREE - 1) >= 0:
                # A huge power would not fit into a float.
                wait = min(_FIRST_WAIT * 2 ** min(doublings, 10), _LONGEST_WAIT)
                guesses.blocked_until = self._now() + wait
            raise ServiceValidationError(
                translation_domain=DOMAIN, translation_key="door_wrong_code"
            )
