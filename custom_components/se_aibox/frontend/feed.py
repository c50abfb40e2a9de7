"""Sends what happens at the doors to all who look at a dashboard."""

import asyncio
from collections import deque
from collections.abc import Callable

from homeassistant.components.websocket_api import ActiveConnection
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from ..coordinator import SeAiBoxCoordinator, async_loaded_boxes
from ..recognition.faces import async_signed_path
from ..recognition.sighting import SIGNAL_LIVE, SIGNAL_RECOVERED, Sighting
from .changes import Changes
from .filter import Filter, Wanted
from .rows import Row, RowKind, row
from .today import Counters, Places
from .view import View, async_view, view_of

# A scan recovers thousands at once. Those that wait longest are in the history, too.
_MOST_WAITING = 1000
_AT_ONCE_SECONDS = 0.005

# Rows of one sighting, by login and visible followed people.
type _Rows = dict[tuple[str | None, frozenset[str]], Row]


class Subscription:
    """The subscription of a card, and the state last sent to it."""

    def __init__(
        self,
        hass: HomeAssistant,
        connection: ActiveConnection,
        number: int,
        asks: Filter,
    ) -> None:
        """Store who asks for what."""
        self._hass = hass
        self._connection = connection
        self._number = number
        self._asks = asks
        self._view = View()
        self._wanted = Wanted.of(asks, self._view)
        self._sent: tuple[View, int | None] | None = None
        self.places: frozenset[Places] = frozenset()

    @callback
    def async_see(self, everything: View) -> None:
        """Apply the user's rights and the filter to everything there is."""
        self._view = view_of(everything, self._connection.user)
        self._wanted = Wanted.of(self._asks, self._view)
        # Nobody counts the recognitions of single people.
        self.places = (
            _places(self._wanted) if self._wanted.includes_everybody else frozenset()
        )

    @callback
    def async_send_state(self, counters: Counters) -> None:
        """Send the state if it is not what was sent."""
        state = self._view, self._today(counters)
        if state != self._sent:
            self._sent = state
            view, today = state
            self._send({"type": "state", "today": today, **view.as_dict()})

    @callback
    def async_send(
        self, sighting: Sighting, kind: RowKind, rows: _Rows, counters: Counters
    ) -> None:
        """Send a sighting if it is wanted; `rows` has those made for others."""
        if not self._wanted.accepts(
            sighting.device_id, sighting.followed_device_ids, sighting.recognition
        ):
            return
        login = self._connection.refresh_token_id
        people = sighting.followed_device_ids.intersection(self._wanted.names)
        if (shown := rows.get((login, people))) is None:
            shown = rows[login, people] = row(
                sighting,
                kind,
                people,
                lambda path: async_signed_path(self._hass, path, login),
            )
        today = self._today(counters)
        self._sent = self._view, today
        self._send({"type": "recognition", "recognition": shown, "today": today})

    @callback
    def _today(self, counters: Counters) -> int | None:
        if not self._wanted.includes_everybody:
            return None
        return counters.async_total(self.places)

    def _send(self, event: dict[str, object]) -> None:
        self._connection.send_event(self._number, event)


class Feeds:
    """All subscriptions. They share what they listen to, and the counts."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Listen from now on."""
        self._hass = hass
        self._subscriptions: list[Subscription] = []
        self._changes = Changes(hass, self._async_look)
        self._counters = Counters(hass, self._changes.async_changed)
        self._recovered: deque[Sighting] = deque(maxlen=_MOST_WAITING)
        self._sending: asyncio.Handle | None = None
        self._boxes: dict[SeAiBoxCoordinator, CALLBACK_TYPE] = {}
        self._everything = View()
        self._stops: list[CALLBACK_TYPE] = [
            async_dispatcher_connect(hass, SIGNAL_LIVE, self._async_live),
            async_dispatcher_connect(hass, SIGNAL_RECOVERED, self._async_recovered),
        ]

    @callback
    def async_add(self, subscription: Subscription) -> None:
        """Send the state, and from now on what happens."""
        self._subscriptions.append(subscription)
        self._changes.async_look()

    @callback
    def async_remove(self, subscription: Subscription) -> bool:
        """Remove a subscription; return whether it was the last."""
        self._subscriptions.remove(subscription)
        if self._subscriptions:
            self._async_need_counters()
            return False
        self._async_stop()
        return True

    @callback
    def _async_stop(self) -> None:
        for stop in (*self._stops, *self._boxes.values()):
            stop()
        self._changes.async_stop()
        self._counters.async_stop()
        # Nobody is left to send them to.
        self._recovered.clear()

    @callback
    def _async_look(self) -> None:
        """Look at everything, and send what changed."""
        self._async_follow_boxes()
        self._everything = async_view(self._hass)
        for subscription in self._subscriptions:
            subscription.async_see(self._everything)
        self._async_need_counters()
        for subscription in self._subscriptions:
            subscription.async_send_state(self._counters)

    @callback
    def _async_need_counters(self) -> None:
        self._counters.async_need(
            places
            for subscription in self._subscriptions
            for places in subscription.places
        )

    @callback
    def _async_follow_boxes(self) -> None:
        """Listen to the boxes that are loaded now."""
        loaded = set(async_loaded_boxes(self._hass).values())
        for box in self._boxes.keys() - loaded:
            self._boxes.pop(box)()
        for box in loaded - self._boxes.keys():
            self._boxes[box] = box.async_add_listener(self._changes.async_changed)

    @callback
    def _async_live(self, sighting: Sighting) -> None:
        self._async_count(sighting)
        self._async_send(sighting, RowKind.LIVE)

    @callback
    def _async_recovered(self, sighting: Sighting) -> None:
        self._async_count(sighting)
        self._recovered.append(sighting)
        if self._sending is None:
            self._sending = self._hass.loop.call_soon(self._async_send_recovered)

    @callback
    def _async_send_recovered(self) -> None:
        """Send some recovered sightings; others wait for the next loop step."""
        self._sending = None
        until = self._hass.loop.time() + _AT_ONCE_SECONDS
        while self._recovered:
            self._async_send(self._recovered.popleft(), RowKind.RECOVERED)
            if self._hass.loop.time() > until:
                self._sending = self._hass.loop.call_soon(self._async_send_recovered)
                return

    @callback
    def _async_count(self, sighting: Sighting) -> None:
        if self._changes.is_waiting and not self._everything.has_door(
            sighting.device_id
        ):
            # A new capture device.
            self._changes.async_look()
        self._counters.async_count(sighting)

    @callback
    def _async_send(self, sighting: Sighting, kind: RowKind) -> None:
        rows: _Rows = {}
        for subscription in self._subscriptions:
            subscription.async_send(sighting, kind, rows, self._counters)


def _places(wanted: Wanted) -> frozenset[Places]:
    """Return where to count, by box."""
    places: dict[str, set[str]] = {}
    for door in wanted.places.values():
        places.setdefault(door.entry_id, set()).add(door.capture_device_id)
    return frozenset(
        (entry_id, frozenset(capture_device_ids))
        for entry_id, capture_device_ids in places.items()
    )


_FEEDS: HassKey[Feeds] = HassKey(f"{DOMAIN}_feeds")


@callback
def async_subscribe(
    hass: HomeAssistant, connection: ActiveConnection, number: int, asks: Filter
) -> Callable[[], None]:
    """Send events to a connection until the returned function is called."""
    if (feeds := hass.data.get(_FEEDS)) is None:
        feeds = hass.data[_FEEDS] = Feeds(hass)
    subscription = Subscription(hass, connection, number, asks)
    feeds.async_add(subscription)

    @callback
    def _unsubscribe() -> None:
        if feeds.async_remove(subscription):
            del hass.data[_FEEDS]

    return _unsubscribe
