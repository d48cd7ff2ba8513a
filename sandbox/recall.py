"""Calling a run back: the one thing about a slot that another thread may do while the slot is at work."""

from __future__ import annotations

import threading

from sandbox.forkserver import Child


class Recall:
    """Whether the present run is called back, and which children are to be killed then."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._children: list[Child] = []
        self.is_called = False

    def reset(self) -> None:
        """A new run begins, which nobody has called back yet."""
        with self._lock:
            self._children.clear()
            self.is_called = False

    def hold(self, child: Child) -> None:
        """Tie a child of the run to it; one that comes after the call is killed at once."""
        with self._lock:
            self._children.append(child)
            if self.is_called:
                child.kill()

    def call(self) -> None:
        """Kill what the run has started. It then ends, with an error of ours and no outcome."""
        with self._lock:
            self.is_called = True
            for child in self._children:
                child.kill()
