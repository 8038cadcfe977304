"""Gestures no client would send, and people who may not do what they try: answered, and nothing done."""

import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from rehearsal.standin import Channel, Message, Permission, Person, Reply
from rehearsal.standin.interactions import (
    AUTOCOMPLETE,
    COMMAND,
    Interaction,
)
from rehearsal.standin.model import ScheduledEvent, User
from tests.stage import Stage, at, staged

TURNED_AWAY = "That was a lot at once"

ITEMS = ("open", "one", "two", "tea", "three", "last", "draft", "close")
ACTS = ("start", "next", "end", "suspend", "resume", "extend", "shift", "skip", "defer", "reorder")
VERBS = (*ACTS, "reload", "no", "announce", "announced", "now", "calendar", "listen", "look")
FOREIGN = ("create", "help", "setup", "vote", "", "__init__", "START", "start ")

DIGITS = st.sampled_from(
    ["0", "1", "2", "-1", "+1", " 1", "1 ", "1_0", "٣", "１", "1e3", "0x1", "NaN", "\x00", "9" * 60, "-" * 9]
)
NUMBERS = st.just("{revision}") | st.just("{future}") | DIGITS | st.integers().map(str)
ARGS = st.one_of(
    NUMBERS,
    st.tuples(NUMBERS | st.sampled_from((*ITEMS, "d1", "d2", "d9")), NUMBERS).map(".".join),
    st.text(max_size=30),
)
IDS = st.sampled_from((*ITEMS, "d1", "d2", "all", "today", "", "nowhere", "-1")) | st.text(max_size=20)
REAL = st.one_of(
    st.tuples(st.sampled_from(ITEMS), st.sampled_from(ACTS), st.just("{revision}")),
    st.tuples(st.sampled_from(ITEMS), st.just("shift"), st.sampled_from(["5.{revision}", "-5.{revision}"])),
    st.tuples(st.just("one"), st.just("extend"), st.sampled_from(["15.{revision}", "-5.{revision}"])),
    st.tuples(st.sampled_from(ITEMS), st.just("defer"), st.sampled_from(["d1.{revision}", "d2.{revision}"])),
).map(":".join)
ADDRESSES = st.one_of(
    REAL.map("m1:agenda:".__add__),
    st.tuples(
        st.sampled_from(["m1", "m1", "m1", "m1", "m1", "m0", "m2", "M1", "", "m1 "]),
        st.sampled_from(
            ["agenda", "agenda", "agenda", "agenda", "organiser", "discussions", "polls", "", "Agenda"]
        ),
        IDS,
        st.sampled_from(VERBS + FOREIGN),
        ARGS,
    ).map(":".join),
    st.tuples(st.just("m1:agenda"), IDS, st.sampled_from(VERBS)).map(":".join),
    st.lists(st.sampled_from(["m1", "agenda", "one", "start", "{revision}", ""]), max_size=9).map(":".join),
    st.text(max_size=100),
)
"""Addresses as a panel has them, those that differ in a part, and what is none at all."""

FIELD = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from([4, 3, 19, 99]),
        "custom_id": st.just("text") | st.text(max_size=5) | st.integers(),
        "value": st.text(max_size=40) | st.none() | st.integers() | st.lists(st.text(max_size=3), max_size=2),
    },
)
FORMS = st.lists(
    st.one_of(
        st.fixed_dictionaries({"type": st.just(18), "component": FIELD | st.none()}),
        st.fixed_dictionaries({"type": st.just(1), "components": st.lists(FIELD, max_size=3) | st.none()}),
        st.fixed_dictionaries({"type": st.sampled_from([10, 2, 99])}),
    ),
    max_size=5,
)
PRESSES = st.fixed_dictionaries(
    {"component_type": st.sampled_from([2, 3, 5, 6, 7, 8, 99])},
    optional={
        "values": st.lists(st.text(max_size=10) | st.integers(), max_size=25) | st.none() | st.just("x")
    },
)
GESTURES = st.tuples(ADDRESSES, st.none() | FORMS, PRESSES)


def examples(strategy: st.SearchStrategy[Any], number: int) -> list[Any]:
    """So many different examples, for one house to be asked them all: starting it takes half a second."""
    found: list[Any] = []

    @settings(
        max_examples=number,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(one: Any) -> None:
        found.append(one)

    collect()
    return found


def dump(stage: Stage) -> list[str]:
    """All tables, row by row."""
    with closing(sqlite3.connect(stage.database)) as database:
        return list(database.iterdump())


def revision(stage: Stage) -> int:
    with closing(sqlite3.connect(stage.database)) as database:
        return int(database.execute("SELECT value FROM meta WHERE name = 'revision'").fetchone()[0])


def answered(reply: Reply) -> bool:
    """In words, or with a form, and for this person alone; and not by the door's limit."""
    if reply.kind == "modal":
        return True
    seen = reply.kind in ("message", "update") and len(reply.text) > 10 and reply.ephemeral
    return seen and not reply.text.startswith(TURNED_AWAY)


async def forged(house: Stage, person: Person, gesture: Any, number: int) -> tuple[str, Reply]:
    """One gesture: its address, and what came back."""
    address, form, press = gesture
    address = address.replace("{revision}", str(number)).replace("{future}", str(number + 1))[:100]
    return address, await house.forge(person, address, house.operator, form=form, **press)


# Forged addresses.


async def test_whatever_is_forged_by_people_without_the_power_changes_nothing(house: Stage) -> None:
    """A delegate, a guest, somebody without a role, and a manager of events who is nobody at the meeting."""
    await house.moderator.command("agenda start", item="one")
    await house.later(seconds=10)
    people = [
        house.delegate,
        house.newcomer,
        house.person("Gus", "Guest"),
        house.person("Eva", "Event team", permissions=int(Permission.MANAGE_EVENTS)),
        house.person("Rafa", "Rapporteur"),
    ]
    before, number = dump(house), revision(house)
    for n, gesture in enumerate(examples(GESTURES, 200)):
        house.breathe()
        address, reply = await forged(house, people[n % len(people)], gesture, number)
        assert answered(reply), (address, gesture, reply.kind, reply.text)
        assert reply.kind != "modal", address
        assert house.errors == [], (address, gesture)
        assert dump(house) == before, (address, gesture)


async def test_what_a_moderator_forges_does_no_more_than_a_moderators_press(house: Stage) -> None:
    """Whatever changes has the address of a real button of this revision, and is one act of hers."""
    mona = house.moderator
    await mona.command("agenda start", item="one")
    await house.later(seconds=10)
    changed: set[str] = set()
    for gesture in examples(GESTURES, 120):
        house.breathe()
        await house.settle()
        before, number = dump(house), revision(house)
        address, reply = await forged(house, mona, gesture, number)
        assert answered(reply), (address, gesture, reply.kind, reply.text)
        assert house.errors == [], (address, gesture)
        if dump(house) == before:
            continue
        _, subject, _, verb, *arg = address.split(":")
        changed.add(verb)
        assert address.startswith("m1:agenda:") and subject == "agenda", address
        if verb == "announced":
            assert gesture[1] is not None, "only a form announces"
        else:
            assert verb in ACTS and arg[0].rpartition(".")[2] == str(number), address
            assert revision(house) == number + 1
        with closing(sqlite3.connect(house.database)) as database:
            rows = database.execute("SELECT verb FROM audit ORDER BY seq DESC LIMIT 1").fetchall()
        assert rows[0][0] in (f"agenda.{verb}", "agenda.announce")
        await house.later(seconds=10)
    assert len(changed) >= 3, "control: among them were addresses that a real button has"


async def test_a_press_sent_as_a_form_and_a_form_sent_as_a_press(house: Stage) -> None:
    mona, number = house.moderator, revision(house)
    before = dump(house)
    text = [{"type": 18, "component": {"type": 4, "custom_id": "text", "value": "Hello."}}]
    for reply in (
        await house.forge(mona, "m1:agenda:all:announce", house.operator, form=text),
        await house.forge(mona, "m1:agenda:all:announced", house.operator),
        await house.forge(mona, "m1:agenda:all:announced", house.operator, form=[]),
    ):
        assert reply.kind == "message" and len(reply.text) > 20
    shapes: list[list[Any]] = [
        [None, 1, "text"],
        [{"type": 18}, {"type": 18, "component": "text"}],
        [{"type": 18, "component": {"type": 4, "value": "No name."}}],
        [{"type": 18, "component": {"type": 4, "custom_id": "text", "value": 5}}],
        [{"type": 18, "component": {"type": 4, "custom_id": ["text"], "value": "A list."}}],
        [{"type": 1, "components": [None, {"type": 4, "custom_id": "text"}]}, {"type": 1, "components": 7}],
    ]
    for form in shapes:
        reply = await house.forge(mona, "m1:agenda:all:announced", house.operator, form=form)
        assert "There is no text to announce." in reply.text, form
    assert dump(house) == before
    twice = [*text, {"type": 18, "component": {"type": 4, "custom_id": "text", "value": "Twice."}}]
    await house.forge(mona, "m1:agenda:all:announced", house.operator, form=twice)
    await house.settle()
    assert len(house.said("📣")) == 1, "two fields of one name are one announcement"
    started = await house.forge(mona, f"m1:agenda:one:start:{number}", house.operator, form=text)
    assert "has begun" in started.text, "the address is what counts, and she may do that"


async def test_a_number_is_only_what_a_button_has(house: Stage) -> None:
    number = revision(house)
    before = dump(house)
    eastern = str(number).translate({48 + n: 0x0660 + n for n in range(10)})
    for forgery in (eastern, f" {number}", f"+{number}", f"0_{number}", f"{number}\n"):
        reply = await house.forge(house.moderator, f"m1:agenda:one:start:{forgery}", house.operator)
        assert "no longer in use" in reply.text, forgery
    assert dump(house) == before
    control = await house.forge(house.moderator, f"m1:agenda:one:start:{number}", house.operator)
    assert "has begun" in control.text


# People who may not, or no longer.


@contextmanager
def elsewhere(stage: Stage, **changed: Any) -> Iterator[None]:
    """What is done meanwhile comes from another place than the meeting's server."""
    interactions = stage.standin.interactions
    honest: Callable[[Interaction], dict[str, Any]] = interactions._payload

    def payload(one: Interaction) -> dict[str, Any]:
        sent = {**honest(one), **changed}
        if changed.get("guild_id", "") is None:
            sent["user"] = sent.pop("member")["user"]
            sent["channel"] = {"id": sent["channel_id"], "type": 1, "recipients": []}
        return {name: value for name, value in sent.items() if value is not None}

    interactions._payload = payload  # type: ignore[method-assign]
    try:
        yield
    finally:
        interactions._payload = honest  # type: ignore[method-assign]


DIRECT: dict[str, Any] = {"guild_id": None, "guild": None, "app_permissions": "0", "context": 1}
OTHER_SERVER: dict[str, Any] = {
    "guild_id": "1016852801126400077",
    "guild": {"id": "1016852801126400077", "locale": "en-GB", "features": []},
}


async def start(house: Stage, person: Person, custom_id: str) -> Reply:
    house.breathe()
    return await house.forge(person, custom_id, house.operator)


async def test_a_role_taken_away_between_drawing_and_pressing(house: Stage) -> None:
    mona, role = house.moderator, house.world.role_named("Moderator")
    assert role is not None
    preview = await mona.command("agenda skip", item="two")
    form = await mona.press(house.operator, "Announce…")
    before, custom_id = dump(house), f"m1:agenda:one:start:{revision(house)}"
    house.world.take_role(mona.member, role.id)
    for reply in (
        await mona.press(preview, "Yes, do it"),
        await mona.fill(form, {"Text": "No longer mine to say."}),
        await start(house, mona, custom_id),
    ):
        assert "ask a clerk to give you the role" in reply.text, reply.text
    assert dump(house) == before
    house.world.give_role(mona.member, role.id)
    assert "not taken up" in (await mona.press(preview, "Yes, do it")).text, "control: with the role it works"
    assert dump(house) != before


async def test_somebody_who_left_and_came_back_is_nobody_until_given_a_role(house: Stage) -> None:
    mona, role = house.moderator, house.world.role_named("Moderator")
    assert role is not None
    before, custom_id = dump(house), f"m1:agenda:one:start:{revision(house)}"
    house.world.remove_member(mona.member)
    mona.member.roles.clear()
    house.world.members[mona.member.id] = mona.member
    house.world.former.pop(mona.member.id)
    assert "ask a clerk" in (await start(house, mona, custom_id)).text
    assert dump(house) == before
    house.world.give_role(mona.member, role.id)
    assert "has begun" in (await start(house, mona, custom_id)).text


@pytest.mark.parametrize("place", [DIRECT, OTHER_SERVER], ids=["direct message", "another server"])
async def test_what_comes_from_elsewhere_is_sent_back(house: Stage, place: dict[str, Any]) -> None:
    """Also from a moderator: role ids mean nothing where they were not given."""
    mona = house.moderator
    before, custom_id = dump(house), f"m1:agenda:one:start:{revision(house)}"
    with elsewhere(house, **place):
        replies = [
            await start(house, mona, custom_id),
            await mona.command("agenda start", item="one"),
            await mona.command("help"),
            await mona.command("programme calendar"),
            await house.forge(mona, "m1:agenda:today:listen", house.operator),
        ]
        proposed = await mona.complete("agenda skip", "item", "")
    for reply in replies:
        assert reply.text == "Please call this on the server of the meeting, not here."
    assert proposed == [], "nor does it learn anything there"
    assert dump(house) == before
    assert "has begun" in (await start(house, mona, custom_id)).text, "control: at the meeting it counts"


async def test_a_manager_of_events_without_a_role_of_the_meeting(house: Stage) -> None:
    """Discord shows the staff commands to whoever may manage events; the meeting knows its own people."""
    eva = house.person("Eva", "Event team", permissions=int(Permission.MANAGE_EVENTS))
    before = dump(house)
    offered = [path for path in eva.commands() if path.split()[0] in ("agenda", "meeting")]
    assert len(offered) >= 14, "control: the commands are shown to her"
    given: dict[str, dict[str, Any]] = {
        "agenda start": {"item": "one"},
        "agenda extend": {"minutes": 5},
        "agenda shift": {"item": "two", "minutes": 5},
        "agenda skip": {"item": "two"},
        "agenda defer": {"item": "two", "day": "d2"},
        "agenda reorder": {"item": "three", "before": "two"},
        "agenda announce": {"text": "Hello."},
        "agenda show": {"day": "d2"},
    }
    for path in offered:
        house.breathe()
        reply = await eva.command(path, **given.get(path, {}))
        assert "ask a clerk to give you the role" in reply.text, (path, reply.text)
        assert "Draft statement" not in reply.text
    for path, option in (("agenda skip", "item"), ("agenda show", "day"), ("agenda defer", "day")):
        assert await eva.complete(path, option, "") == []
        assert await house.moderator.complete(path, option, "") != [], "control"
    assert dump(house) == before


async def test_a_delegate_who_knows_the_staff_commands(house: Stage) -> None:
    """Their client offers none; one that keeps to no rules types them all the same."""
    dara, before = house.delegate, dump(house)
    commands = {one.name: one for one in house.world.commands.values()}
    agenda, place = commands["agenda"], house.channel("general")

    async def typed(person: Person, kind: int, options: list[dict[str, Any]]) -> Reply:
        house.breathe()
        data = {"id": str(agenda.id), "name": "agenda", "type": 1, "options": options}
        one = house.standin.interactions.begin(kind, person.member, place, data)
        await one.first.wait()
        await one.shown.wait()
        return Reply(one)

    def sub(name: str, **options: Any) -> list[dict[str, Any]]:
        given = [{"type": 3, "name": n, "value": v} for n, v in options.items()]
        return [{"type": 1, "name": name, "options": given}]

    for part in agenda.body["options"]:
        needed = {o["name"]: 5 if o["type"] == 4 else "two" for o in part["options"] if o.get("required")}
        reply = await typed(dara, COMMAND, sub(part["name"], **needed))
        assert "ask a clerk to give you the role" in reply.text, (part["name"], reply.text)
    proposing = sub("skip", item="")
    proposing[0]["options"][0]["focused"] = True
    assert (await typed(dara, AUTOCOMPLETE, proposing)).interaction.choices == []
    assert (await typed(house.moderator, AUTOCOMPLETE, proposing)).interaction.choices != [], "control"
    assert dump(house) == before


async def test_a_stranger_in_the_welcome_channel_learns_what_its_panel_says(house: Stage) -> None:
    assert "take your seat with the code on your sheet" in (await house.newcomer.command("help")).text
    listen = await house.forge(house.newcomer, "m1:agenda:nowhere:listen", house.operator)
    assert "There is no day “nowhere”" in listen.text
    look = await house.forge(house.newcomer, "m1:agenda:all:look", house.operator)
    assert "ask a clerk" in look.text and "Accreditation" not in look.text


# Commands that are not as the house knows them.


async def test_extreme_options_are_answered(house: Stage) -> None:
    mona, before = house.moderator, dump(house)
    for text in (
        "x" * 6000,
        "*" * 6000,
        "\u202e",
        "\ud83d",
        "\x00",
        "' OR 1=1 --",
        "one:two",
        "one.1",
        "ข" * 900,
        " ",
    ):
        for path, options in (
            ("agenda show", {"day": text}),
            ("agenda start", {"item": text}),
            ("agenda skip", {"item": text}),
            ("agenda shift", {"item": text, "minutes": 720}),
            ("agenda defer", {"item": "two", "day": text}),
            ("agenda reorder", {"item": "two", "before": text}),
            ("delegation release", {"seat": text}),
            ("delegation renew", {"seat": text}),
            ("delegation show", {"delegation": text}),
            ("delegation add", {"delegation": text}),
        ):
            house.breathe()
            reply = await mona.command(path, **options)
            assert reply.text.startswith("There is no "), (path, text, reply.text)
            assert reply.text.endswith("Choose one from the list that appears as you type."), reply.text[-90:]
            assert len(reply.text) < 800, "a refusal is a sentence, whatever it repeats"
        assert await mona.complete("agenda skip", "item", text) in (
            [],
            await mona.complete("agenda skip", "item"),
        )
    for minutes in (0, 720, -720):
        house.breathe()
        for path, options in (("agenda extend", {}), ("agenda shift", {"item": "last"})):
            assert len((await mona.command(path, minutes=minutes, **options)).text) > 10
    assert dump(house) == before
    assert house.errors == []


async def test_options_of_another_kind_than_registered(house: Stage) -> None:
    """An old registration, or a forger: a text for a number, an option unknown, one missing."""
    before = dump(house)
    for options in (
        [{"type": 3, "name": "minutes", "value": "many"}],
        [{"type": 4, "name": "minutes", "value": 10**30}, {"type": 3, "name": "item", "value": "two"}],
        [{"type": 3, "name": "elsewhere", "value": "two"}],
        [],
    ):
        data = {
            "id": "1",
            "name": "agenda",
            "type": 1,
            "options": [{"type": 1, "name": "shift", "options": options}],
        }
        house.breathe()
        one = house.standin.interactions.begin(
            COMMAND, house.moderator.member, house.channel("moderators"), data
        )
        await one.shown.wait()
        assert answered(Reply(one)), (options, Reply(one).text)
        assert "Something went wrong" not in Reply(one).text, options
    assert dump(house) == before and house.errors == []


async def test_proposals_before_the_server_is_set_up(stage: Stage) -> None:
    await stage.run()
    clara = stage.clerk
    assert len(await clara.complete("agenda skip", "item", "")) == 8
    eva = stage.person("Eva", "Event team", permissions=int(Permission.MANAGE_EVENTS))
    assert await eva.complete("agenda skip", "item", "") == []


async def test_a_proposal_that_fails_is_empty_and_no_error(
    house: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert house.app is not None and house.app._ledger is not None
    mona, book = house.moderator, house.app._ledger.agenda

    async def broken() -> None:
        raise RuntimeError("out of ink")

    monkeypatch.setattr(book, "agenda", broken)
    assert await mona.complete("agenda skip", "item", "") == []
    assert house.standin.unanswered == [] and house.errors == []
    monkeypatch.undo()
    assert await mona.complete("agenda skip", "item", "") != []
    for options in (
        [
            {
                "type": 1,
                "name": "vanished",
                "options": [{"type": 3, "name": "x", "value": "", "focused": True}],
            }
        ],
        [{"type": 1, "name": "skip", "options": [{"type": 3, "name": "item", "value": ""}]}],
    ):
        data = {"id": "1", "name": "agenda", "type": 1, "options": options}
        one = house.standin.interactions.begin(AUTOCOMPLETE, mona.member, house.channel("moderators"), data)
        await one.first.wait()
        assert not one.failed and one.choices == []


@pytest.fixture
async def hasty(tmp_path: Path) -> AsyncIterator[Stage]:
    """A stage on which a gesture fails after half a second instead of three."""
    async for one in staged(Stage(tmp_path, response_limit=timedelta(seconds=0.5))):
        yield one


async def test_a_proposal_whose_answer_is_lost_is_no_error(hasty: Stage) -> None:
    """The person has typed on, and Discord takes no answer to what they typed before."""
    await hasty.run()
    with elsewhere(hasty, token="gone"):
        assert await hasty.clerk.complete("agenda skip", "item", "") == []
    assert [one.status for one in hasty.standin.refused] == [404]
    assert hasty.errors == []
    hasty.allowed.add(404)
    hasty.standin.unanswered.clear()


# Messages that look like ours.


def posted(stage: Stage, author: int, channel: Channel, text: str, *, panel: bool = False) -> Message:
    """A message of anybody's with any words, as content or as a panel's text."""
    message = Message(stage.world.ids.make(), channel.id, author, stage.world.now())
    if panel:
        frame = {"type": 17, "id": 1, "accent_color": 0, "spoiler": False}
        message.components = [frame | {"components": [{"type": 10, "id": 2, "content": text}]}]
    else:
        message.content = text
    return stage.world.post(message)


def lookalike(stage: Stage, *, webhook: bool) -> int:
    """Another bot, or a webhook under our bot's name; its messages have an author who is no member."""
    user = User(stage.world.ids.make(), stage.world.bot.user.name, bot=True)
    if webhook:
        stage.world.former[user.id] = user
        return user.id
    member = stage.world.add_member(user.name)
    member.user.bot = True
    return member.id


@pytest.mark.parametrize("webhook", [False, True])
async def test_a_lookalikes_reference_is_not_believed(house: Stage, webhook: bool) -> None:
    """A claim that stays unproved is not settled by somebody else's copy of the line."""
    assert house.app is not None and house.app._ledger is not None
    other, uid = lookalike(house, webhook=webhook), house.app._ledger.uid
    channel = house.channel("programme")
    lost = house.disturb("POST", "/messages", done=False, times=1)
    await house.moderator.command("agenda announce", text="Only once.")
    await house.settle()
    assert lost() == 1 and house.said("Only once.") == []
    for number in range(1, 20):
        posted(house, other, channel, f"📣 Only once.\n-# ref {uid}-{number}: announcement · 1")
    await house.later(minutes=3)
    own = [m for m in house.messages("programme") if m.author_id == house.world.bot.id]
    assert sum("📣 Only once." in m.content for m in own) == 1, "said by ourselves, whatever others say"


async def test_control_our_own_reference_is_believed(house: Stage) -> None:
    lost = house.disturb("POST", "/messages", done=True, times=1)
    await house.moderator.command("agenda announce", text="Only once.")
    await house.later(minutes=3)
    assert lost() == 1 and len(house.said("Only once.")) == 1


async def test_a_lookalikes_panel_is_not_adopted(house: Stage) -> None:
    assert house.app is not None and house.app._ledger is not None
    uid, other = house.app._ledger.uid, lookalike(house, webhook=False)
    channel = house.channel("moderators")
    house.world.delete_message(house.operator)
    house.allowed.add(10008)
    posted(house, other, channel, f"## Running the meeting\n-# ref {uid}-operator", panel=True)
    await house.later(seconds=30)
    await house.moderator.command("agenda start")
    await house.later(minutes=1)
    await house.clerk.press(await house.clerk.command("meeting setup"), "Create")
    await house.later(minutes=1)
    own = [
        m
        for m in house.messages("moderators")
        if m.author_id == house.world.bot.id and "## Running the meeting" in m.text
    ]
    assert len(own) == 1, "ours hangs beside theirs"


async def test_an_event_with_our_line_made_by_somebody_else_is_not_adopted(stage: Stage) -> None:
    await stage.run()
    assert stage.app is not None and stage.app._ledger is not None
    eva = stage.person("Eva", "Event team", permissions=int(Permission.MANAGE_EVENTS))
    theirs = ScheduledEvent(
        stage.world.ids.make(),
        "Party",
        at(20),
        at(23),
        3,
        eva.user_id,
        f"Come!\nref {stage.app._ledger.uid}-d1",
    )
    theirs.location = "The bar"
    stage.world.events[theirs.id] = theirs
    await stage.set_up()
    assert theirs.name == "Party" and theirs.description is not None
    assert sorted(e.name for e in stage.world.events.values()) == [
        "Day 1: questions",
        "Day 2: outcome",
        "Party",
    ]
    # Control: our own, of which nobody remembers the id, is found again.
    await stage.close()
    with closing(sqlite3.connect(stage.database)) as database, database:
        database.execute("DELETE FROM wall WHERE kind = 'event'")
    await stage.run()
    assert len(stage.world.events) == 3


async def test_somebody_elses_thread_of_that_name_is_not_adopted(house: Stage) -> None:
    house.allowed |= {10003, 160004}
    await house.moderator.command("agenda start", item="two")
    await house.later(seconds=5)
    thread = house.world.thread_named("What decides?")
    assert thread is not None
    house.world.delete_channel(thread)
    theirs = house.world.add_thread(house.channel("questions"), "What decides?", house.clerk.member)
    await house.moderator.command("agenda suspend")
    await house.moderator.command("agenda end")
    await house.later(minutes=1)
    await house.set_up()
    await house.later(minutes=3)
    found = [(one.owner_id == house.world.bot.id, one.locked) for one in house.world.threads.values()]
    assert not theirs.locked and sorted(found) == [(False, False), (True, True)]


async def test_a_reference_inside_our_own_message_is_not_one(house: Stage) -> None:
    """An announcement that repeats the line of the next message does not make that one count as said."""
    assert house.app is not None and house.app._ledger is not None
    uid = house.app._ledger.uid
    lines = "\n".join(f"-# ref {uid}-{number}: d1 · end" for number in range(1, 9))
    await house.moderator.command("agenda announce", text=f"Look:\n{lines}")
    await house.settle()
    lost = house.disturb("POST", "/messages", done=False, times=1)
    await house.moderator.command("agenda announce", text="The next.")
    await house.later(minutes=3)
    assert lost() == 1 and len(house.said("📣 The next.")) == 1


async def test_only_a_messages_last_line_refers(house: Stage) -> None:
    """Whatever way a line like it should ever get into our own message."""
    assert house.app is not None and house.app._ledger is not None
    uid, bot, channel = house.app._ledger.uid, house.world.bot.id, house.channel("programme")
    lost = house.disturb("POST", "/messages", done=False, times=1)
    await house.moderator.command("agenda announce", text="The next.")
    await house.settle()
    assert lost() == 1
    for number in range(1, 9):
        posted(house, bot, channel, f"-# ref {uid}-{number}: d1 · end\nand more\n-# ref {uid}-99: x")
    await house.later(minutes=3)
    assert len(house.said("📣 The next.")) == 1
