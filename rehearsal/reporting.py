"""The report at the end of a rehearsal: a moderator drafts it, the clerk writes it, and its figures are held
against what the rehearsal itself counted."""

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from meeting.inputs import InputState
from meeting.speakers import SpeechKind
from rehearsal.cast import Cast
from rehearsal.contributing import Contributing
from rehearsal.director import Director
from rehearsal.polling import Polling
from rehearsal.sheet import command
from rehearsal.speaking import Speaking
from rehearsal.standin import Message

FOLDER = "report"
"""Of the report, in that of what is written."""

PATIENCE = 300.0
"""Seconds of real time the files may take on a busy machine."""

LOOKS = 60

MAIN = (SpeechKind.GROUP, SpeechKind.STATEMENT)

TALLIES = {
    "members": "member delegations",
    "member_organisations": "member organisations",
    "observers": "observer delegations",
}
"""The record's names of groups, in the panels' words."""

Json = dict[str, Any]


@dataclass
class Reporting:
    """Drafts and compares. `compared`: how many figures were held against the rehearsal's own."""

    director: Director
    cast: Cast
    polling: Polling
    speaking: Speaking
    contributing: Contributing
    compared: int = 0

    async def draft(self, out: Path) -> None:
        """`/report draft`, and `roundtable report` beside the running bot. Raises `ClerkRefused`."""
        stage, moderator = self.director.stage, self.cast.moderators[0]
        stage.patience = PATIENCE
        for _ in range(2):
            reply = await moderator.command("report draft")
            await self.director.seen(moderator, "/report draft", reply)
        if "Nothing that goes into the report has changed" not in reply.text:
            self.director.wrong.append(f"a second draft of the same record: {reply.text}")
        posted: list[Message] = []
        for _ in range(LOOKS):
            await stage.jump(stage.now + timedelta(seconds=2))
            self.director.look()
            posted = [one for one in stage.standin.world.messages if "## Outcome report, version" in one.text]
            if len(posted) == 2 and all(one.attachments for one in posted):
                break
        files = {file.filename: file.data for one in posted for file in one.attachments}
        if len(posted) != 2 or "report-attributed.json" not in files or "report-unattributed.md" not in files:
            self.director.wrong.append(
                f"{len(posted)} messages with a report, and these files: {sorted(files)}"
            )
            return
        record = json.loads(files["report-attributed.json"])
        self.director.wrong += [f"the report: {fault}" for fault in self._compare(record)]
        await self._write(out, files["report-attributed.md"])

    async def _write(self, out: Path, posted: bytes) -> None:
        folder = (out / FOLDER).resolve()
        shutil.rmtree(folder, ignore_errors=True)
        await command(self.director.stage.files, out, "report", "--out", str(folder))
        written = [path.read_bytes() for path in folder.glob("version-*/attributed/report-attributed.md")]
        if written != [posted]:
            self.director.wrong.append("the report the clerk wrote is another than the one that was posted")

    def _compare(self, record: Json) -> Iterator[str]:
        yield from self._speeches(record)
        yield from self._ballots(record)
        yield from self._inputs(record)

    def _speeches(self, record: Json) -> Iterator[str]:
        rolls = [one.roll for one in self.speaking.listening.hearings.values()]
        heard = Counter(str(roll.item_id) for roll in rolls for one in roll.heard if one.kind in MAIN)
        told = Counter(one["item_id"] for one in record["speeches"] if one["kind"] in ("group", "statement"))
        yield from self._differ("interventions", told, heard)

    def _ballots(self, record: Json) -> Iterator[str]:
        for poll_id, counted in self.polling.count.polls.items():
            found = next((one for one in record["polls"] if one["poll_id"] == poll_id), None)
            if found is None:
                yield f"no poll {poll_id}"
                continue
            whose = "people of " if found["unit"] == "person" else ""
            told = {f"{whose}{TALLIES[one['tally']]}": one["answered"] for one in found["turnout"]}
            yield from self._differ(f"turnout of {poll_id}", Counter(told), Counter(dict(counted.turnout())))
            ballots = Counter[str]()
            for one in found["ballots"]:
                ballots[f"{whose}{TALLIES[one['tally']]}"] += one["times"]
            for one in found["named"]:
                ballots[TALLIES[one["tally"]]] += 1
            for group, number in ballots.items():
                yield from self._differ(
                    f"ballots of {poll_id}", Counter({group: number}), Counter({group: told[group]})
                )

    def _inputs(self, record: Json) -> Iterator[str]:
        told = Counter(
            {
                (one["question_id"], number): len(part["inputs"])
                for one in record["questions"]
                for number, part in enumerate(one["parts"], start=1)
            }
        )
        given = Counter(
            (str(one.question.question_id), one.part)
            for one in self.contributing.contributors.inputs.given
            if one.state is InputState.SHOWN
        )
        yield from self._differ("inputs", told, given)

    def _differ(self, what: str, told: Counter[Any], counted: Counter[Any]) -> Iterator[str]:
        """Where a figure of the report is another than the rehearsal's own; figures of nothing are none."""
        for key in {*told, *counted}:
            self.compared += 1
            if told[key] != counted[key]:
                yield f"{what}, {key}: {told[key]}, and {counted[key]} were counted"
