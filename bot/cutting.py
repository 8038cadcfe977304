"""After a poll has closed: nothing on the disk may link its ballots to their voters any more.

The closing itself has cut the link in the rows. What earlier commits left in the file and its log is wiped,
and the backups made while the poll was open are replaced by one made now. A crash in between is made good
at the next start: until all is done, the poll counts as not cut.
"""

import logging
from datetime import datetime, timedelta

from bot.backups import Keeper
from bot.clock import Clock
from bot.tasks import Tasks, Worker
from db.ledger import Ledger
from meeting.refusals import NotSetUp

log = logging.getLogger(__name__)

AGAIN = timedelta(seconds=15)
"""After a reader was in the way of the wiping, or backups could not be replaced."""


class Cutter:
    """`work` is what its worker does each time a poll may have closed."""

    def __init__(self, ledger: Ledger, keeper: Keeper, clock: Clock, tasks: Tasks) -> None:
        self._ledger = ledger
        self._keeper = keeper
        self._clock = clock
        self.worker = Worker("cutting", self.work, clock, tasks)

    async def work(self) -> datetime | None:
        """Wipe and replace, if a poll has closed since; when to try again, if that did not succeed."""
        try:
            uncut = await self._ledger.ballots.uncut()
        except NotSetUp:
            return None
        if not uncut:
            return None
        again = self._clock.now() + AGAIN
        if not await self._ledger.scrub():
            log.warning("what links ballots to voters is not wiped yet: the file is being read")
            return again
        since, seq = (min(one) for one in zip(*uncut.values(), strict=True))
        if not await self._keeper.replace(since, seq):
            log.warning("backups that link ballots to voters are not replaced yet")
            return again
        await self._ledger.ballots.mark_cut(list(uncut))
        log.info("cut: %s", ", ".join(sorted(uncut)))
        return None
