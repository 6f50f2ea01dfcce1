"""A rate that holds where requests come in, not only where they are sent."""

import time
from collections import deque
from threading import Condition, Event


class Window:
    """At most `calls` in any `seconds`. For many threads.

    A request counts from when it may be sent until `seconds` after it was answered: it came in
    somewhere between, so that no one there sees more of them, however long each was under way.
    """

    def __init__(self, calls: int, seconds: float) -> None:
        self._calls, self._seconds = calls, seconds
        self._inside = 0
        self._ended: deque[float] = deque()
        self._changed = Condition()

    def enter(self, within: float, unless: Event | None = None) -> bool:
        """Wait for a place, `within` so many seconds and `unless` something has come to pass;
        whether there was one."""
        until = time.monotonic() + within
        with self._changed:
            while self._taken() >= self._calls:
                now = time.monotonic()
                if now >= until or (unless is not None and unless.is_set()):
                    return False
                free = self._ended[0] + self._seconds if self._ended else until
                self._changed.wait(max(0.001, min(free, until) - now))
            self._inside += 1
            return True

    def wake(self) -> None:
        """Let whoever waits look again whether to go on."""
        with self._changed:
            self._changed.notify_all()

    def push_in(self) -> None:
        """Take a place even where there is none."""
        with self._changed:
            self._inside += 1

    def leave(self) -> None:
        """Hear that the request was answered."""
        with self._changed:
            self._inside -= 1
            self._ended.append(time.monotonic())
            self._changed.notify_all()

    def _taken(self) -> int:
        since = time.monotonic() - self._seconds
        while self._ended and self._ended[0] <= since:
            self._ended.popleft()
        return self._inside + len(self._ended)


def window_of(calls: float | None, seconds: float, share: int) -> Window | None:
    """At most `calls` in any `seconds`, shared by `share`; a rate below one call stretches them."""
    if calls is None:
        return None
    own = calls / share
    return Window(int(own), seconds) if own >= 1 else Window(1, seconds / own)
