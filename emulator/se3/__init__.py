"""The SE3: it has no events socket and calls its clients (PROTOCOL §6)."""

from .box import EmulatedSe3
from .uploads import ContentType, Delivery, Outcome

__all__ = ["ContentType", "Delivery", "EmulatedSe3", "Outcome"]
