"""Inputs without attribution: nothing that anybody but their author sees says whose they are, or when."""

import json
import logging
import sqlite3
from contextlib import closing
from dataclasses import asdict

import pytest

from rehearsal.standin import Person
from tests.discussing import CODE, card, contribute, file_of, hanging, number_of, question, taken_up
from tests.stage import ROSTER, Stage

NEEDLES = ("zanzib", "zebulon")
"""In the delegation's id and names, and its person's; looked for with the person's number."""


async def zebulon_of(stage: Stage) -> Person:
    """The house with a delegation whose names stand nowhere else, and its person."""
    stage.roster.write_text(ROSTER + "zanzib,Republic of Zanzibaria,Zanzibaria,member,zanzib,,1\n", "utf-8")
    await stage.run()
    await stage.set_up()
    await taken_up(stage)
    person = await stage.seat("Zebulon", "zanzib")
    await stage.later(minutes=1)
    return person


class Trace:
    """What there is to be found since it was begun."""

    def __init__(self, stage: Stage, person: Person, caplog: pytest.LogCaptureFixture) -> None:
        self.stage, self.person, self.caplog = stage, person, caplog
        caplog.set_level(logging.DEBUG)
        for name in ("discord", "apscheduler", "aiosqlite", "aiohttp"):
            caplog.set_level(logging.WARNING, name)  # as `bot.logs` has it
        caplog.clear()
        self.requests = len(stage.standin.log)
        self.rows = len(self._audit())
        self.said = {m.id: repr(asdict(m)) for m in stage.world.messages}

    def _audit(self) -> list[str]:
        with closing(sqlite3.connect(self.stage.database)) as database:
            rows = database.execute(
                "SELECT verb, subject, actor, payload FROM audit JOIN audit_details USING (seq) ORDER BY seq"
            ).fetchall()
        return [json.dumps(row, ensure_ascii=False) for row in rows]

    def found(self) -> set[str]:
        """Where the person or the delegation is to be found."""
        messages = [repr(asdict(m)) for m in self.stage.world.messages]
        new = self.stage.standin.log[self.requests :]
        private = ("/interactions/", "/webhooks/")
        places = {
            "messages": [text for text in messages if text not in self.said.values()],
            "requests": [
                f"{one.path} {one.query} {one.body}" for one in new if not any(p in one.path for p in private)
            ],
            "audit": self._audit()[self.rows :],
            "log": [f"{record.name} {record.getMessage()}" for record in self.caplog.records],
        }
        return {name for name, texts in places.items() if any(map(self.names, texts))}

    def names(self, text: str) -> bool:
        return any(one in text.casefold() for one in (*NEEDLES, str(self.person.user_id)))


async def looked_at(stage: Stage, trace: Trace) -> set[str]:
    """Through which of what staff can ask for somebody is to be found."""
    mona, found = stage.moderator, set()
    for path, given in (
        ("discussion show", {}),
        ("discussion show", {"question": "q1"}),
        ("discussion digest", {"question": "q1"}),
        ("discussion export", {"question": "q1"}),
    ):
        stage.breathe()
        reply = await mona.command(path, **given)
        text = reply.text + (file_of(reply)[1] if path.endswith("export") else "")
        if trace.names(text):
            found.add(path)
    for path in ("hide", "key", "release"):
        if any(trace.names(one["name"]) for one in await mona.complete(f"discussion {path}", "input")):
            found.add(f"{path} …")
    return found


@pytest.mark.parametrize("name", ["none", "delegation"])
async def test_nobody_finds_whose_it_is(stage: Stage, caplog: pytest.LogCaptureFixture, name: str) -> None:
    """With the control: under the delegation's name, it is found wherever it was looked for."""
    person = await zebulon_of(stage)
    trace = Trace(stage, person, caplog)
    for n in range(3):
        await contribute(stage, person, f"Said {n}.", name=name)
    await contribute(stage, person, "It worked.", kind="positive_example", name=name)
    await stage.later(seconds=20)
    held = stage.panel("moderators", "It worked.")
    seen = await looked_at(stage, trace)
    await stage.moderator.command("discussion key", input=number_of(card(stage, "Said 1.")))
    await stage.moderator.press(held, "Show it")
    await stage.moderator.command("agenda end")
    await stage.later(minutes=1)
    assert len(hanging(stage)) == 5 and card(stage, "## Digest")
    seen |= await looked_at(stage, trace)
    await stage.restart()
    await stage.later(minutes=1)
    if name == "none":
        assert trace.found() == set() and seen == set()
        assert "**Without attribution** · suggestion · part 1\nSaid 0." in card(stage, "Said 0.").text
        return
    assert trace.found() >= {"messages", "requests", "audit"}
    assert seen >= {"discussion show", "discussion digest", "discussion export", "hide …", "key …"}


async def test_withdrawn_by_its_code_it_still_names_nobody(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    person = await zebulon_of(stage)
    trace = Trace(stage, person, caplog)
    codes = []
    for n in range(3):
        found = CODE.search((await contribute(stage, person, f"Said {n}.", name="none")).text)
        assert found is not None
        codes.append(found[1])
    await stage.later(seconds=20)
    form = await person.press(await person.press(question(stage), "My inputs"), "Withdraw by code…")
    assert (await person.fill(form, {"The code you were given": codes[1]})).text.startswith("Withdrawn.")
    await stage.later(seconds=20)
    assert trace.found() == set() and len(hanging(stage)) == 3
    assert card(stage, "This input was withdrawn by its author.")
    everything = " ".join(
        [*(m.text for m in stage.world.messages), *(r.getMessage() for r in caplog.records), *trace._audit()]
    )
    assert not any(code in everything for code in codes)


async def test_one_or_two_wait_and_three_show_together(stage: Stage) -> None:
    person = await zebulon_of(stage)
    for n in range(2):
        reply = await contribute(stage, person, f"Said {n}.", name="none")
        assert reply.text.startswith("Recorded without a name. It shows together with others")
        await stage.later(minutes=1)
        assert hanging(stage) == [] and "so far" not in question(stage).text
    await contribute(stage, person, "Said 2.", name="none")
    await stage.later(seconds=20)
    assert len(hanging(stage)) == 3 and "3 inputs so far." in question(stage).text
    await contribute(stage, person, "Said 3.", name="none")
    await stage.later(minutes=1)
    assert len(hanging(stage)) == 3
    await stage.moderator.command("agenda end")
    await stage.later(minutes=1)
    assert card(stage, "Said 3.") and "4 suggestions" in card(stage, "## Digest").text
    await contribute(stage, person, "Said 4.", name="none")
    await stage.later(minutes=1)
    assert not any("Said 4." in m.text for m in hanging(stage)), "alone it waits again"
    await stage.moderator.command("discussion deadline", until="d1 07:30")
    await stage.later(hours=1)
    assert card(stage, "Said 4."), "at the deadline nothing waits any more"


async def test_those_that_show_together_stand_in_no_order_of_writing(stage: Stage) -> None:
    """By number, and that is random: the cards hang in the order of their numbers."""
    person = await zebulon_of(stage)
    for n in range(3):
        await contribute(stage, person, f"Said {n}.", name="none")
    await stage.later(seconds=20)
    numbers = [number_of(message) for message in hanging(stage)]
    assert numbers == sorted(numbers) and len(numbers) == 3


@pytest.mark.parametrize("done", [True, False])
async def test_a_lost_answer_at_the_third_shows_each_once(stage: Stage, done: bool) -> None:
    person = await zebulon_of(stage)
    for n in range(2):
        await contribute(stage, person, f"Said {n}.", name="none")
    stage.disturb("POST", "/messages", done=done, times=2)
    await contribute(stage, person, "Said 2.", name="none")
    await stage.settle()
    await stage.restart()
    await stage.later(minutes=2)
    assert len(hanging(stage)) == 3 and all(card(stage, f"Said {n}.") for n in range(3))
