"""What goes along with panels, pictures and files: made beside the wall, which hangs the text meanwhile."""

from collections.abc import Callable, Sequence

from bot.drawing import Drawing, Enclosure
from bot.tasks import Tasks
from bot.wall_faces import Panel


class Pictures:
    """Keeps what newly goes along with each panel; `wake` is called whenever some of it is made."""

    def __init__(self, drawing: Drawing, tasks: Tasks, wake: Callable[[], None]) -> None:
        self._drawing = drawing
        self._tasks = tasks
        self._wake = wake
        self._drawn: dict[str, tuple[str, Sequence[Enclosure] | None]] = {}
        """By the panel's key: the digest they are of, and what was made, None while it is being made."""

    def of(self, panel: Panel) -> Sequence[Enclosure] | None:
        """A panel's pictures or files: none, if it has none or they cannot be made; None: not yet."""
        if panel.picture is None and panel.papers is None:
            return ()
        known = self._drawn.get(panel.key)
        if known is None or known[0] != panel.digest:
            known = self._drawn[panel.key] = (panel.digest, None)
            self._tasks.spawn(self._draw(panel, panel.digest), f"drawing {panel.key}")
        return known[1]

    async def _draw(self, panel: Panel, digest: str) -> None:
        sheets: Sequence[Enclosure] = ()
        try:
            with self._tasks.at_work():
                if panel.papers is not None:
                    sheets = await panel.papers.make()
                elif panel.picture is not None:
                    sheets = await self._drawing.sheets(panel.picture)
        finally:
            if self._drawn.get(panel.key, ("",))[0] == digest:
                self._drawn[panel.key] = (digest, sheets)
            self._wake()
