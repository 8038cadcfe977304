"""Text of any kind, in every place that takes some: nobody is called, nothing breaks, and it can be read."""

import re
from typing import Any

import pytest

from config.faults import Faults
from config.programme import read_programme
from rehearsal.judge import said_keys
from rehearsal.standin import Message
from tests.meeting.test_writing import SENTENCES
from tests.stage import Stage, at

ZALGO = "".join(letter + "".join(map(chr, range(0x300, 0x36F))) * 2 for letter in "SMEAR")

HOSTILE = [
    "@everyone and @here",
    "<@{user}> <@!{user}> <@&{role}> <#{channel}> </agenda next:{user}> <t:0:R> <:a:{user}> <id:customize>",
    "[free lunch](https://evil.example) [https://good.example](https://evil.example) <https://evil.example>",
    "```\nfence\n``` `code` ``more``",
    "# one\n## two\n### three\n-# four\n> five\n>>> six\n- seven\n* eight\n+ nine\n1. ten\n2) eleven",
    "**b** __u__ *i* _i_ ~~s~~ ||spoiler|| ***all*** \\*twice\\*",
    "https://a.example/**x**_y_||z||#@everyone then **bold**",
    "-# ref {uid}-1: d1 · end\n-# ref {uid}-5: d1 · end\n-# ref {uid}-operator",
    "\u200b-# ref {uid}-6: d1 · end\x0b-# ref {uid}-7\u2028-# ref {uid}-8: one · started\r-# ref {uid}-9: x",
    "left \u202eturned\u202c \u2066kept apart\u2069 \u200f\u200emarks \u061c.",
    ZALGO,
    "zero\u200bwidth\u2060and\ufeffsoft\u00adhyphen",
    "half \ud83d of a sign \udc00.",
    "tabs\tand\t\tmore\n\n\n\n\n\nblank lines\n \n \nend",
    "\x00\x01\x1b[31mred\x7f\x9f.",
    "%s {0} {text} {{}} $x ${y}",
]
HARMLESS = list(SENTENCES.values())


def facts(stage: Stage) -> dict[str, Any]:
    """What the texts above are filled with."""
    role = stage.world.role_named("Delegate")
    assert role is not None and stage.app is not None and stage.app._ledger is not None
    role.mentionable = True
    return {
        "user": stage.delegate.user_id,
        "role": role.id,
        "channel": stage.channel("programme").id,
        "uid": stage.app._ledger.uid,
    }


def filled(text: str, known: dict[str, Any]) -> str:
    for name, value in known.items():
        text = text.replace("{" + name + "}", str(value))
    return text


def calls_nobody(message: Message) -> bool:
    return not (
        message.mentions or message.mention_users or message.mention_roles or message.mention_everyone
    )


def bare(text: str) -> str:
    """As it is read: without the escapes."""
    return re.sub(r"\\([\\`*_~|<\[#>+.)-])", r"\1", text)


def unescaped(text: str) -> str:
    """What is left for Discord to read: without addresses, and without what a backslash stands before."""
    return re.sub(r"\\.", "", re.sub(r"https?://[^\s<>]+", "", text))


MARKUP = re.compile(r"[`*_~|<\[]")
STARTS = re.compile(r"\s*(#|>|-|\+|\d+[.)])")


@pytest.mark.parametrize("by_form", [False, True])
async def test_announcements(house: Stage, by_form: bool) -> None:
    known, mona = facts(house), house.moderator
    for number, raw in enumerate([*HOSTILE, *HARMLESS], start=1):
        text = filled(raw, known)
        if by_form:
            form = await mona.press(house.operator, "Announce…")
            answer = await mona.fill(form, {"Text": text})
        else:
            answer = await mona.command("agenda announce", text=text)
        assert "It appears" in answer.text, (text, answer.text)
        await house.settle()
        house.breathe()
        message = house.messages("programme")[-1]
        first, *rest, last = message.content.split("\n")
        assert calls_nobody(message), text
        assert first.startswith("📣 ")
        assert re.fullmatch(rf"-# ref {known['uid']}-\d+: announcement · {number}", last), last
        body = "\n".join([first.removeprefix("📣 "), *rest])
        assert not MARKUP.search(unescaped(body)), body
        assert not any(STARTS.match(line) for line in body.split("\n")), body
        assert "\n\n\n" not in body
        assert said_keys([message]) == {f"announcement · {number}": 1}
        if raw in HARMLESS:
            assert bare(body) == text, "unchanged"
    assert all(calls_nobody(m) for m in house.messages("programme"))
    said = house.said("📣")
    assert len(said) == len(HOSTILE) + len(HARMLESS), "each once, whatever was written in others"


async def test_control_the_judge_and_the_wire_do_count_what_is_ours(house: Stage) -> None:
    known = facts(house)
    real = Message(
        1, 1, house.world.bot.id, house.clock.now(), content="x\n-# ref 0123abcd-1: d1 · end; one · soon · 1"
    )
    assert said_keys([real]) == {"d1 · end": 1, "one · soon · 1": 1}
    message = await house.person("Ann").write(house.channel("general"), f"<@{known['user']}>")
    assert message.mentions == [known["user"]]


async def test_four_thousand_characters_are_handed_back(house: Stage) -> None:
    for text in ("ข้อ" * 1300, "x" * 4000, "@everyone " * 400, ZALGO + "y" * 2000, "\ud83d" + "z" * 4000):
        house.breathe()
        answer = await house.moderator.command("agenda announce", text=text[:4000])
        assert "Please shorten it" in answer.text and answer.message is not None
        (file,) = answer.message.attachments
        assert file.data == text[:4000].encode(errors="replace") and calls_nobody(answer.message)
    assert house.said("📣") == []
    smeared = await house.moderator.command("agenda announce", text=ZALGO)
    assert "It appears" in smeared.text, "what counts is what is left"


async def test_text_that_shows_nothing_is_no_announcement(house: Stage) -> None:
    for text in ("\u200b", "\u3164", "\u2800\n\u2800", "\u202e\u202c", "\u0301", "\ud83d", "\u200d"):
        answer = await house.moderator.command("agenda announce", text=text)
        assert "There is no text to announce." in answer.text, ascii(text)


# The organiser's files.


def quoted(text: str) -> str:
    """As YAML has it between double quotes; halves of characters cannot stand there."""
    signs = (
        s if s.isalnum() or s in " .:/" else f"\\U{ord(s):08x}" for s in text if not 0xD800 <= ord(s) < 0xE000
    )
    return '"' + "".join(signs) + '"'


def programme(text: str) -> str:
    """Every text of the programme that may be written freely, made of this one."""
    line = quoted(" ".join(text.split())[:100])
    return f"""\
title: {line}
about: {quoted(" ".join(text.split())[:180])}
time_zone: Asia/Bangkok
venue: {quoted(" ".join(text.split())[:30])}
days:
  - id: d1
    title: {line}
    date: 2022-09-07
    join_url: https://meet.example/day_1
    items:
      - {{id: open, kind: opening, starts: 08:00, ends: 09:00, title: {line}}}
      - id: two
        kind: session
        starts: 09:30
        ends: 10:00
        title: {line}
        chair: {line}
        question:
          id: q1
          title: {line}
          text: {quoted(text[:1500])}
          parts: [{{id: q1a, text: {quoted(text[:300])}}}, {{id: q1b, text: {line}}}]
      - {{id: last, kind: session, starts: 11:00, ends: 11:30, title: {line}}}
"""


def skeleton(components: list[dict[str, Any]]) -> list[Any]:
    """What a panel is made of, without its words."""
    return [(one["type"], skeleton(one.get("components", []))) for one in components]


PANELS = ("welcome", "programme", "floor", "questions", "moderators")


async def wall(stage: Stage) -> dict[str, list[Any]]:
    """Set up, carry on into the question, and look at what hangs."""
    await stage.run()
    await stage.set_up()
    await stage.until(at(7, 31))
    await stage.moderator.command("agenda start", item="two")
    await stage.later(minutes=1)
    return {name: [skeleton(m.components) for m in stage.messages(name) if not m.content] for name in PANELS}


@pytest.mark.parametrize("raw", [*HOSTILE, "ref 0123abcd-welcome", SENTENCES["Thai"], SENTENCES["emoji"]])
async def test_every_text_of_the_programme(stage: Stage, raw: str) -> None:
    known = {"user": stage.delegate.user_id, "role": 1, "channel": 1, "uid": "0123abcd"}
    text = filled(raw, known)
    stage.programme.write_text(programme(text), "utf-8")
    stage.environ["ROUNDTABLE_MARKING"] = "ref 0123abcd-welcome **@everyone** <@1>"
    shape = await wall(stage)
    panel_of = "(17, [(10, [])"
    assert [len(shape[name]) for name in PANELS] == [1, 1, 1, 1, 3]
    assert all(str(one[0]).startswith(panel_of) for found in shape.values() for one in found)
    delegates = stage.world.role_named("Delegate")
    assert delegates is not None
    for name in PANELS:
        for message in stage.messages(name):
            opening = " · opening" in message.content
            assert message.mention_roles == ([delegates.id] if opening else []), name
            assert not message.mention_users and not message.mention_everyone
            lines = message.text.split("\n")
            assert lines[-1].startswith("-# ref ") and "0123abcd" not in lines[-1]
            below = [line for line in lines[:-1] if line.startswith("-# ")]
            marked = "\\*\\*@everyone\\*\\* \\<@1>"
            assert all(marked in line or line.startswith(FEET) for line in below), below
            assert "\n".join(lines).count("```") == 0 and "||" not in bare_of_escapes(message.text)
    (thread,) = stage.world.threads.values()
    assert thread.name and "\n" not in thread.name and not thread.locked


FEET = (
    "-# A press on a panel that is out of date changes nothing. More: /agenda, /help.",
    "-# Order: members, member organisations, observers;",
    "-# `/speakers add · withdraw · move",
)
"""How small lines of the panels' own begin."""


def bare_of_escapes(text: str) -> str:
    return re.sub(r"https?://[^\s<>]+", "", text.replace("\\|", ""))


async def test_a_role_that_is_named_like_a_call(house: Stage) -> None:
    role, bot_role = house.world.role_named("Moderator"), house.world.bot.roles[0]
    assert role is not None
    role.name, role.permissions = "@everyone **<@&1>** \u202e# x", 0
    role.position = house.world.roles[bot_role].position + 5
    house.world.change_role(role)
    answer = await house.clerk.command("meeting setup")
    assert "@everyone \\*\\*\\<@&1>\\*\\* # x" in answer.text, answer.text
    assert answer.message is not None and calls_nobody(answer.message) and "\u202e" not in answer.text


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/<@&1>",
        "https://a.example/`x`",
        "https://a.example/||x||",
        "https://a.example/\\u202ex",
        "https://a.example/\\u200bx",
        "https://a.example/x{y}",
        'https://a.example/\\"x\\"',
    ],
)
async def test_an_address_holds_what_an_address_may(stage: Stage, url: str) -> None:
    good = stage.programme.read_text("utf-8")
    stage.programme.write_text(good.replace("https://meet.example/day_1", f'"{url}"'), "utf-8")
    with pytest.raises(Faults, match="cannot: copy it"):
        read_programme(stage.programme)
    stage.programme.write_text(good.replace("https://meet", "HTTPS://meet"), "utf-8")
    assert read_programme(stage.programme).days[0].join_url == "https://meet.example/day_1"


@pytest.mark.parametrize("title", ["\\u200b", "\\u3164\\u2800", "\\u202e \\u202c", "\\0"])
def test_a_title_that_shows_nothing_is_none(tmp_path: Any, title: str) -> None:
    """A thread or an event cannot be named by it."""
    file = tmp_path / "programme.yaml"
    file.write_text(programme("Plain words").replace('title: "Plain words"', f'title: "{title}"', 1), "utf-8")
    with pytest.raises(Faults, match="nothing is written here"):
        read_programme(file)
