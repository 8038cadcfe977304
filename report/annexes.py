"""Annexes: the delegations, how figures and words are made, written statements, answers to named polls."""

from meeting.delegations import Category
from report.document import Draft
from report.poll_pages import title
from report.poll_values import poll_of
from report.poll_words import PollWords
from report.record import Json
from report.said import Wording
from report.speaking import MAIN


def annexes(draft: Draft, record: Json, said: Wording) -> None:
    """Those that hold anything, numbered A, B, …"""
    number = 0
    for annex in (_delegations, _words, _speakers, _statements, _named):
        if annex is _speakers and not (said.attributed and record["speeches"]):
            continue
        if annex is _statements and not record["statements"]:
            continue
        if annex is _named and not any(one["named"] for one in record["polls"]):
            continue
        name = said.say(f"report.annexes.{annex.__name__.strip('_')}")
        draft.annex(said.say("report.annex", letter="ABCDEFG"[number], name=name))
        annex(draft, record, said)
        number += 1


def _delegations(draft: Draft, record: Json, said: Wording) -> None:
    draft.paragraph(said.say("report.annexes.roster"))
    for category in Category:
        mine = [one for one in record["participation"]["delegations"] if one["category"] == category]
        draft.table(
            said.category(category),
            [said.say(f"report.columns.{key}") for key in ("delegation", "people")],
            [[one["name"], one["people"]] for one in mine],
            4,
        )


def _words(draft: Draft, record: Json, said: Wording) -> None:
    for key in ("amounts", "attribution", "figures", "secrecy", "speaking", "record"):
        draft.paragraph(said.say(f"report.how.{key}"))
    draft.table(
        said.say("report.how.caption"),
        [said.say("report.columns.word"), said.say("report.columns.means")],
        [
            [said.say(f"report.amounts.{word}"), said.say(f"report.how.means.{word}")]
            for word in ("one", "few", "several", "many", "most", "all")
        ],
    )


def _speakers(draft: Draft, record: Json, said: Wording) -> None:
    main = [one for one in record["speeches"] if one["kind"] in MAIN]
    draft.paragraph(said.say("report.annexes.speakers_lead"))
    names = [one["name"] for one in record["participation"]["delegations"]]
    rows = []
    for name in names:
        mine = [one for one in main if one["delegation"] == name]
        if mine:
            spoken = said.span(sum(one["seconds"] for one in mine))
            rows.append([name, len(mine), sum(one["floor"] == "virtual" for one in mine), spoken])
    columns = ("delegation", "interventions", "of_them_virtual", "time")
    heads = [said.say(f"report.columns.{key}") for key in columns]
    draft.table(said.say("report.speeches.by_delegation"), heads, rows, 3)
    rows = [
        [said.title(one["item_id"]), one["delegation"], one["group"], ", ".join(one["associates"]) or "–"]
        for one in main
        if one["group"] or one["associates"]
    ]
    heads = [said.say(f"report.columns.{key}") for key in ("item", "delegation", "behalf", "associates")]
    draft.table(said.say("report.speeches.shared"), heads, rows)


def _statements(draft: Draft, record: Json, said: Wording) -> None:
    for one in record["statements"]:
        author = one["delegation"] or said.say("report.author.delegation")
        draft.paragraph(said.say("report.statements.one", item=said.title(one["item_id"])), f"{author}.")
        draft.quote(one["text"])


def _named(draft: Draft, record: Json, said: Wording) -> None:
    draft.paragraph(said.say("report.annexes.named_lead"))
    for one in record["polls"]:
        words = PollWords(said, poll_of(one), one, "")
        draft.table(
            said.say("report.polls.answers", title=title(one, said)),
            [said.say("report.columns.delegation"), said.say("report.columns.answer")],
            [[each["delegation"], words.choice(tuple(each["choice"]))] for each in one["named"]],
        )
