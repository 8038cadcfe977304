"""Running the polls, as a moderator under stress does: pressed, typed, refused, and forged by others."""

import asyncio
import re
from typing import Any

import pytest

from config.catalogue import read_catalogues
from meeting import poll_life, polls
from meeting.people import COMMAND_LINE
from meeting.polls import Gated
from meeting.refusals import Refused
from meeting.seats import HasLeft, NotSeated, Presence, SeatId
from rehearsal.standin import Message, Reply, wording
from tests.stage import Stage, at, with_polls


def labels(message: Message) -> list[str]:
    return [str(one["label"]) for one in wording.buttons(message.components)]


def desk(stage: Stage) -> Message:
    return stage.panel("moderators", "## Running the polls")


async def created(stage: Stage, options: str, question: str = "Quick one?", **more: Any) -> Reply:
    """/poll create, the form filled in."""
    levels = {"Levels from lowest to highest, one a line": more.pop("levels")} if "levels" in more else {}
    form = await stage.moderator.command("poll create", **more)
    assert form.kind == "modal", form.text
    rows = more["kind"] == "score"
    field = "What is to be scored, one on each line" if rows else "Options, one on each line"
    return await stage.moderator.fill(form, {"Question": question, field: options} | levels)


def typed(reply: Reply) -> str:
    """What was handed back."""
    assert reply.message is not None
    (file,) = reply.message.attachments
    assert file.filename == "poll.txt"
    return file.data.decode()


async def test_a_poll_from_the_desk_panel_from_opening_to_release(stage: Stage) -> None:
    keys = "id: held, question: Held back?, kind: single, options: [Left, Right], results: released"
    polls = f"        polls:\n          - {{{keys}, opens: hand}}\n"
    stage.programme.write_text(with_polls("one", polls), "utf-8")
    await stage.run()
    await stage.set_up()
    mona, ann = stage.moderator, await stage.seat("Ann", "alp")
    assert "No poll is open." in desk(stage).text
    assert "**To be opened by you:** Held back?" in desk(stage).text
    await mona.command("agenda start", item="one")
    sure = await mona.press(desk(stage), "Open: Held back?")
    assert sure.text == "Open “Held back?” now? It is announced at once."
    opened = await mona.press(sure, "Yes, open it")
    assert re.match(r"“Held back\?” is open until 07:0\d Bangkok", opened.text), opened.text
    await stage.later(seconds=10)
    assert labels(desk(stage)) == ["Close: Held back?", "+5 min: Held back?"]
    await ann.press(stage.poll_panel("held"), "Left")
    await stage.later(seconds=10)
    assert "**Open:** Held back? – answered: 1 of 3 member delegations, 0 of 1" in desk(stage).text
    extended = await mona.press(desk(stage), "+5 min: Held back?")
    assert re.match(r"“Held back\?” is open until 07:0\d Bangkok", extended.text)
    sure = await mona.press(desk(stage), "Close: Held back?")
    assert sure.text.startswith("Close “Held back?” now? Answered: 1 of 3 member delegations")
    assert sure.text.endswith("A closed poll stays closed.") and sure.buttons == ["Yes, close it", "No"]
    assert (await mona.press(sure, "No")).text == "Nothing was changed."
    sure = await mona.press(desk(stage), "Close: Held back?")
    assert (await mona.press(sure, "Yes, close it")).text == "“Held back?” is closed."
    await stage.later(seconds=10)
    assert "The results show when they are released." in stage.poll_panel("held").text
    assert "**Closed, not shown yet:** Held back?" in desk(stage).text
    assert labels(desk(stage)) == ["Show the result: Held back?"]
    sure = await mona.press(desk(stage), "Show the result: Held back?")
    assert "Show the result of “Held back?” to everybody now?" in sure.text
    await mona.press(sure, "Yes, show it")
    await stage.later(seconds=10)
    assert "Left\n▰▰▰▰▰▰▰▰▰▰ 1 of 1 · 100 %" in stage.panel("polls", "## Result").text
    assert labels(desk(stage)) == []


async def test_a_poll_closed_by_hand_has_no_minutes_to_add(polling: Stage) -> None:
    """They would set an end to it: under stress nobody means that."""
    await polling.open_poll("one")
    assert "Close: Which day?" in labels(desk(polling)) and "+5 min: Which day?" not in labels(desk(polling))
    reply = await polling.moderator.command("poll extend", poll="one", minutes=10)
    assert "is open until 06:4" in reply.text
    await polling.later(seconds=10)
    assert "+5 min: Which day?" in labels(desk(polling))


async def test_two_moderators_close_at_once(polling: Stage) -> None:
    await polling.open_poll("one")
    people = [polling.person(f"M{n}", "Moderator") for n in range(4)]
    replies = await asyncio.gather(*(one.command("poll close", poll="one") for one in people))
    assert sum("is closed." in reply.text for reply in replies) == 1
    assert (
        sum("and stays closed. /poll round asks the same once more" in reply.text for reply in replies) == 3
    )


async def test_polls_open_and_close_by_the_programme(polling: Stage) -> None:
    ann = await polling.seat("Ann", "alp")
    await polling.until(at(9, 0))
    await polling.moderator.command("agenda start", item="one")
    await polling.until(at(9, 4))
    assert polling.said("Poll open:", "polls") == []
    await polling.until(at(9, 6))
    assert (
        len(
            polling.said(
                "**Poll open:** By the clock? – answer on its panel in this channel until 09:20", "polls"
            )
        )
        == 1
    )
    await ann.press(polling.poll_panel("timed"), "Later")
    await polling.until(at(9, 14))
    assert polling.said("Last call", "polls") == []
    await polling.until(at(9, 19))
    assert len(polling.said("**Last call**, until 09:20 Bangkok", "polls")) == 1
    await polling.until(at(9, 21))
    assert "**Closed at 09:20 Bangkok" in polling.poll_panel("timed").text
    assert "Later\n▰▰▰▰▰▰▰▰▰▰ 1 of 1 · 100 %" in polling.panel("polls", "## Result").text
    await polling.restart()
    await polling.later(minutes=5)
    assert len(polling.said("By the clock?", "polls")) == 2, (
        "opening and last call, each once, also over a restart"
    )


async def test_an_extended_poll_has_its_last_call_at_its_new_time(polling: Stage) -> None:
    await polling.open_poll("one", minutes=20)
    await polling.moderator.command("poll extend", poll="one", minutes=15)
    await polling.until(at(6, 58))
    assert polling.said("Last call", "polls") == []
    await polling.until(at(7, 1))
    assert len(polling.said("Last call", "polls")) == 1


async def test_create_round_and_hand_count(polling: Stage) -> None:
    ann, mona = await polling.seat("Ann", "alp"), polling.moderator
    ready = await created(polling, "Red\nBlue\n\n  Green ", kind="single")
    assert ready.text == "The poll is ready under the id h1. Open it now?" and ready.buttons == [
        "Open it",
        "Not now",
    ]
    later = await mona.press(ready, "Not now")
    assert "It waits. /poll open opens it." in later.text
    panel = await polling.open_poll("h1")
    assert "1. Red\n2. Blue\n3. Green" in panel.text
    await ann.press(panel, "Red")
    assert "\nRed\n▰" in await polling.close_poll("h1")
    again = await mona.command("poll round", poll="h1")
    assert "A further round of “Quick one?” is ready under the id h2." in again.text
    assert "is open" in (await mona.press(again, "Open it")).text
    await polling.later(seconds=10)
    await ann.press(polling.poll_panel("h2"), "Blue")
    form = await mona.command("poll hand-count", poll="h2")
    assert form.text.split("\n")[0] == "Hand count"
    counts = {
        "How many answered": "9",
        "One line for each option: text and number": "Red: 4\nBlue: 3\nGreen: 2",
    }
    assert (
        "Noted. It shows with the results, marked as counted by hand." in (await mona.fill(form, counts)).text
    )
    result = await polling.close_poll("h2")
    assert "**Compared with the earlier round**: 1 of 3 answered then, 1 of 3 now" in result
    assert "Red\n▱▱▱▱▱▱▱▱▱▱ 0 of 1 · 0 %\n-# earlier: 1 of 1 (100 %)" in result
    assert "Not necessarily the same delegations answered both rounds." in result
    assert (
        "**Counted by hand in the room, member delegations**: 9 answered\nRed: 4\nBlue: 3\nGreen: 2" in result
    )
    assert "1 of 3 answered" in result, "never added to the ballots"


async def test_a_template_gets_its_options_when_it_is_opened(polling: Stage) -> None:
    mona, ann = polling.moderator, await polling.seat("Ann", "alp")
    form = await mona.command("poll open", poll="empty")
    assert form.text.split("\n")[0] == "Options of the poll"
    ready = await mona.fill(form, {"Options, one on each line": "Fish\nRice"})
    await mona.press(ready, "Open it")
    await polling.later(seconds=10)
    reply = await ann.choose(polling.poll_panel("empty"), "Choose …", ["1. Fish", "2. Rice"])
    assert "✓ Recorded for **Alpland**: Fish; Rice" in reply.text


async def test_what_was_typed_and_does_not_fit_is_handed_back(polling: Stage) -> None:
    many, long = "\n".join(f"Option {n}" for n in range(26)), "x" * 300
    for options, more, said in (
        (many, {}, "These are 26 options; a poll has 25 at most."),
        (f"short\n{long}", {}, "Option 2 has 300 characters; an option has 150 at most."),
        ("Same\nother\n  SAME ", {}, "“Same” stands there twice."),
        ("Lonely", {}, "At least 2 options are needed, one on each line."),
        ("a\nb", {"kind": "points", "choose": 10, "cap": 2}, "The numbers do not fit the options"),
        ("row", {"kind": "score", "levels": "low"}, "2 to 10 levels are needed"),
        ("row", {"kind": "score", "levels": "low\nLOW"}, "2 to 10 levels are needed"),
        ("row", {"kind": "score", "levels": f"low\n{'y' * 46}"}, "2 to 10 levels are needed"),
        ("row", {"kind": "score", "levels": "low\n\u200b\u3164"}, "2 to 10 levels are needed"),
        ("row", {"kind": "score", "levels": "\n".join("abcdefghijk")}, "2 to 10 levels are needed"),
    ):  # fmt: skip
        polling.breathe()
        reply = await created(polling, options, **({"kind": "single"} | more))
        assert reply.text.startswith(said) and "so that nothing is lost:" in reply.text, reply.text
        assert options in typed(reply) and "Quick one?" in typed(reply)
        assert str(more.get("levels", "")) in typed(reply)
    question = await created(polling, "a\nb", question="q" * 301, kind="single")
    assert "The question has 301 characters; a poll's has 300 at most." in question.text
    assert "q" * 301 in typed(question)
    nothing = await created(polling, "a\nb", question="\u200b\u3164", kind="single")
    assert "There is no question. Please write one." in nothing.text
    form = await polling.moderator.command("poll open", poll="empty")
    template = await polling.moderator.fill(form, {"Options, one on each line": many})
    assert "These are 26 options" in template.text and typed(template) == many
    assert "h1" not in (await polling.moderator.command("poll show")).text, "none of it was made"


async def test_results_that_would_name_voters_are_refused_before_anybody_types(polling: Stage) -> None:
    for showing in ("live", "own"):
        reply = await polling.moderator.command("poll create", kind="single", results=showing)
        assert reply.kind == "message" and "only if it is a named one" in reply.text
    form = await polling.moderator.command("poll create", kind="single", results="live", secrecy="named")
    assert form.kind == "modal"


async def test_the_most_dots_that_can_be_asked_for_still_fit_a_menu(polling: Stage) -> None:
    ann = await polling.seat("Ann", "alp")
    await created(polling, "a\nb\nc", kind="points", choose=50)
    form = await ann.press(await polling.open_poll("h1"), "Answer")
    assert form.modal is not None
    assert len(form.modal["components"][0]["component"]["options"]) == 25
    done = await ann.fill(form, {"1. a": "24 dots", "2. b": "24 dots", "3. c": "2 dots"})
    assert "✓ Recorded for **Alpland**: a – 24 dots; b – 24 dots; c – 2 dots" in done.text


async def test_a_hand_count_that_does_not_fit_is_handed_back(polling: Stage) -> None:
    await polling.open_poll("one")
    form = await polling.moderator.command("poll hand-count", poll="one")
    for answered, counts in (
        ("9", "Monday: 4\nTuesday: 4\nFriday: 4"), ("9", "Monday: 4"), ("x", "1\n1\n1"),
        ("9", "Monday: \nTuesday: 1\nFriday: 1"), ("0", "0\n0\n0"), ("9", "-1\n1\n1\n1"), ("٩", "1\n1\n1"),
    ):  # fmt: skip
        given = {"How many answered": answered, "One line for each option: text and number": counts}
        reply = await polling.moderator.fill(form, given)
        assert reply.text.startswith("That count does not fit. Write for each of the 3 options a number")
        assert counts in typed(reply)
    assert "Counted by hand" not in await polling.close_poll("one")


HOSTILE = [
    "@everyone <@&1> <@1>", "**bold** _it_ ||spoiler||", "# heading", "-# ref 0123abcd-poll-one", "> quote",
    "```code```", "https://a.example/x_y_z", "\u202eright to left\u202c", "ผู้แทนทุกท่านโปรดทราบ",
    "مرحبا بكم", "שלום לכם", "1. first", "{0} %s {text}", "👩🏽\u200d⚕️ doctor", "Zöe\u0301",
]  # fmt: skip


@pytest.mark.parametrize("kind", ["single", "approval", "ranking", "points", "score"])
async def test_text_of_any_kind_in_options(polling: Stage, kind: str) -> None:
    ann = await polling.seat("Ann", "alp")
    more = {"levels": "-5\n@everyone\n**b**"} if kind == "score" else {}
    ready = await created(polling, "\n".join(HOSTILE), f"{HOSTILE[0]} مرحبا ผู้แทน?", kind=kind, **more)
    assert "h1" in ready.text
    panel = await polling.open_poll("h1")
    assert not panel.mention_everyone and not panel.mentions and not panel.mention_roles
    assert "1. @everyone \\<@&1> \\<@1>" in panel.text and "ผู้แทนทุกท่านโปรดทราบ" in panel.text
    assert "\u202e" not in panel.text and "3. \\# heading" in panel.text
    if kind in ("single", "approval"):
        done = await ann.choose(panel, "Choose …", ["9. ผู้แทนทุกท่านโปรดทราบ"])
    else:
        form = await ann.press(panel, "Answer")
        if kind == "ranking":
            done = await ann.fill(form, {"o0": "8", "o1": "9", "o2": "a"})
        else:
            for page in (1, 2, 3):
                given = {"o8": "2"} if page == 2 and kind == "score" else {"o8": "a"} if page == 2 else {}
                given |= {f"o{n}": "1" for n in range(5 * page - 5, 5 * page) if kind == "score" and n != 8}
                summary = await ann.fill(form, given)
                assert summary.message is not None and not summary.message.mention_everyone
                on = "Continue" if "Continue" in summary.buttons else f"Change page {page + 1}"
                form = await ann.press(summary, on) if page < 3 else form
            done = await ann.press(summary, "Record")
    assert "✓ Recorded" in done.text and "ผู้แทนทุกท่านโปรดทราบ" in done.text
    result = await polling.close_poll("h1")
    assert "ผู้แทนทุกท่านโปรดทราบ" in result and "\u202e" not in result
    assert all(not m.mention_everyone and not m.mentions for m in polling.messages("polls"))
    export = await polling.moderator.command("poll export", poll="h1")
    assert export.message is not None
    (file,) = export.message.attachments
    text = file.data.decode("utf-8-sig")
    assert ",'@everyone <@&1> <@1>," in text and ",'-# ref" in text, "no cell is a formula or a call"


# What no way leads to here: a menu offers no more dots than the cap, a form asks for a template's options, a
# ballot that only one's own hand may cast is refused to the desk in the room.
UNREACHED = {polls.NotConfirmed, polls.OverCap, polls.OwnHandsOnly, poll_life.OptionsMissing}


async def test_every_refusal_of_polls_is_reached_and_says_its_sentence(polling: Stage) -> None:
    mona, house = polling.moderator, polling
    ann = await house.seat("Ann", "alp")
    oz = await house.seat("Oz", "obs", Presence.VIRTUAL)
    gone = await house.seat("Gus", "bre")
    nobody = house.person("Nora", "Delegate")
    await mona.command("delegation show")
    english = read_catalogues().languages["en"]
    seen: set[type[Refused]] = set()

    def told(kind: type[Refused], reply: Reply) -> None:
        sentence = english[f"refused.{kind().key}"]
        assert isinstance(sentence, str)
        parts = (re.escape(part) for part in re.split(r"\{\w+\}", sentence))
        assert re.search("(?:.|\n)*".join(parts), reply.text), (kind, reply.text)
        seen.add(kind)
        house.breathe()

    async def forged(person: Any, custom_id: str, **more: Any) -> Reply:
        return await house.forge(person, f"m1:polls:{custom_id}", panel, **more)

    told(poll_life.NeverOpened, await mona.command("poll close", poll="one"))
    told(poll_life.LinkedShowing, await mona.command("poll create", kind="single", results="own"))
    told(polls.UnknownPoll, await mona.command("poll close", poll="no such"))
    told(Gated, await mona.command("poll results", poll="one"))
    panel = await house.open_poll("one")
    told(polls.NotOpen, await forged(ann, "some:pick:_"))
    for poll_id in ("some", "rank", "dots", "score", "secret", "own", "few", "hall", "held"):
        await house.open_poll(poll_id)
    told(NotSeated, await nobody.press(panel, "Monday"))
    told(polls.AnswerFirst, await ann.press(house.poll_panel("own"), "See the results"))
    told(polls.OutsideElectorate, await oz.press(house.poll_panel("few"), "Agree"))
    told(polls.NoAbstaining, await forged(ann, "few:pick:_"))
    told(polls.InPersonOnly, await oz.press(house.poll_panel("hall"), "Here"))
    told(polls.UnknownOption, await forged(ann, "one:pick:7"))
    told(polls.NothingChosen, await forged(ann, "some:pick", component_type=3, values=[]))
    told(polls.TooManyChosen, await forged(ann, "some:pick", component_type=3, values=["0", "1", "2"]))
    told(polls.DuplicateRanks, await forged(ann, "rank:record:001"))
    told(polls.PlacesOpen, await forged(ann, "rank:record:01-"))
    told(polls.WrongSum, await forged(ann, "dots:record:1000000"))
    told(polls.RowsOpen, await forged(ann, "score:record:00000-"))
    asked = await ann.press(house.poll_panel("secret"), "Yes")
    await ann.press(asked, asked.buttons[0])
    told(polls.AlreadyAnswered, await ann.press(house.poll_panel("secret"), "No"))
    await house.doors.ledger.delegations.note_presence(COMMAND_LINE, SeatId("bre-1"), Presence.LEFT)
    told(HasLeft, await gone.press(panel, "Monday"))

    told(poll_life.AlreadyOpened, await mona.command("poll open", poll="one"))
    told(poll_life.StillOpen, await mona.command("poll release", poll="held"))
    told(poll_life.NoTimeGiven, await mona.command("poll extend", poll="one", minutes=0))
    entering = await mona.command("poll open", poll="empty")
    await mona.fill(entering, {"Options, one on each line": "a\nb"})
    house.breathe()
    told(poll_life.AlreadyEntered, await mona.fill(entering, {"Options, one on each line": "c\nd"}))
    few = await mona.command("poll hand-count", poll="few", asks="observers")
    told(poll_life.NotAsked, few)
    told(poll_life.NotCountable, await mona.command("poll hand-count", poll="dots"))
    count = await mona.command("poll hand-count", poll="one")
    told(poll_life.CountUnfit, await mona.fill(count, {"answered": "1", "counts": "9"}))
    await house.close_poll("one")
    told(poll_life.AlreadyClosed, await mona.command("poll extend", poll="one", minutes=5))
    told(poll_life.AlreadyShown, await mona.command("poll release", poll="one"))
    told(polls.PollClosed, await forged(ann, "one:pick:0"))
    for options, question, kind, sort in (
        ("a\nb", "\u200b", poll_life.QuestionMissing, "single"),
        ("a\nb", "q" * 301, poll_life.QuestionTooLong, "single"),
        ("a", "?", poll_life.TooFewOptions, "single"),
        ("x" * 151 + "\nb", "?", poll_life.OptionTooLong, "single"),
        ("a\nA", "?", poll_life.OptionTwice, "single"),
        ("\n".join(map(str, range(26))), "?", poll_life.TooManyOptions, "single"),
    ):  # fmt: skip
        told(kind, await created(house, options, question, kind=sort))
    told(poll_life.SizeUnfit, await created(house, "a\nb", kind="points", choose=10, cap=2))
    told(poll_life.LevelsUnfit, await created(house, "a", kind="score", levels="one"))
    await house.until(at(8, 0))
    await mona.command("agenda start", item="open")
    await mona.command("agenda start", item="one")
    await house.later(minutes=1)
    await mona.command("agenda end")
    house.breathe()
    await house.leap(at(9, 30))
    told(poll_life.TimeOver, await mona.command("poll open", poll="brief"))

    every = {
        kind for module in (polls, poll_life) for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Refused) and kind is not Refused
    }  # fmt: skip
    assert every - seen == UNREACHED


# Forged by people who do not run the polls.

DESK_VERBS = [
    "few:open", "one:close", "one:closed", "one:more", "held:release", "held:released", "one:entered",
    "one:counted:0", "one:counted:7", "new:created:0.0.0.0.111.1.1", "new:created:9", "empty:open",
    "nowhere:close",
]  # fmt: skip
TEXT = [
    {"type": 18, "component": {"type": 4, "custom_id": name, "value": value}}
    for name, value in (("question", "Mine?"), ("options", "a\nb"), ("answered", "9"), ("counts", "3\n3\n3"))
]


async def test_delegates_who_forge_the_desk_are_refused(polling: Stage) -> None:
    dara, ann = polling.delegate, await polling.seat("Ann", "alp")
    await polling.open_poll("held")
    await polling.close_poll("held")
    panel = await polling.open_poll("one")
    before = {name: polling.texts(name) for name in ("polls", "moderators")}
    for verb in DESK_VERBS:
        for form in (None, TEXT):
            for person in (dara, ann, polling.newcomer):
                reply = await polling.forge(person, f"m1:polls:{verb}", panel, form=form)
                assert reply.text.startswith("This is for the people who run the meeting"), (verb, reply.text)
            polling.breathe()
    for verb in ("one:unchanged", "one:later"):
        assert (await polling.forge(ann, f"m1:polls:{verb}", panel)).ephemeral
    assert "poll show" not in ann.commands() and "poll close" in polling.moderator.commands()
    await polling.later(seconds=10)
    assert {name: polling.texts(name) for name in ("polls", "moderators")} == before
    real = await polling.forge(polling.moderator, "m1:polls:one:closed", panel)
    assert real.text == "“Which day?” is closed.", "control: the same address from a moderator"


async def test_forged_settings_of_a_new_poll_make_none(polling: Stage) -> None:
    mona, panel = polling.moderator, await polling.open_poll("one")
    for arg in (
        "", "9.0.0.0.111.1.1", "0.0.0.0.000.1.1", "0.0.1.2.111.1.1", "0.0.0.9.111.1.1",
        "3.0.0.0.111.99.99", "3.0.0.0.111.50.50", "x", "٣.0.0.0.111.1.1", "0" * 60,
        "4.0.0.0.111.1.1",
    ):  # fmt: skip
        polling.breathe()
        reply = await polling.forge(mona, f"m1:polls:new:created:{arg}", panel, form=TEXT)
        assert reply.ephemeral and "is ready" not in reply.text and "went wrong" not in reply.text, (
            arg,
            reply.text,
        )
    made = await polling.forge(mona, "m1:polls:new:created:0.0.0.0.111.1.1", panel, form=TEXT)
    assert "under the id h1" in made.text, "control"


async def test_many_polls_are_listed_as_far_as_they_fit(stage: Stage) -> None:
    question = "*" * 300
    rest = "kind: single, options: [a, b], opens: hand"
    lines = "".join(f"          - {{id: p{n}, question: '{n} {question[4:]}', {rest}}}\n" for n in range(40))
    stage.programme.write_text(with_polls("one", f"        polls:\n{lines}"), "utf-8")
    await stage.run()
    await stage.set_up()
    listed = (await stage.moderator.command("poll show")).text
    assert len(listed) < 4000 and re.search(r"… and \d+ more; /poll show with its option", listed)
    assert "39 \\*\\*" in (await stage.moderator.command("poll show", poll="p39")).text
    found = await stage.moderator.complete("poll open", "poll", "39")
    assert [one["value"] for one in found] == ["p39"]
