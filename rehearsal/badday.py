"""One short meeting with something going wrong in it, played to its end."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from config.programme import read_programme
from meeting.programme import Programme
from rehearsal.director import Director
from rehearsal.journal import Journal
from rehearsal.record import Allowed, Record, record_of
from rehearsal.stage import MARKING, Restless, Stage
from rehearsal.steward import Steward
from rehearsal.transcript import View, render

SHORT = Path(__file__).parent / "short.yaml"

PROMPT = timedelta(seconds=1)
"""Real time within which gestures are to be answered here, where nobody is slow: a third of Discord's."""

Happening = Callable[["BadDay"], Awaitable[None]]


@dataclass
class BadDay:
    """A stage with a few steadfast people. `happenings` come at their moments, by the programme's clock."""

    out: Path
    file: Path = SHORT
    days: int | None = None
    """How many days of the programme are played; None: all."""
    options: dict[str, object] = field(default_factory=dict)
    """For the stand-in."""
    happenings: list[tuple[datetime, Happening]] = field(default_factory=list)

    struck: Callable[[], bool] = lambda: True
    """Whether what was to go wrong came about."""
    allowed: Allowed = field(default_factory=Allowed)
    """What that accounts for."""

    def __post_init__(self) -> None:
        self.out.mkdir(parents=True, exist_ok=True)
        self.programme: Programme = read_programme(self.file)
        first = self.programme.days[0].items[0].starts_at
        options = {"response_limit": PROMPT, **self.options}
        self.stage = Stage(
            first - timedelta(minutes=60), self.file, self.out, MARKING, standin_options=options
        )
        last = self.programme.days[: self.days][-1].items[-1].ends_at
        journal = Journal(ZoneInfo(self.programme.time_zone), lambda entry: None)
        self.director = Director(self.stage, journal, last + timedelta(hours=2))
        self.steward: Steward | None = None

    async def play(self) -> Record:
        """From set-up to the evening. What could not go on is in `director.wrong`."""
        stage, director = self.stage, self.director
        await stage.open()
        try:
            self.steward = Steward.arrive(director)
            await director.do("set-up", self._set_up)
            for moment, happening in self.happenings:
                director.at(moment, "something goes wrong", partial(happening, self))
            await director.play()
            stage.standin.door.fault = None
            await stage.settle()
            self._draw()
            unheard = self.steward.unheard()
            director.wrong += [f"{name} had the floor, and no list says so" for name in unheard]
            status = await self.steward.clerk.command("meeting status")
            record = record_of(stage.standin, stage.log, whole="chain whole" in status.text)
        except Restless as fault:
            director.wrong.append(str(fault))
            record = record_of(stage.standin, stage.log, whole=False)
        finally:
            code = await stage.close()
        if code != 0:
            director.wrong.append(f"the bot ended with exit code {code}")
        return record

    def _draw(self) -> None:
        """What the moderator saw in the end, to be looked at."""
        assert self.steward is not None
        stage, zone = self.stage, ZoneInfo(self.programme.time_zone)
        seen = stage.standin.visible_channel_ids(self.steward.moderator.user_id)
        page = render(
            stage.standin.snapshot(),
            [View("A moderator", frozenset(str(i) for i in seen))],
            title=self.programme.title,
            marking=MARKING,
            now=stage.now,
            zone=zone,
            venue=self.programme.venue,
        )
        (self.out / "transcript.html").write_text(page, "utf-8")

    async def _set_up(self) -> None:
        assert self.steward is not None
        self.steward.keep_trying(1, "the clerk sets the server up", self.steward.set_up)
