"""`/meeting status`: whether everything is in order, in one private answer."""

from bot.answers import Answer, Call
from bot.house import House
from bot.permissions import lacking
from bot.trouble_faces import unheard, what_happened, what_to_do
from bot.words import Composed
from db.wall import HungKind
from meeting.people import CLERKS, STAFF, require

TROUBLES = 8
"""Open troubles told in full; the rest are counted, so that what follows them still fits."""


class Status:
    """Lines by subject, in the order in which somebody in a hurry would ask for them."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def answer(self, call: Call) -> Answer:
        """How things stand. Raises `NotPermitted`."""
        require(call.actor, CLERKS | frozenset(STAFF))
        say = self._house.words.say
        lines = [say("organiser.status.head", call.locale)]
        for part in (
            self._troubles,
            self._agenda,
            self._notices,
            self._wall,
            self._machine,
            self._audit,
            self._backups,
            self._polls,
            self._server,
        ):
            lines += await part(call)
        return Answer("\n".join(lines))

    async def _troubles(self, call: Call) -> list[Composed]:
        words, ledger = self._house.words, self._house.ledger
        found = await ledger.troubles.open()
        if not found:
            return [words.say("organiser.status.troubles_none", call.locale)]
        plan = await ledger.agenda.plan()
        lines = []
        for trouble in found[:TROUBLES]:
            what = what_happened(words, plan, trouble)
            if unheard(trouble):
                what = Composed(f"{what} {what_to_do(words, plan, trouble)}")
            lines.append(words.say("organiser.status.trouble", call.locale, what=what, at=trouble.begun_at))
        if len(found) > TROUBLES:
            lines.append(words.say("organiser.status.troubles_more", call.locale, n=len(found) - TROUBLES))
        return lines

    async def _agenda(self, call: Call) -> list[Composed]:
        say, ledger = self._house.words.say, self._house.ledger
        agenda = await ledger.agenda.agenda()
        running = agenda.running.title if agenda.running else say("agenda.now.nothing", call.locale)
        lines = [say("organiser.status.agenda", call.locale, revision=agenda.revision, now=running)]
        next_due = await ledger.notices.next_due()
        if next_due is None:
            return [*lines, say("organiser.status.alarm_none", call.locale)]
        return [*lines, say("organiser.status.alarm", call.locale, at=next_due)]

    async def _notices(self, call: Call) -> list[Composed]:
        say = self._house.words.say
        waiting = len(await self._house.ledger.notices.unproved())
        if not waiting:
            return [say("organiser.status.notices_none", call.locale)]
        return [say("organiser.status.notices", call.locale, n=waiting)]

    async def _wall(self, call: Call) -> list[Composed]:
        say = self._house.words.say
        rows = (await self._house.ledger.wall.all()).values()
        hung = [h for h in rows if h.kind is not HungKind.ROLE and (h.gone_at is None or h.missed)]
        settled = [h for h in hung if h.settled and h.gone_at is None]
        waits = tuple(h.key for h in hung if not h.settled)
        gone = tuple(h.key for h in hung if h.missed)
        lines = [say("organiser.status.wall", call.locale, settled=len(settled), all=len(hung))]
        if waits:
            lines.append(say("organiser.status.wall_waits", call.locale, keys=waits))
        if gone:
            lines.append(say("organiser.status.wall_gone", call.locale, keys=gone))
        seated, left = await self._house.ledger.delegations.role_holders()
        have = {h.key for h in rows if h.kind is HungKind.ROLE and h.settled}
        if roles := sum(str(one) not in have for one in seated) + len(left):
            lines.append(say("organiser.status.roles_wait", call.locale, n=roles))
        return lines

    async def _machine(self, call: Call) -> list[Composed]:
        say, watch = self._house.words.say, self._house.watch
        lines = []
        if watch.connected_since is not None:
            lines.append(say("organiser.status.connected", call.locale, at=watch.connected_since))
        lines.append(say("organiser.status.disk", call.locale, free=f"{watch.free:,}"))
        if watch.clock_off is not None:
            seconds = f"{watch.clock_off.total_seconds():+.1f}"
            lines.append(say("organiser.status.clock", call.locale, seconds=Composed(seconds)))
        return lines

    async def _audit(self, call: Call) -> list[Composed]:
        say = self._house.words.say
        verdict = await self._house.ledger.verify()
        if verdict.first_bad is None:
            return [say("organiser.status.audit", call.locale, n=verdict.rows)]
        return [
            say("organiser.status.audit_broken", call.locale, row=verdict.first_bad, reason=verdict.reason)
        ]

    async def _polls(self, call: Call) -> list[Composed]:
        uncut = tuple(sorted(await self._house.ledger.ballots.uncut()))
        say, lines = self._house.words.say, []
        if uncut:
            lines.append(say("organiser.status.uncut", call.locale, polls=uncut))
        if aside := tuple(path.name for path in self._house.keeper.kept_aside if path.exists()):
            lines.append(say("organiser.status.kept_aside", call.locale, files=aside))
        return lines

    async def _backups(self, call: Call) -> list[Composed]:
        words, keeper = self._house.words, self._house.keeper
        lines, last = [words.say("organiser.status.backup_none", call.locale)], keeper.last
        if last is not None:
            lines = [
                words.say(
                    "organiser.status.backup",
                    call.locale,
                    date=words.date(last.made_at, call.locale),
                    at=last.made_at,
                    size=max(1, last.size // 1024),
                    n=last.head.seq,
                )
            ]
        if keeper.fault is not None:
            why = words.refusal(keeper.fault, call.locale)
            lines.append(words.say("organiser.status.backup_failed", call.locale, why=why))
        return lines

    async def _server(self, call: Call) -> list[Composed]:
        say, lines = self._house.words.say, []
        if not (await self._house.ledger.places.places()).channels:
            lines.append(say("organiser.status.not_set_up", call.locale))
        missing = lacking(call.interaction.app_permissions)
        if missing:
            lines.append(say("organiser.status.lacking", call.locale, permissions=missing))
        return lines
