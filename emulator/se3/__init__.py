"""The SE3, which posts and has no event socket (docs/protocol.md §6)."""

from .box import EmulatedSe3
from .uploads import ContentType, Delivery, Outcome

__all__ = ["ContentType", "Delivery", "EmulatedSe3", "Outcome"]
