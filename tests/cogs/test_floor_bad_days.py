"""A list of speakers on a bad day: refused, forged, too late, too long, in any script; nothing is lost."""

import asyncio
from typing import Any

import pytest

from meeting.seats import Presence
from meeting.speakers import SpeechKind
from meeting.statements import LONGEST
from rehearsal.standin import File, Reply, wording
from tests.cogs.test_floor import detailed
from tests.cogs.test_hostile_text import HOSTILE, bare, calls_nobody, facts, filled
from tests.cogs.test_speakers import ask, desk, floor, fresh, labels, press
from tests.meeting.test_writing import SENTENCES
from tests.stage import Stage, at


@pytest.fixture
async def running(house: Stage) -> Stage:
    """The first item runs since nine; nobody has asked yet."""
    await house.until(at(9, 0))
    await house.moderator.command("agenda start", item="one")
    await house.later(seconds=10)
    return house


def handed_back(reply: Reply) -> bytes:
    assert reply.message is not None and reply.ephemeral
    (file,) = reply.message.attachments
    assert file.filename == "statement.txt"
    return file.data


# Refused, each in a sentence.


async def test_who_is_noted_as_gone_is_told_how_to_come_back(running: Stage) -> None:
    (ann,) = await ask(running, "alp")
    mona = running.moderator
    await ann.press(floor(running), "Withdraw")
    shown = await mona.command("delegation show", delegation="alp")
    await mona.choose(shown, "Somebody has left, or is back…", ["alp-1"])
    gone = await ann.press(floor(running), "Ask for the floor")
    assert gone.text.startswith("It was noted that you have left the meeting, so nothing was recorded.")
    typed = await detailed(running, ann, text="Still my words")
    assert typed.text == gone.text and handed_back(typed) == b"Still my words"
    assert "Nobody waits." in await fresh(running)
    await mona.choose(shown, "Somebody has left, or is back…", ["alp-1"])
    assert "Recorded:" in (await ann.press(floor(running), "Ask for the floor")).text, "control"


async def test_without_a_seat_every_button_says_what_to_do(running: Stage) -> None:
    for button in labels(floor(running)):
        reply = await running.delegate.press(floor(running), button)
        assert reply.text.startswith("You have no seat at this meeting yet. In #welcome press Take your seat")
    assert "Nobody waits." in await fresh(running)


async def test_refused_and_what_was_typed_is_handed_back(running: Stage) -> None:
    (ann,) = await ask(running, "alp")
    again = await detailed(running, ann, text="Typed on a phone")
    assert again.text.startswith("Alpland is on the list for that already, since 09:00 Bangkok")
    assert handed_back(again) == b"Typed on a phone"
    for group in ("", "\u200b", " \u202e "):
        nameless = await detailed(running, ann, "group", group=group, text="For many")
        assert nameless.text == "Please name the group on whose behalf the statement is made."
        assert handed_back(nameless) == b"For many"
    nobody = await detailed(running, ann, "question", text="Why?")
    assert nobody.text == "There is no intervention to ask about or to associate with yet."
    await press(running, "Close list")
    closed = await detailed(running, await running.seat("Bob", "bre"), text="ข้อความ")
    assert closed.text.startswith("The list of speakers for “Opening remarks” was closed at 09:00 Bangkok")
    assert closed.text.endswith("You may submit in writing: press **Submit in writing…** in #floor.")
    assert handed_back(closed).decode() == "ข้อความ"
    text = await fresh(running)
    assert "\n1 waits" in text and "**Next**\n1. Alpland (in the room)\n" in text


async def test_a_list_that_is_not_open_yet_says_when_it_opens(running: Stage) -> None:
    ann = await running.seat("Ann", "alp")
    early = await ann.command("floor ask", item="two")
    assert early.text.startswith("The list of speakers for “First question” opens at 09:20 Bangkok")
    await running.until(at(9, 20, second=10))
    assert "is on the list" in (await ann.command("floor ask", item="two")).text, "control"
    assert (await ann.command("floor ask", item="tea")).text.startswith("There is no agenda item “tea”.")
    await running.until(at(9, 31))
    brief = await ann.command("floor ask", item="two", kind="reply")
    assert brief.text == "That can be asked for while “First question” runs, and it does not run now."


async def test_no_list_at_all(house: Stage) -> None:
    ann = await house.seat("Ann", "alp")
    for path in ("floor ask", "floor why", "floor withdraw"):
        said = (await ann.command(path)).text
        assert said.startswith("No list of speakers is open or on at the moment."), path
    for path in ("speakers next", "speakers close", "speakers lastcall"):
        assert (await house.moderator.command(path)).text.startswith("No list of speakers is open or on"), (
            path
        )
    assert "No list is open, and no item with one is on." in desk(house).text and labels(desk(house)) == []


# Texts as files.

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
NO_TEXT = "That file is not plain text. Save it as text (UTF-8, ending in .txt) and send it again,"


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (
            File("speech.txt", b"w" * LONGEST),
            "Recorded: your written statement on “Opening remarks” (1 word).",
        ),
        (File("SPEECH.TXT", "\ufeffDéjà vu".encode()), "(2 words)."),
        (File("picture.png", PNG), NO_TEXT),
        (File("picture.txt", PNG), NO_TEXT),
        (File("speech.txt", PNG, "image/png"), NO_TEXT),
        (File("speech.txt", "Words".encode("utf-16")), NO_TEXT),
        (File("speech.txt", "Côte d'Or".encode("cp1252")), NO_TEXT),
        (File("speech.txt", b"zero\0zero"), NO_TEXT),
        (File("speech.docx", b"PK\x03\x04"), NO_TEXT),
        (File("speech.txt", b"w" * 300 * 1024), "That file has 300 kB; a text has at most 256."),
        (File("speech.txt", b""), "Give either a text or a file."),
        (File("speech.txt", "\u200b \u2800".encode()), "There is no text. Please write at least a word."),
    ],
    ids=range(12),
)
async def test_a_file_is_taken_or_the_reason_is_said(running: Stage, file: File, said: str) -> None:
    ann = await running.seat("Ann", "alp", Presence.VIRTUAL)
    reply = await ann.command("floor text", file=file)
    assert said in reply.text and reply.ephemeral
    taken = "1 text was handed in." in await fresh(running)
    assert taken == reply.text.startswith("Recorded")


async def test_one_sign_too_many_is_handed_back(running: Stage) -> None:
    ann = await running.seat("Ann", "alp", Presence.VIRTUAL)
    data = ("ก" * LONGEST + "x").encode()
    long = await ann.command("floor text", file=File("speech.txt", data))
    assert long.text.startswith("The text has 60001 characters; one may have 60000.")
    assert handed_back(long) == data


async def test_neither_or_both_of_text_and_file(running: Stage) -> None:
    ann = await running.seat("Ann", "alp", Presence.VIRTUAL)
    assert (await ann.command("floor text")).text == "Give either a text or a file."
    both = await ann.command("floor text", text="Typed", file=File("speech.txt", b"Filed"))
    assert both.text == "Give either a text or a file." and handed_back(both) == b"Typed"


async def test_ten_texts_are_enough_and_the_place_stands(running: Stage) -> None:
    ann = await running.seat("Ann", "alp", Presence.VIRTUAL)
    for n in range(10):
        running.breathe()
        assert "Recorded" in (await ann.command("floor text", text=f"Text {n}")).text
    running.breathe()
    asked = await detailed(running, ann, text="The eleventh")
    assert "is on the list (statement)" in asked.text
    assert (
        "Your text was not handed in, though your place stands: Your delegation has submitted 10"
        in asked.text
    )
    assert handed_back(asked) == b"The eleventh"


# Text of any kind.


@pytest.mark.parametrize(
    "raw", [*HOSTILE, SENTENCES["Thai"], SENTENCES["emoji"]], ids=range(len(HOSTILE) + 2)
)
async def test_text_of_any_kind_shows_as_written_and_calls_nobody(running: Stage, raw: str) -> None:
    (ann,), mona = await ask(running, "alp"), running.moderator
    text = filled(raw, facts(running))
    line = " ".join(text.split())[:150]
    reply = await detailed(running, ann, "group", group=line, speaker=line, subject=line, text=text)
    assert "Recorded" in reply.text and reply.message is not None and calls_nobody(reply.message)
    await running.later(seconds=10)
    proposed = await mona.complete("speakers move", "who", "")
    moved = await mona.command("speakers move", who=proposed[-1]["value"], place=1, reason=line)
    assert "now stands at place 1" in moved.text
    why = await ann.press(floor(running), "Why here?")
    assert why.message is not None and calls_nobody(why.message) and "moved you" in why.text
    await running.later(seconds=10)
    form = await press(running, "Take back: move…")
    await mona.fill(form, {"Why?": line})
    await running.later(seconds=10)
    await press(running, "Next: Alpland")
    shown = floor(running)
    small = [one for one in shown.text.split("\n") if one.startswith("-# ")]
    assert len(small) == 4, "who speaks, what of, how the list is kept, and by what the panel is found"
    if raw in SENTENCES.values():
        assert [bare(one) for one in small[:2]] == [f"-# {line}"] * 2
    for name in ("floor", "moderators"):
        assert all(calls_nobody(one) for one in running.messages(name) if not one.content), name
    assert "\u202e" not in shown.text and "\x1b" not in shown.text
    assert "||" not in shown.text.replace("\\|", "") or "https://" in text
    texts = await mona.command("speakers texts")
    assert texts.message is not None and calls_nobody(texts.message)
    assert "text of an intervention" in texts.message.attachments[0].data.decode()


# Forged.

NO_CONTROL = "This control is from an earlier version and is no longer in use."
GONE = "That is not on the list (any more), so nothing was done."
FOREIGN = "That inscription is not your delegation's, so nothing was done."
STAFF = "This is for the people who run the meeting"


async def test_forged_addresses_change_nothing(running: Stage) -> None:
    ann, _ = await ask(running, "alp", "bre")
    await press(running, "Next: Alpland")
    before = await fresh(running)
    for custom_id, said in {
        "m1:speakers:nowhere:ask": "There is no agenda item “nowhere”.",
        "m1:speakers:tea:form": "There is no agenda item “tea”.",
        "m1:speakers:2:off": FOREIGN,
        "m1:speakers:2:put_off": FOREIGN,
        "m1:speakers:2:ready": FOREIGN,
        "m1:speakers:2:associate": "There is no intervention to ask about",
        "m1:speakers:1:associate": "That intervention is your own delegation's.",
        "m1:speakers:999999999:off": GONE,
        "m1:speakers:-1:off": GONE,
        "m1:speakers:99999999999999999999:off": NO_CONTROL,
        "m1:speakers:x:ready": NO_CONTROL,
        "m1:speakers:one:nothing": NO_CONTROL,
        "m1:speakers:one:asked": NO_CONTROL,
        "m1:speakers:one:next:1": NO_CONTROL,
        "m1:speakers:one:next:1.x": NO_CONTROL,
        "m1:speakers:one:next:1.2": STAFF,
        "m1:speakers:one:end:1": STAFF,
        "m1:speakers:one:undone:1": STAFF,
        "m1:speakers:one:close": STAFF,
        "m1:speakers:one:written": "There is no text.",
    }.items():
        for form in (None, []):
            running.breathe()
            reply = await running.forge(ann, custom_id, floor(running), form=form)
            assert reply.text.startswith(said), (custom_id, reply.text)
    text = await fresh(running)
    assert [line for line in text.split("\n") if "until" not in line] == [
        line for line in before.split("\n") if "until" not in line
    ]


async def test_a_forged_form_without_kind_or_with_one_that_is_none(running: Stage) -> None:
    (ann,) = await ask(running, "alp")

    def sent(*kinds: str) -> list[dict[str, Any]]:
        menu = {"type": 3, "id": 2, "custom_id": "kind", "values": list(kinds)}
        return [{"type": 18, "id": 1, "component": menu}]

    for kinds in ((), ("speech",), ("question", "reply"), ("",)):
        running.breathe()
        reply = await running.forge(ann, "m1:speakers:one:asked", floor(running), form=sent(*kinds))
        assert reply.text.startswith(NO_CONTROL), kinds
    reply = await running.forge(ann, "m1:speakers:one:asked", floor(running), form=sent(SpeechKind.REPLY))
    assert reply.text.startswith("Recorded"), "control"


async def test_moderators_forge_as_little(running: Stage) -> None:
    await ask(running, "alp", "bre")
    await press(running, "Next: Alpland")
    stale = "The list has changed since this button was drawn, so nothing was done."
    for verb in ("next:0.1", "next:2.1", "next:-1.-1", "end:2", "pause:999999999", "resume:2"):
        await running.later(seconds=2)
        reply = await running.forge(running.moderator, f"m1:speakers:one:{verb}", desk(running))
        assert reply.text.startswith(stale), verb
    assert "**Has the floor: Republic of Alpland**" in await fresh(running)


# At once, too late, and over a restart.


async def test_two_moderators_press_next_at_once_and_one_speaks(running: Stage) -> None:
    await ask(running, "alp", "bre", "cor")
    panel, people = desk(running), [running.person(f"M{n}", "Moderator") for n in range(4)]
    replies = await asyncio.gather(*(one.press(panel, "Next: Alpland") for one in people))
    said = [reply.text for reply in replies]
    assert sum(text.startswith("**Republic of Alpland** (in the room) has the floor") for text in said) == 1
    stale = [reply for reply in replies if reply.text.startswith("The list has changed since this button")]
    assert len(stale) == 3
    assert (
        "Floor: **Alpland** (in the room), since 09:00, 3 min" in stale[0].text
        and "Next: Bretonia" in stale[0].buttons
    )
    text = await fresh(running)
    assert "**Has the floor: Republic of Alpland**" in text and "**Next**\n1. Bretonia" in text
    loser = next(one for one, reply in zip(people, replies, strict=True) if reply is stale[0])
    assert "**Bretonia** (in the room) has the floor" in (await loser.press(stale[0], "Next: Bretonia")).text


async def test_stale_pause_and_end_touch_nobody_else(running: Stage) -> None:
    await ask(running, "alp", "bre", "cor")
    await press(running, "Next: Alpland")
    numbers = [one["custom_id"] for one in wording.buttons(desk(running).components)]
    old = [one for one in numbers if one.split(":")[3] in ("pause", "end", "next")]
    assert len(old) == 3
    await press(running, "Next: Bretonia")
    for custom_id in old:
        await running.later(seconds=3)
        reply = await running.forge(running.moderator, custom_id, desk(running))
        assert reply.text.startswith("The list has changed since this button was drawn, so nothing was done.")
    text = await fresh(running)
    assert "**Has the floor: Bretonia**" in text and "paused" not in text and "**Next**\n1. Côre" in text


async def test_a_restart_in_mid_speech_changes_nothing_of_it(running: Stage) -> None:
    await ask(running, "alp", "bre")
    await press(running, "Next: Alpland")
    panel, hung = desk(running), len(running.messages("floor"))
    clock = next(line for line in floor(running).text.split("\n") if line.startswith("since"))
    assert clock.startswith("since 09:00 · 3 min, until <t:")
    await running.close()
    running.clock.set(at(9, 2))
    await running.run()
    await running.later(seconds=10)
    assert clock in floor(running).text, "same start, same limit, same end"
    assert len(running.messages("floor")) == hung, "and nothing is posted again"
    paused = await running.moderator.press(panel, "Pause")
    assert paused.text == "**Republic of Alpland** is off the clock after 1:48."


async def test_a_deleted_list_is_put_back_by_set_up(running: Stage) -> None:
    ann, _ = await ask(running, "alp", "bre")
    running.allowed.add(10008)
    running.world.delete_message(floor(running))
    await press(running, "Last call")
    assert len(running.told("Somebody deleted")) == 1
    preview = await running.clerk.command("meeting setup")
    assert "put 1 back that was deleted" in preview.text
    await running.clerk.press(preview, "Create")
    await running.later(seconds=30)
    assert "**Last call**" in floor(running).text
    assert "1. Alpland (in the room)\n2. Bretonia" in floor(running).text
    assert "Withdrawn" in (await ann.press(floor(running), "Withdraw")).text


async def test_a_form_left_open_over_a_restart_is_taken(running: Stage) -> None:
    (ann,) = await ask(running, "alp")
    form = await ann.press(floor(running), "With details…")
    writing = await ann.press(floor(running), "Submit in writing…")
    await running.restart()
    fields = {"For what?": ["group"], "On behalf of (a group's statement only)": "The Group"}
    reply = await ann.fill(form, fields)
    assert "(statement on behalf of a group) and is next" in reply.text
    assert "Recorded" in (await ann.fill(writing, {"Your text": "After all"})).text
    assert "1. Alpland (in the room) · on behalf of The Group\n2. Alpland" in await fresh(running)


# As much as there can be.


@pytest.mark.parametrize(("sign", "whole"), [("ä", True), ("*_", False)])
async def test_thirty_wait_under_the_longest_names(stage: Stage, sign: str, whole: bool) -> None:
    """What Discord would refuse fails any test. Names of nothing but markup take twice the room: of them the
    ends of the blocks are cut."""

    def name(n: int, length: int) -> str:
        return f"{n:02}{sign * length}"[:length]

    rows = [f"d{n},{name(n, 100)},{name(n, 45)},member,{n}" for n in range(40)]
    stage.roster.write_text("\n".join(["id,name,short_name,category,sort_key", *rows]), "utf-8")
    title = "title: Opening remarks"
    stage.programme.write_text(
        stage.programme.read_text("utf-8").replace(title, f"title: '{(sign * 100)[:100]}'", 1), "utf-8"
    )
    stage.environ["ROUNDTABLE_MARKING"] = (sign * 60)[:60]
    await stage.run()
    await stage.set_up()
    await stage.until(at(9, 0))
    mona, long = stage.moderator, (sign * 150)[:150]
    await mona.command("agenda start", item="one")
    for n in range(40):
        await stage.later(seconds=1)
        more = {"kind": "group", "on-behalf-of": long} if n < 5 else {}
        more |= {"speaker": long, "subject": long}
        assert "is on the list" in (await mona.command("speakers add", delegation=f"d{n}", **more)).text
    await stage.later(seconds=10)
    panel = stage.panel("floor", "## List of speakers")
    assert "\n15. " in panel.text and "… and 25 more" in panel.text and "40 wait" in panel.text
    assert len(labels(panel)) == 7
    for _ in range(10):
        assert "has the floor" in (await mona.command("speakers next")).text
        await stage.later(seconds=10)
    ann = await stage.seat("Ann", "d30", Presence.ROOM)
    for n in range(20, 39):
        person = await stage.seat(f"P{n}", f"d{n}")
        assert "associates itself" in (await person.press(panel, "Associate")).text
    await stage.later(seconds=10)
    text = panel.text
    assert text.split("\n")[-1].startswith("-# ref ") and "**Has the floor: 09" in text
    if whole:
        assert "Associated with 09" in text and "30 wait" in text and "**9 interventions**" in text
    assert "is number **21** of 30" in (await ann.press(panel, "Why here?")).text
    assert stage.told("cannot") == []
