"""The sheets of panels' pictures: drawn beside the wall, which hangs the text meanwhile."""

from collections.abc import Callable, Sequence

from bot.drawing import Drawing, Picture
from bot.tasks import Tasks
from bot.wall_faces import Panel


class Pictures:
    """Keeps the newest sheets of each panel; `wake` is called whenever some are drawn."""

    def __init__(self, drawing: Drawing, tasks: Tasks, wake: Callable[[], None]) -> None:
        self._drawing = drawing
        self._tasks = tasks
        self._wake = wake
        self._drawn: dict[str, tuple[str, Sequence[Picture] | None]] = {}
        """By the panel's key: the digest they are of, and the sheets, None while they are being drawn."""

    def of(self, panel: Panel) -> Sequence[Picture] | None:
        """The sheets of a panel's picture: none, if it has none or it cannot be drawn; None: not yet."""
        if panel.picture is None:
            return ()
        known = self._drawn.get(panel.key)
        if known is None or known[0] != panel.digest:
            known = self._drawn[panel.key] = (panel.digest, None)
            self._tasks.spawn(self._draw(panel, panel.digest), f"drawing {panel.key}")
        return known[1]

    async def _draw(self, panel: Panel, digest: str) -> None:
        assert panel.picture is not None
        sheets: Sequence[Picture] = ()
        try:
            with self._tasks.at_work():
                sheets = await self._drawing.sheets(panel.picture)
        finally:
            if self._drawn.get(panel.key, ("",))[0] == digest:
                self._drawn[panel.key] = (digest, sheets)
            self._wake()
