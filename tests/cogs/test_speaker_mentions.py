"""Whom the list of speakers calls by name: who has the floor and the next two, each once; and nobody else.

And that the bot does nothing to anybody's voice: no one is muted, moved or disconnected.
"""

from collections import Counter

import aiohttp
import pytest

from meeting.seats import Presence
from rehearsal.standin import Message, Person, Reply, wording
from rehearsal.standin.calls import Exchange
from tests.stage import Stage, at

OPENING = "Opening remarks"
NAMES = {"alp": "Ann", "bre": "Bob", "cor": "Coco", "eco": "Eve", "obs": "Oz"}
READY = "please be ready, you are one of the next two"


def floor(stage: Stage) -> Message:
    return stage.panel("floor", f"## List of speakers\n**{OPENING}**")


def desk(stage: Stage) -> Message:
    return stage.panel("moderators", "## Running the list")


def labels(message: Message) -> list[str]:
    return [str(one["label"]) for one in wording.buttons(message.components)]


def called(stage: Stage, name: str = "floor") -> Counter[tuple[str, str]]:
    """Who was notified in a channel, and of what, each as often as that happened."""
    found: Counter[tuple[str, str]] = Counter()
    for message in stage.messages(name):
        for user_id in message.mentions:
            lines = [line for line in message.content.split("\n") if f"<@{user_id}>" in line]
            about = (
                "ready" if READY in "".join(lines) else "floor" if "has the floor" in "".join(lines) else "?"
            )
            found[stage.world.members[user_id].name, about] += 1
    return found


async def press(stage: Stage, button: str) -> Reply:
    reply = await stage.moderator.press(desk(stage), button)
    await stage.later(seconds=10)
    return reply


async def ask(stage: Stage, *delegations: str) -> list[Person]:
    found = []
    for one in delegations:
        person = await stage.seat(NAMES[one], one, Presence.ROOM)
        stage.breathe()
        await person.press(floor(stage), "Ask for the floor")
        found.append(person)
    await stage.later(seconds=10)
    return found


@pytest.fixture
async def running(house: Stage) -> Stage:
    """The first item runs since nine, and in the order in which one asked; nobody has yet."""
    await house.until(at(9, 0))
    await house.moderator.command("agenda start", item="one")
    await house.moderator.command("speakers policy", order="inscription", sides="strict")
    await house.later(seconds=10)
    return house


async def test_exactly_who_is_called_and_the_next_two(running: Stage) -> None:
    await ask(running, "alp", "bre", "cor", "eco", "obs")
    assert called(running) == {("Ann", "ready"): 1, ("Bob", "ready"): 1}
    await press(running, "Next: Alpland")
    assert called(running) == {
        ("Ann", "ready"): 1, ("Bob", "ready"): 1, ("Ann", "floor"): 1, ("Coco", "ready"): 1,
    }  # fmt: skip
    for name in ("Bretonia", "Côre d'Or", "ECE", "Obsidian Order"):
        await press(running, f"Next: {name}")
    await press(running, "End: Obsidian Order")
    assert called(running) == {(name, about): 1 for name in NAMES.values() for about in ("ready", "floor")}
    assert all(not one.mention_everyone and not one.mention_roles for one in running.messages("floor"))
    assert all(not one.mentions for one in running.messages("floor") if not one.content), "no panel calls"


async def test_nobody_is_called_before_the_item_begins(house: Stage) -> None:
    await house.until(at(8, 55))
    await ask(house, "alp", "bre")
    assert called(house) == {}


async def test_once_over_a_restart_and_an_answer_that_was_lost(running: Stage) -> None:
    met = running.disturb("POST", f"/channels/{running.channel('floor').id}/messages", done=True, times=2)
    await ask(running, "alp", "bre")
    assert met() >= 1
    await running.close()
    running.clock.set(at(9, 2))
    await running.run()
    await press(running, "Next: Alpland")
    await running.restart()
    await running.later(minutes=3)
    assert called(running) == {("Ann", "ready"): 1, ("Bob", "ready"): 1, ("Ann", "floor"): 1}


async def test_said_late_if_it_never_came_through_and_not_at_all_after_that(running: Stage) -> None:
    running.disturb("POST", f"/channels/{running.channel('floor').id}/messages", done=False, times=10_000)
    await ask(running, "alp", "bre")
    assert called(running) == {}
    running.standin.door.fault = None
    await running.later(minutes=2)
    assert called(running) == {("Ann", "ready"): 1, ("Bob", "ready"): 1}
    running.disturb("POST", f"/channels/{running.channel('floor').id}/messages", done=False, times=10_000)
    await press(running, "Next: Alpland")
    await running.later(minutes=7)
    running.standin.door.fault = None
    await running.later(minutes=2)
    assert called(running)["Ann", "floor"] == 0, "after five minutes it is no news"


async def test_not_again_after_moves_and_taking_back(running: Stage) -> None:
    _, bob, _ = await ask(running, "alp", "bre", "cor")
    mona = running.moderator
    before = called(running)
    who = (await mona.complete("speakers move", "who", "Côre"))[0]["value"]
    await mona.command("speakers move", who=who, place=1, reason="A plane to catch")
    await running.later(seconds=10)
    assert called(running) - before == {("Coco", "ready"): 1}, "now one of the next two"
    before = called(running)
    await mona.command("speakers undo", reason="The plane is late")
    await running.later(seconds=10)
    who = (await mona.complete("speakers move", "who", "Côre"))[0]["value"]
    await mona.command("speakers move", who=who, place=1, reason="It is not")
    await running.later(seconds=10)
    await bob.press(floor(running), "Not now")
    await running.later(seconds=10)
    why = await bob.press(floor(running), "Why here?")
    await bob.press(why, "Ready: statement")
    await running.later(seconds=10)
    assert called(running) == before


async def test_who_is_called_again_is_told_again(running: Stage) -> None:
    ann, _ = await ask(running, "alp", "bre")
    await press(running, "Next: Alpland")
    message = next(one for one in running.messages("floor") if "has the floor" in one.content)
    assert "keeps the place" in (await ann.press(message, "Not now")).text
    await running.later(seconds=10)
    await press(running, "Next: Bretonia")
    await press(running, "Next: Alpland")
    assert called(running)["Ann", "floor"] == 2 and called(running)["Bob", "floor"] == 1


async def test_the_buttons_under_a_call_work_for_whoever_presses(running: Stage) -> None:
    ann, _ = await ask(running, "alp", "bre")
    coco = await running.seat("Coco", "cor", Presence.VIRTUAL)
    message = next(one for one in running.messages("floor") if READY in one.content)
    assert labels(message) == ["Not now", "Why here?", "Ask for the floor"]
    assert (
        "is on the list (statement): number **3** of 3"
        in (await coco.press(message, "Ask for the floor")).text
    )
    assert "is number **1** of 3" in (await ann.press(message, "Why here?")).text
    assert "Noted: not now." in (await ann.press(message, "Not now")).text
    assert (await running.delegate.press(message, "Why here?")).text.startswith("You have no seat")
    await running.restart()
    assert "You said “not now”" in (await ann.press(message, "Why here?")).text


async def test_an_entry_by_the_desk_calls_nobody(running: Stage) -> None:
    await running.seat("Ann", "alp", Presence.ROOM)
    await running.moderator.command("speakers add", delegation="alp")
    await running.later(seconds=10)
    await press(running, "Next: Alpland")
    assert called(running) == {} and len(running.messages("floor")) == 1


async def test_a_point_of_order_calls_the_moderators_once(running: Stage) -> None:
    _, bob = await ask(running, "alp", "bre")
    await press(running, "Next: Alpland")
    before = called(running)
    form = await bob.press(floor(running), "With details…")
    await bob.fill(form, {"For what?": ["point_of_order"]})
    await running.later(seconds=10)
    role = running.world.role_named("Moderator")
    (alarm,) = [one for one in running.messages("moderators") if "raises a point of order" in one.content]
    assert role is not None and alarm.mention_roles == [role.id]
    assert alarm.mentions == [running.moderator.user_id]
    assert "**Bretonia** raises a point of order. **Next** on the panel" in alarm.content
    await running.restart()
    await running.later(minutes=2)
    assert len(running.said("raises a point of order", "moderators")) == 1
    assert called(running) == before, "nobody in #floor until it is heard"
    await press(running, "Next: Bretonia")
    assert called(running) - before == {("Bob", "floor"): 1}


async def test_a_seat_that_changed_hands_calls_who_sits_there_now(running: Stage) -> None:
    await ask(running, "alp", "bre", "cor")
    dan = running.person("Dan", "Delegate")
    await running.moderator.command("delegation release", seat="cor-1")
    await running.later(seconds=10)
    await running.moderator.command("delegation assign", person=dan, delegation="cor")
    await running.later(seconds=10)
    await press(running, "Next: Alpland")
    assert ("Dan", "ready") in called(running) and "Coco" not in {name for name, _ in called(running)}


# Nobody's voice.


def on_voice(exchange: Exchange) -> bool:
    """Whether a request could mute, deafen, move or disconnect somebody."""
    path = exchange.path.split("?")[0]
    member = "/members/" in path and exchange.method in ("PATCH", "PUT", "DELETE") and "/roles/" not in path
    body = exchange.body if isinstance(exchange.body, dict) else {}
    return (
        member or "voice" in path or bool({"mute", "deaf", "channel_id"} & set(body) and "/members" in path)
    )


async def test_nothing_is_ever_done_to_anybodys_voice(running: Stage) -> None:
    ann, bob, *_ = await ask(running, "alp", "bre", "cor", "eco")
    await press(running, "Next: Alpland")
    await running.later(minutes=9)
    await press(running, "Pause")
    await press(running, "Resume")
    form = await bob.press(floor(running), "With details…")
    await bob.fill(form, {"For what?": ["point_of_order"]})
    await running.later(seconds=10)
    await press(running, "Next: Bretonia")
    await running.later(minutes=3)
    await press(running, "End point of order")
    await press(running, "Next: Bretonia")
    await running.moderator.command("speakers undo", reason="Slip")
    await ann.press(await ann.command("seat presence"), "I am online")
    await press(running, "End, nobody next")
    await running.later(seconds=10)
    await press(running, "Close list")
    await running.moderator.press(await running.moderator.command("agenda end"), "End it nonetheless")
    await running.later(minutes=1)
    assert "**1 intervention**: Alpland" in floor(running).text and "**Not heard" in floor(running).text
    log = running.standin.log
    assert len(log) > 50 and [one for one in log if on_voice(one)] == []


async def test_control_a_request_that_mutes_would_be_found(running: Stage) -> None:
    running.allowed.add(501)  # the stand-in has no such route: the bot was never to need it
    guild, ann = running.world.guild.id, (await ask(running, "alp"))[0]
    url = f"{running.standin.api_url}/guilds/{guild}/members/{ann.user_id}"
    headers = {"Authorization": f"Bot {running.standin.token}"}
    async with aiohttp.request("PATCH", url, json={"mute": True}, headers=headers) as answer:
        status = answer.status
    found = [one for one in running.standin.log if on_voice(one)]
    assert [(one.method, one.status) for one in found] == [("PATCH", status)]
