"""What a cog is given: the doors of the house, and nothing else."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.answers import Answers
from bot.backups import Keeper
from bot.clock import Clock
from bot.controls import Controls
from bot.drawing import Drawing
from bot.notice_faces import Speaker
from bot.press import Press
from bot.room import Pages
from bot.tasks import Tasks
from bot.troubles import Troubles
from bot.wall_faces import Source
from bot.watch import Watch
from bot.words import Words
from db.ledger import Ledger
from meeting.programme import Programme


@dataclass
class House:
    """Wired once in `bot.app`; a fresh client after a failed connect gets the same house."""

    guild_id: int
    ledger: Ledger
    clock: Clock
    words: Words
    tasks: Tasks
    answers: Answers
    controls: Controls
    read_programme: Callable[[], Programme]
    """Reads the organiser's file anew. Raises `config.faults.Faults`."""
    keeper: Keeper
    """Makes the backups, and knows how the last went."""
    troubles: Troubles
    watch: Watch
    drawing: Drawing
    """Draws pictures, in a process of its own."""
    pages: Pages
    """The room's server."""
    press: Press
    """Writes reports, in processes of their own."""
    noticed: Callable[[int], None] = lambda _: None
    """Something happened in Discord to what has this id: if it is ours, it is looked at."""
    sources: dict[str, Source] = field(default_factory=dict)
    """What each subject wants on the wall."""
    failing: dict[str, datetime] = field(default_factory=dict)
    """Subjects that cannot tell it, and when they are asked again."""
    speaker: Speaker | None = None
    """Puts notices into words."""
