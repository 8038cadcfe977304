"""Inputs to guiding questions as people make and see them, for tests of the running house."""

import re
from collections.abc import Sequence
from typing import Any

from bot.controls import address
from rehearsal.standin import Channel, Message, Person, Reply, wording
from tests.stage import Stage

TITLE = "What decides?"

CODE = re.compile(r"## ([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})")

LONGEST = "word " * 799 + "words"
"""As long as a form takes: 4,000 characters."""


def question(stage: Stage, title: str = TITLE) -> Message:
    """The question's panel."""
    return stage.panel("questions", f"## {title}")


def thread_of(stage: Stage, title: str = TITLE) -> Channel:
    found = stage.world.thread_named(title)
    assert found is not None, f"no thread {title!r}"
    return found


def hanging(stage: Stage, title: str = TITLE) -> list[Message]:
    """What the bot hung in the question's thread."""
    bot_id = stage.world.bot.id
    return [m for m in thread_of(stage, title).messages.values() if m.author_id == bot_id and m.components]


def card(stage: Stage, holding: str, title: str = TITLE) -> Message:
    """The one message of the thread that holds these words."""
    found = [m for m in hanging(stage, title) if holding in m.text]
    assert len(found) == 1, f"{len(found)} hold {holding!r}: {[m.text for m in hanging(stage, title)]}"
    return found[0]


def labels(message: Message) -> list[str]:
    return [str(one["label"]) for one in wording.buttons(message.components)]


def file_of(reply: Reply) -> tuple[str, str]:
    """Name and text of the file that was handed back."""
    assert reply.message is not None, reply
    (file,) = reply.message.attachments
    return file.filename, file.data.decode()


def number_of(message: Message) -> str:
    """An input's number, as it stands in the card's small line."""
    found = re.search(r"-(?:input-([0-9a-f]{10})|held-([0-9a-f]{10})-[0-9a-f]{8}(?:-[0-9]+)?)$", message.text)
    assert found is not None, message.text
    return str(found[1] or found[2])


async def contribute(
    stage: Stage,
    person: Person,
    text: str,
    *,
    kind: str = "suggestion",
    name: str = "delegation",
    part: str | None = "1",
    title: str = TITLE,
) -> Reply:
    """Contribute… pressed, the form filled in and sent."""
    stage.breathe()
    form = await person.press(question(stage, title), "Contribute…")
    assert form.kind == "modal", form.text
    answers: dict[str, Any] = {"What is it?": [kind], "Your input": text, "Under whose name?": [name]}
    return await person.fill(form, answers | ({"To which part?": [part]} if part is not None else {}))


async def mine(stage: Stage, person: Person, text: str, title: str = TITLE) -> Reply:
    """My inputs, and the one of this text chosen."""
    stage.breathe()
    listed = await person.press(question(stage, title), "My inputs")
    assert listed.message is not None
    (menu,) = wording.selects(listed.message.components)
    (value,) = [one["value"] for one in menu["options"] if text in one["label"]]
    return await person.choose(listed, menu["custom_id"], [value])


async def seated(stage: Stage, *delegations: str) -> Sequence[Person]:
    """A person for each of the delegations, who says nothing about where they are."""
    return [await stage.seat(f"P {one}", one) for one in delegations]


async def taken_up(stage: Stage, item: str = "two") -> None:
    """The question's item runs, and its thread is there."""
    reply = await stage.moderator.command("agenda start", item=item)
    assert reply.kind == "message", reply
    await stage.later(seconds=20)


def field(name: str, value: str | list[str]) -> dict[str, Any]:
    """A form's field as a client that keeps to no rules sends it."""
    inner: dict[str, Any] = {"type": 3 if isinstance(value, list) else 4, "custom_id": name, "id": 2}
    inner |= {"values": value} if isinstance(value, list) else {"value": value}
    return {"type": 18, "id": 1, "component": inner}


def sent(text: str, **chosen: str) -> list[dict[str, Any]]:
    """A contribution's form as such a client sends it."""
    given = {"part": "1", "kind": "suggestion", "attribution": "delegation"} | chosen
    return [field("text", text), *(field(name, [value]) for name, value in given.items())]


async def many(stage: Stage, person: Person, number: int) -> None:
    for n in range(1, number + 1):
        await contribute(stage, person, f"Number {n}.")
    await stage.later(minutes=3)


async def forge(stage: Stage, person: Person, number: str, verb: str, arg: object = "", **more: Any) -> Reply:
    """Any control of the discussions', pressed or sent on the question's panel."""
    stage.breathe()
    return await stage.forge(person, address("discussions", number, verb, arg), question(stage), **more)
