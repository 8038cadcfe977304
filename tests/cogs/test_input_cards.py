"""What hangs in a question's thread: cards on as many messages as they need, statements, the digest."""

import re
import string
from datetime import timedelta

import pytest

from meeting.inputs import LONGEST
from rehearsal.standin import File, Message, Permission
from tests.cogs.test_hostile_text import (
    HARMLESS,
    HOSTILE,
    MARKUP,
    STARTS,
    bare,
    calls_nobody,
    facts,
    filled,
    unescaped,
)
from tests.discussing import (
    card,
    contribute,
    hanging,
    labels,
    mine,
    number_of,
    question,
    seated,
    taken_up,
    thread_of,
)
from tests.stage import PROGRAMME, Stage

ESCAPE = re.compile(r"\\([\\`*_~|<\[#>+.)-])")


def body(message: Message) -> str:
    """What an input or a statement says on this message, as it is read."""
    lines = message.text.split("\n")
    foot = next(n for n, line in enumerate(lines) if n and line.startswith("-# "))
    return ESCAPE.sub(r"\1", "\n".join(lines[1:foot]))


def reassembled(messages: list[Message], text: str) -> bool:
    """Whether the messages hold the text, whole and in order; between two of them blanks may be lost."""
    rest = text
    for message in messages:
        piece = body(message)
        assert rest.startswith(piece), (rest[:80], piece[:80])
        rest = rest[len(piece) :].lstrip(" \n")
    return rest == ""


async def key(stage: Stage, holding: str) -> None:
    stage.breathe()
    await stage.moderator.command("discussion key", input=number_of(card(stage, holding)))


# Cards.


async def test_a_long_text_takes_several_messages_and_a_shorter_one_says_so(house: Stage) -> None:
    await taken_up(house)
    (ann,) = await seated(house, "alp")
    text = "\n".join(f"{n}. *Point* {n} of many, and a few words more on it." for n in range(70))[:3990]
    await contribute(house, ann, text)
    await house.later(seconds=20)
    first, *others = hanging(house)
    assert len(others) == 1 and reassembled(hanging(house), text)
    assert labels(first) == ["Associate"] and labels(others[0]) == []
    assert others[0].text.startswith("-# continued, 2 of 2\n")
    form = await ann.press(await mine(house, ann, "0. *Point*"), "Change…")
    await ann.fill(form, {"Your input": "Short."})
    await house.later(seconds=20)
    assert body(hanging(house)[0]) == "Short." and len(hanging(house)) == 2
    assert hanging(house)[1].text.startswith("-# The text was made shorter.")
    await ann.press(await mine(house, ann, "Short."), "Withdraw")
    await house.later(seconds=20)
    assert not any("Short." in m.text or "Point" in m.text for m in hanging(house))
    await house.restart()
    await house.later(seconds=20)
    assert len(hanging(house)) == 2


async def test_a_long_text_that_is_hidden_is_gone_from_all_its_messages_before_others_are_hung(
    house: Stage,
) -> None:
    await taken_up(house)
    ann, bea = await seated(house, "alp", "bre")
    await contribute(house, ann, "Too much. " * 390)
    await house.later(seconds=20)
    first, second = hanging(house)
    for n in range(8):
        await contribute(house, bea, f"Number {n}.")
    await house.moderator.command("discussion hide", input=number_of(first))
    await house.later(seconds=4)
    assert "Too much." not in first.text + second.text
    waiting = 8 - sum("Number" in m.text for m in hanging(house))
    assert waiting, "the control: others are still to be hung"
    await house.later(seconds=30)
    for message in (first, second):
        assert message.text.startswith("-# This input was taken out of sight by those who run the meeting.")


async def test_a_text_of_signs_that_are_escaped_is_whole_with_all_behind_it(stage: Stage) -> None:
    """The longest names, as many as there can be: what stands around a text takes nothing away from it."""
    names = [f"{a}{b}" + "*_" * 21 for a in string.ascii_lowercase[:6] for b in string.ascii_lowercase[:6]]
    rows = [f"d{n},{name * 2},{name},member,d{n},,1" for n, name in enumerate(names)]
    stage.roster.write_text("\n".join(["id,name,short_name,category,sort_key,sub_region,seats", *rows]))
    stage.environ["ROUNDTABLE_MARKING"] = "*_" * 30
    await stage.run()
    await stage.set_up()
    await taken_up(stage)
    people = await seated(stage, *(f"d{n}" for n in range(len(names))))
    text = "_*" * (LONGEST // 2)
    await contribute(stage, people[0], text)
    await contribute(stage, people[1], "Joined.")
    await stage.later(seconds=20)
    first = next(m for m in hanging(stage) if labels(m) and "Joined" not in m.text)
    for one in people[1:]:
        reply = await one.press(first, "Associate")
        assert reply.text.startswith("Recorded"), reply.text
    await key(stage, "Joined.")
    await stage.moderator.command(
        "discussion merge", input=number_of(card(stage, "Joined.")), into=number_of(first)
    )
    await stage.later(seconds=20)
    shown = "".join(m.text for m in hanging(stage))
    assert "**35 delegations stand behind this:**" in shown and "1 further input" in shown
    assert "more\n" in shown and "…" not in shown
    signs = [re.sub(r"\s", "", unmarked(m)) for m in hanging(stage)]
    assert "".join(signs).count("_*" * 1000) >= 1 and sum(map(len, signs)) >= len(text)
    assert all(len("".join(map(str, m.text))) <= 4000 for m in hanging(stage))


def unmarked(message: Message) -> str:
    """The lines of text only: the marking, head and foot are other lines."""
    return "\n".join(line for line in ESCAPE.sub(r"\1", message.text).split("\n") if set(line) <= {"_", "*"})


@pytest.mark.parametrize("raw", [*HOSTILE, *HARMLESS])
async def test_what_was_written_shows_as_it_was_written_and_calls_nobody(house: Stage, raw: str) -> None:
    await taken_up(house)
    (ann,) = await seated(house, "alp")
    text = filled(raw, facts(house))
    await contribute(house, ann, text, kind="positive_example")
    await house.later(seconds=10)
    held = next(m for m in house.messages("moderators") if "**Held:" in m.text)
    await house.moderator.press(held, "Show it")
    await house.later(seconds=10)
    (shown,) = hanging(house)
    head, *lines, ref = shown.text.split("\n")
    assert head == "**Republic of Alpland** · positive example · part 1" and ref.startswith("-# ref ")
    assert calls_nobody(shown) and calls_nobody(held)
    for line in lines:
        assert not MARKUP.search(unescaped(line)) and not STARTS.match(line), line
    if raw in HARMLESS:
        assert bare("\n".join(lines)) == text
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", shown.text)


# The digest.


async def test_the_digest_is_pinned_once_at_the_closing_and_follows_changes(house: Stage) -> None:
    await taken_up(house)
    ann, bea = await seated(house, "alp", "bre")
    await contribute(house, ann, "A first thing.")
    await contribute(house, bea, "A second thing.", kind="offer", part="2", name="category")
    await house.later(seconds=20)
    await key(house, "A first thing.")
    assert not any("Digest" in m.text for m in hanging(house))
    await house.moderator.command("agenda end")
    await house.later(seconds=20)
    digest = card(house, "## Digest: What decides?")
    assert thread_of(house).locked and digest.pinned_at is not None
    assert digest.text.split("\n")[:-1] == [
        "## Digest: What decides?",
        "**1. At home?**",
        "1 suggestion",
        "**Key points**",
        "- A first thing. – Republic of Alpland",
        "**2. Abroad?**",
        "1 offer",
    ]
    form = await ann.press(await mine(house, ann, "A first thing."), "Change…")
    await ann.fill(form, {"Your input": "A better thing.", "What is it?": ["request"]})
    await contribute(house, bea, "A late thing.")
    await house.later(seconds=20)
    assert "A better thing." not in card(house, "## Digest").text, "what was marked said something else"
    await key(house, "A better thing.")
    await house.later(seconds=20)
    text = card(house, "## Digest").text
    assert "- A better thing. – Republic of Alpland" in text and "1 suggestion\n1 request" in text
    await house.restart()
    await house.later(minutes=2)
    assert card(house, "## Digest").id == digest.id and thread_of(house).locked
    pins = [m for m in thread_of(house).messages.values() if m.type == 6]
    assert len(pins) == 1, "pinned once"


async def test_the_digest_of_very_many_key_points_still_fits(stage: Stage) -> None:
    """Five parts with ten key points each, of signs that are escaped."""
    parts = ", ".join(f"{{id: p{n}, text: '{'*_' * 150}'}}" for n in range(5))
    old = "parts: [{id: q2a, text: What follows?}]"
    assert old in PROGRAMME
    stage.programme.write_text(PROGRAMME.replace(old, f"parts: [{parts}]"), "utf-8")
    await stage.run()
    await stage.set_up()
    title = "What next?"
    await taken_up(stage, "three")
    (ann,) = await seated(stage, "alp")
    for n in range(50):
        await contribute(stage, ann, f"p{n} " + "*_" * 150, part=str(n % 5 + 1), title=title)
    await stage.later(minutes=2)
    for message in hanging(stage, title):
        stage.breathe()
        await stage.moderator.command("discussion key", input=number_of(message))
    await stage.moderator.command("agenda end")
    await stage.later(minutes=4)
    digest = card(stage, "## Digest: What next?", title)
    assert digest.text.count("**Key points**") == 5 and digest.text.count("10 suggestions") == 5
    said, left = digest.text.count("– Republic of Alpland"), re.findall(r"and (\d+) more", digest.text)
    assert said > 0 and said + sum(map(int, left)) == 50
    reply = await stage.moderator.command("discussion digest", question="q2")
    assert reply.text.count("**Key points**") == 5 and len(reply.text) < 3800


# Statements.


async def test_a_statement_submitted_in_writing_is_a_card(house: Stage) -> None:
    (ann,) = await seated(house, "alp")
    await taken_up(house)
    panel = next(m for m in house.messages("floor") if "Submit in writing…" in labels(m))
    form = await ann.press(panel, "Submit in writing…")
    (name,) = [one["component"]["custom_id"] for one in form.modal["components"]] if form.modal else [""]
    await ann.fill(form, {name: "We could *not* speak."})
    await house.later(seconds=20)
    shown = card(house, "We could \\*not\\* speak.")
    assert shown.text.startswith("**Written statement: Republic of Alpland**\n") and labels(shown) == []
    assert "so far" not in question(house).text, "no input"


@pytest.mark.parametrize("kind", ["words", "thai", "stars"])
async def test_a_statement_of_sixty_thousand_characters_is_whole(house: Stage, kind: str) -> None:
    (ann,) = await seated(house, "alp")
    await taken_up(house)
    line = {
        "words": "Ladies and gentlemen, item 7 – “quoted” and 5 > 4; see https://a.example/x_y_z.\n",
        "thai": "ผู้แทนทุกท่านโปรดทราบว่าการประชุมจะเริ่มต้นในอีกสิบนาที",
        "stars": "*_~|`",
    }[kind]
    text = (line * 60_000)[:59_999].rstrip() + "."
    reply = await ann.command(
        "floor text", file=File("statement.txt", text.encode()), in_channel=thread_of(house)
    )
    assert "Something" not in reply.text, reply.text
    await house.later(minutes=3)
    assert reassembled(hanging(house), text) and len(hanging(house)) > 15
    assert all(len(m.text) <= 4000 for m in hanging(house))
    ids = [m.id for m in hanging(house)]
    await house.restart()
    await house.later(minutes=3)
    assert [m.id for m in hanging(house)] == ids


# Bad days.


@pytest.mark.parametrize("locked", [False, True])
async def test_cards_come_into_a_thread_that_was_archived(house: Stage, locked: bool) -> None:
    await taken_up(house)
    ann, bea = await seated(house, "alp", "bre")
    await contribute(house, ann, "Before.")
    await house.later(seconds=20)
    if locked:
        await house.moderator.command("agenda end")
        await house.later(seconds=20)
    house.allowed.add(50083)
    house.world.set_thread(thread_of(house), archived=True)
    await contribute(house, bea, "After.")
    await house.later(seconds=40)
    assert card(house, "After.") and not thread_of(house).archived and thread_of(house).locked is locked
    house.world.set_thread(thread_of(house), archived=True)
    await ann.press(await mine(house, ann, "Before."), "Withdraw")
    await house.later(seconds=40)
    assert card(house, "This input was withdrawn by its author.")


async def test_a_week_without_a_word_archives_the_thread_and_cards_come_all_the_same(house: Stage) -> None:
    await taken_up(house)
    (ann,) = await seated(house, "alp")
    await house.moderator.command("discussion deadline", until="d2 18:00")
    thread_of(house).active_at = house.clock.now() - timedelta(days=8)
    house.world.settle()
    assert thread_of(house).archived
    await contribute(house, ann, "After a week.")
    await house.later(seconds=40)
    assert card(house, "After a week.") and not thread_of(house).archived


async def test_a_deleted_thread_is_told_and_its_cards_hang_in_the_new_one(house: Stage) -> None:
    house.allowed |= {10003, 160004}
    await taken_up(house)
    ann, bea = await seated(house, "alp", "bre")
    await contribute(house, ann, "One.")
    await house.later(seconds=20)
    house.world.delete_channel(thread_of(house))
    await contribute(house, bea, "Two.")
    await house.later(minutes=2)
    assert len(house.told("Somebody deleted the thread “What decides?”.")) == 1
    assert len(house.told("Somebody deleted")) == 1 and house.world.threads == {}
    await house.set_up()
    await house.later(minutes=2)
    assert [body(m) for m in hanging(house)] == ["One.", "Two."]
    assert len(house.told("✓ **Over")) == 1
    await ann.press(await mine(house, ann, "One."), "Withdraw")
    await house.later(seconds=20)
    assert len(hanging(house)) == 2 and card(house, "This input was withdrawn by its author.")


async def test_a_deleted_card_is_told_and_put_back(house: Stage) -> None:
    house.allowed |= {10008}
    await taken_up(house)
    (ann,) = await seated(house, "alp")
    await contribute(house, ann, "Only one.")
    await house.later(seconds=20)
    house.world.delete_message(card(house, "Only one."))
    await house.restart()
    await house.later(minutes=1)
    assert len(house.told("Somebody deleted a card in a question's thread.")) == 1, house.told("Somebody")
    await house.set_up()
    await house.later(seconds=30)
    assert card(house, "Only one.")


async def test_a_thread_locked_by_hand_still_takes_cards(house: Stage) -> None:
    await taken_up(house)
    (ann,) = await seated(house, "alp")
    house.world.set_thread(thread_of(house), locked=True)
    await contribute(house, ann, "All the same.")
    await house.later(minutes=1)
    assert card(house, "All the same.")
    assert len(house.told("Somebody locked the thread “What decides?”")) == 1


async def test_with_the_channel_deleted_inputs_are_kept_and_hang_again_after_set_up(house: Stage) -> None:
    house.allowed |= {10003, 10008}
    await taken_up(house)
    ann, bea = await seated(house, "alp", "bre")
    await contribute(house, ann, "One.")
    await house.later(seconds=20)
    form = await bea.press(question(house), "Contribute…")
    house.world.delete_channel(house.channel("questions"))
    await house.later(minutes=1)
    assert len(house.told("Somebody deleted the channel")) == 1
    welcome = house.messages("welcome")[0]
    assert form.modal is not None
    reply = await house.forge(bea, form.modal["custom_id"], welcome, form=SENT)
    assert reply.text.startswith("Recorded."), reply.text
    await house.set_up()
    await house.later(minutes=2)
    assert sorted(body(m) for m in hanging(house)) == ["One.", "Two."]


SENT = [
    {"type": 18, "id": 1, "component": {"type": 4, "custom_id": "text", "id": 2, "value": "Two."}},
    *(
        {"type": 18, "id": 1, "component": {"type": 3, "custom_id": name, "id": 2, "values": [value]}}
        for name, value in (("part", "1"), ("kind", "offer"), ("attribution", "delegation"))
    ),
]


def denied(stage: Stage, lost: Permission) -> int:
    """The bot may no longer do that in #questions; what it was allowed there."""
    place, bot = stage.channel("questions"), stage.world.bot
    before = place.overwrites[bot.id].allow
    stage.world.overwrite(place, bot, allow=before & ~lost, deny=int(lost))
    return before


@pytest.mark.parametrize("lost", [Permission.SEND_MESSAGES_IN_THREADS, Permission.VIEW_CHANNEL])
async def test_without_permission_the_moderators_are_told_and_then_the_card_comes(
    house: Stage, lost: Permission
) -> None:
    house.allowed |= {50001, 50013}
    await taken_up(house)
    (ann,) = await seated(house, "alp")
    allow = denied(house, lost)
    form = await ann.press(question(house), "Contribute…")
    given = {"To which part?": ["1"], "What is it?": ["offer"], "Your input": "It waits."}
    assert (await ann.fill(form, given)).text.startswith("Recorded.")
    await house.later(minutes=2)
    assert hanging(house) == [] and len(house.told("Discord does not let the bot work in #questions")) == 1
    house.world.overwrite(house.channel("questions"), house.world.bot, allow=allow)
    await house.later(minutes=2)
    assert card(house, "It waits.")
    assert len(house.told("✓ **Over")) == 1


async def test_without_permission_to_pin_the_digest_hangs_unpinned(house: Stage) -> None:
    house.allowed |= {50013}
    await taken_up(house)
    denied(house, Permission.PIN_MESSAGES)
    await house.moderator.command("agenda end")
    await house.later(minutes=2)
    assert card(house, "## Digest").pinned_at is None and thread_of(house).locked
