"""Tells the house to look again: which subjects may have changed, after each commit."""

import logging
from collections.abc import Callable

log = logging.getLogger(__name__)

COMMIT = "commit"
"""The subject that every commit marks which wrote anything."""


class Feed:
    """Calls whoever listens to a subject. It carries no news itself: listeners read what is committed."""

    def __init__(self) -> None:
        self._listeners: dict[str, list[Callable[[], None]]] = {}

    def listen(self, subject: str, wake: Callable[[], None]) -> None:
        """From now on `wake` is called after each commit that marked the subject."""
        self._listeners.setdefault(subject, []).append(wake)

    def tell(self, subjects: set[str]) -> None:
        """Call each listener of these subjects once; one that fails does not keep the others from it."""
        wakes = {wake: subject for subject in sorted(subjects) for wake in self._listeners.get(subject, [])}
        for wake, subject in wakes.items():
            try:
                wake()
            except Exception:
                log.exception("a listener of %s failed", subject)
