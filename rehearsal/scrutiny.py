"""Reads every message and private answer: polls as they open and close, and each figure that is published.

A figure that differs from the rehearsal's own count is a fault, and so is one that shows too early.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from rehearsal import expected
from rehearsal.count import Count, Counted
from rehearsal.director import Director
from rehearsal.paper import RESULT, Paper, is_open, is_panel, poll_id_of, read, turnout
from rehearsal.published import Unread, panel_cells, shows_figures, table_lines
from rehearsal.standin import Message, Person, Reply


@dataclass
class Scrutiny:
    """`panels` and `results` hold the messages by poll id; `opened` and `closed` are called as that is seen.

    `held`: polls whose results show only when released. `wait`: those whose result has been seen.
    """

    director: Director
    count: Count
    breakdowns: frozenset[str] = frozenset()
    rounds: dict[str, str] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    panels: dict[str, Message] = field(default_factory=dict)
    results: dict[str, Message] = field(default_factory=dict)
    opened: list[Callable[[Paper, Message], None]] = field(default_factory=list)
    closed: list[Callable[[Paper], None]] = field(default_factory=list)
    compared: int = 0
    """Figures that were compared."""

    def __post_init__(self) -> None:
        self.director.watchers.append(self._read)
        self.director.edit_watchers.append(self._read)
        self.director.reply_watchers.append(self._private)

    # Reading

    def _read(self, _: str, message: Message) -> None:
        if message.author_id != self.director.stage.standin.world.bot.id:
            return
        text = message.text
        if is_panel(text):
            self._panel(message)
        elif RESULT in text:
            poll_id = poll_id_of(text, "result")
            if poll_id not in self.results:
                self.results[poll_id] = message
                self._early(poll_id, text)
        if shows_figures(text) and RESULT not in text:
            self._wrong(f"figures outside a result: {text[:200]}")

    def _panel(self, message: Message) -> None:
        poll_id = poll_id_of(message.text)
        if is_open(message.text):
            if poll_id not in self.panels:
                self.panels[poll_id] = message
                paper = read(message.text)
                self.count.open(paper, poll_id in self.breakdowns, self.rounds.get(poll_id, ""))
                for told in self.opened:
                    told(paper, message)
            return
        poll = self.count.polls.get(poll_id)
        if poll is not None and poll.closed is None:
            self.count.close(poll_id)
            for also in self.closed:
                also(poll.paper)

    def _private(self, person: Person, did: str, reply: Reply) -> None:
        """What somebody alone was answered: figures only of polls whose results show."""
        if not shows_figures(reply.text):
            return
        for poll in self.count.polls.values():
            gated = poll.closed is None or poll.paper.poll_id in self.held
            if gated and poll.paper.question in reply.text.replace("\\", ""):
                self._wrong(f"{person.name}, {did}: figures of “{poll.paper.question}” show too early")

    def _early(self, poll_id: str, text: str) -> None:
        panel = self.panels.get(poll_id)
        if panel is None or is_open(panel.text):
            self._wrong(f"the result of {poll_id} shows while it is open: {text[:200]}")
        if poll_id in self.held:
            self._wrong(f"the result of {poll_id} shows before it was released")

    # Comparing

    def final(self) -> None:
        """All that hangs in the end."""
        for poll_id, poll in self.count.polls.items():
            if poll.closed is None:
                self._wrong(f"{poll_id} is still open at the end")
                continue
            self._turnout(poll)
            result = self.results.get(poll_id)
            if result is None or result.deleted:
                self._wrong(f"the result of {poll_id} does not hang")
                continue
            self.compare(poll, result.text, "the panel at the end")

    def compare(self, poll: Counted, text: str, where: str) -> None:
        """A result in words beside the own count."""
        try:
            found = panel_cells(text, poll.paper.options)
        except (Unread, StopIteration) as fault:
            self._wrong(f"{poll.paper.poll_id}, {where}: nobody understands “{fault}”")
            return
        wanted = expected.panel(self.count, poll)
        for key in sorted(found.keys() | wanted.keys()):
            self.compared += 1
            if found.get(key) != wanted.get(key):
                self._wrong(
                    f"{poll.paper.poll_id}, {where}: {key} is {found.get(key)}, counted {wanted.get(key)}"
                )

    def compare_table(self, poll: Counted, data: bytes, where: str, *, whole: bool = False) -> None:
        """A file of figures beside the own count; `whole`: with the ballots."""
        found = expected.without_moment(table_lines(data))
        wanted = (expected.export if whole else expected.table)(self.count, poll)
        self.compared += sum(len(line) for line in wanted)
        for line in [one for one in found if one not in wanted]:
            self._wrong(f"{poll.paper.poll_id}, {where}: a line that was not counted: {line}")
        for line in [one for one in wanted if one not in found]:
            self._wrong(f"{poll.paper.poll_id}, {where}: a line is missing: {line}")
        if len(found) != len(wanted):
            self._wrong(f"{poll.paper.poll_id}, {where}: {len(found)} lines, counted {len(wanted)}")

    def _turnout(self, poll: Counted) -> None:
        """Turnout and bases on the panel."""
        assert poll.closed is not None
        shown, counted = turnout(self.panels[poll.paper.poll_id].text), poll.turnout()
        wanted = {group: (counted[group], poll.closed.get(group, 0)) for group in poll.paper.asked}
        self.compared += 2 * len(wanted)
        if shown != wanted:
            self._wrong(f"{poll.paper.poll_id}: the panel says {shown}, counted {wanted}")

    def _wrong(self, fault: str) -> None:
        self.director.wrong.append(fault)
