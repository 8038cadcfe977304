"""Seats as people meet them: taking one, having no code, being assigned and released; the role with it."""

import asyncio
import contextlib
import logging

import pytest

from config.catalogue import Catalogue, read_catalogues
from meeting import codes
from meeting.people import COMMAND_LINE
from rehearsal.standin import Person, Reply
from tests.stage import Stage, at


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The digest's cost is measured elsewhere."""
    monkeypatch.setattr(codes, "COST", 2)


async def sheet(stage: Stage) -> dict[str, str]:
    """Codes by seat, as the clerk printed them."""
    made = await stage.doors.ledger.delegations.make_codes(COMMAND_LINE)
    return {str(seat_id): code for seat_id, code in made.items()}


async def take(stage: Stage, person: Person, code: str) -> Reply:
    """By the button of the welcome panel."""
    form = await person.press(stage.panel("welcome", "A small roundtable"), "Take your seat")
    assert form.kind == "modal", form.text
    answer = await person.fill(form, {"The code on your sheet": code})
    await stage.settle()
    return answer


def roles(stage: Stage, person: Person) -> list[str]:
    return [stage.world.roles[one].name for one in person.member.roles]


def register(stage: Stage) -> str:
    return stage.panel("moderators", "## Seats").text


def puts(stage: Stage) -> int:
    """How often the bot gave or took a role."""
    return sum("/members/" in one.path and one.method in ("PUT", "DELETE") for one in stage.standin.log)


async def test_with_a_code_one_is_welcomed_by_name_and_the_channels_open(house: Stage) -> None:
    made = await sheet(house)
    nim = house.newcomer
    assert [one.name for one in nim.channels()] == ["general", "welcome"]
    answer = await take(house, nim, made["alp-1"].lower().replace("-", " "))
    assert answer.ephemeral
    assert "Welcome, **Republic of Alpland**. You are seated as head of delegation" in answer.text
    assert "Go to **#programme** and **#polls** (on a phone: swipe right" in answer.text
    assert "Are you in the room or online?" in answer.text
    assert answer.buttons == ["I am in the room", "I am online"]
    assert roles(house, nim) == ["Delegate"] and "programme" in [one.name for one in nim.channels()]
    noted = await nim.press(answer, "I am in the room")
    assert noted.text == "Noted: you are in the room."
    shown = await nim.command("seat show")
    assert "**Republic of Alpland** as head of delegation (seat 1 of 3)" in shown.text
    assert "in the room" in shown.text
    await house.later(seconds=5)
    assert "**Members**: 1 of 3 seated · 1 in the room" in register(house)
    assert "**Observer States**: 0 of 1 seated" in register(house)


async def test_places_are_named_as_the_organiser_named_them(stage: Stage) -> None:
    named = "venue: Bangkok\nchannels: {programme: agenda_1, welcome: reception}"
    stage.programme.write_text(stage.programme.read_text("utf-8").replace("venue: Bangkok", named), "utf-8")
    await stage.run()
    await stage.set_up()
    made = await sheet(stage)
    welcomed = await stage.newcomer.command("seat claim", code=made["alp-1"])
    assert "Go to **#agenda\\_1** and **#polls**" in welcomed.text
    await stage.settle()
    told = (await stage.newcomer.command("help")).text
    assert "In **#reception** press **Take your seat**" in told and "In **#agenda\\_1**:" in told


async def test_the_command_does_the_same(house: Stage) -> None:
    made = await sheet(house)
    answer = await house.newcomer.command("seat claim", code=made["cor-1"])
    await house.settle()
    assert "Welcome, **Côre d'Or**" in answer.text and roles(house, house.newcomer) == ["Delegate"]
    presence = await house.newcomer.command("seat presence")
    assert "not known yet" in presence.text
    assert (await house.newcomer.press(presence, "I am online")).text == "Noted: you are online."
    assert "online" in (await house.newcomer.command("seat presence")).text


async def test_each_way_of_being_wrong_is_a_sentence(house: Stage) -> None:
    made = await sheet(house)
    nim, olu = house.newcomer, house.person("Olu")
    for text in ("hello", "0000-0000-0000", made["alp-1"][:-1]):
        assert "There is no such code." in (await nim.command("seat claim", code=text)).text
    for command in ("seat show", "seat presence"):
        assert "You have no seat at this meeting yet." in (await nim.command(command)).text
    await take(house, olu, made["alp-1"])
    assert (
        "Somebody else has taken the seat of Republic of Alpland"
        in (await take(house, nim, made["alp-1"])).text
    )
    await take(house, nim, made["bre-1"])
    twice = await nim.command("seat claim", code=made["alp-2"])
    assert "You are seated already, for Bretonia." in twice.text
    seat = await house.moderator.complete("delegation release", "seat", "bret")
    assert [one["name"] for one in seat] == ["Bretonia – 1 – head of delegation"]
    released = await house.moderator.command("delegation release", seat=seat[0]["value"])
    assert "is free" in released.text and f"<@{nim.user_id}>" in released.text
    await house.settle()
    dead = await nim.command("seat claim", code=made["bre-1"])
    assert "was given up, and the code with it" in dead.text
    assert (
        "Nobody sits in the seat bre-1"
        in (await house.moderator.command("delegation release", seat="bre-1")).text
    )
    assert (
        "There is no seat “nowhere”"
        in (await house.moderator.command("delegation release", seat="nowhere")).text
    )
    assert roles(house, nim) == []


async def test_released_one_loses_the_role_and_the_channels(house: Stage) -> None:
    made = await sheet(house)
    nim = house.newcomer
    answer = await take(house, nim, made["alp-2"])
    assert "programme" in [one.name for one in nim.channels()], "control: seated, the channels are open"
    await house.moderator.command("delegation release", seat="alp-2")
    await house.settle()
    assert roles(house, nim) == [] and [one.name for one in nim.channels()] == ["general", "welcome"]
    assert "You have no seat" in (await nim.press(answer, "I am online")).text
    await house.later(seconds=5)
    assert "**Members**: 0 of 3 seated" in register(house)


async def test_a_role_lost_by_hand_is_not_fought_over_but_given_again_at_a_claim(house: Stage) -> None:
    made = await sheet(house)
    nim = house.newcomer
    await take(house, nim, made["alp-1"])
    role = house.world.role_named("Delegate")
    assert role is not None
    house.world.take_role(nim.member, role.id)
    before = puts(house)
    await house.until(at(7, 25))
    await house.restart()
    await house.until(at(7, 40))
    assert roles(house, nim) == [] and puts(house) == before
    pressed = await nim.press(house.panel("welcome", "A small roundtable"), "Take your seat")
    assert "You sit for **Republic of Alpland**" in pressed.text
    await house.settle()
    assert roles(house, nim) == ["Delegate"]
    house.world.take_role(nim.member, role.id)
    assert "Welcome" in (await nim.command("seat claim", code=made["alp-1"])).text
    await house.settle()
    assert roles(house, nim) == ["Delegate"]


async def test_seats_and_roles_outlive_a_restart_and_a_kill_between_seat_and_role(house: Stage) -> None:
    made = await sheet(house)
    nim, olu = house.newcomer, house.person("Olu")
    answer = await take(house, nim, made["alp-1"])
    met = house.disturb("PUT", "/members/", done=False, times=50, cut=True)
    await take(house, olu, made["alp-2"])
    assert met() >= 1 and roles(house, olu) == []
    await house.close()
    house.standin.door.fault = None
    before = puts(house)
    await house.run()
    await house.settle()
    assert roles(house, olu) == ["Delegate"] and roles(house, nim) == ["Delegate"]
    assert puts(house) == before + 1, "who has the role already is not given it again"
    assert (await nim.press(answer, "I am online")).text == "Noted: you are online."


async def test_a_role_made_anew_is_given_anew(house: Stage) -> None:
    made = await sheet(house)
    nim = house.newcomer
    await take(house, nim, made["alp-1"])
    role = house.world.role_named("Delegate")
    assert role is not None
    house.world.delete_role(role)
    await house.settle()
    house.allowed.add(10011)
    await take(house, house.person("Olu"), made["alp-2"])
    await house.later(minutes=2)
    assert roles(house, nim) == roles(house, house.person("Olu")) == []
    assert puts(house) <= 3, "a role that is not there is not asked for without end"
    await house.clerk.press(await house.clerk.command("meeting setup"), "Create")
    await house.later(seconds=5)
    assert roles(house, nim) == roles(house, house.person("Olu")) == ["Delegate"]


async def test_whoever_left_the_server_settles_it_without_alarm(house: Stage) -> None:
    made = await sheet(house)
    house.allowed.add(10007)
    nim = house.newcomer
    await take(house, nim, made["alp-1"])
    house.world.remove_member(nim.member)
    await house.moderator.command("delegation release", seat="alp-1")
    await house.later(minutes=1)
    gave_up = puts(house)
    await house.later(minutes=5)
    assert puts(house) == gave_up and house.told("") == []
    assert "people in seats wait" not in (await house.moderator.command("meeting status")).text


async def test_a_role_above_the_bots_is_one_trouble_and_few_requests(house: Stage) -> None:
    made = await sheet(house)
    role, own = house.world.role_named("Delegate"), house.world.role_named("roundtable")
    assert role is not None and own is not None
    role.position, own.position = own.position + 1, role.position
    house.world.change_role(role)
    house.allowed.add(50013)
    for n, seat in enumerate(("alp-1", "alp-2", "alp-3", "bre-1", "bre-2", "cor-1")):
        await house.person(f"P{n}").command("seat claim", code=made[seat])
    await house.later(minutes=1)
    (told,) = house.told("Discord does not let the bot give people in seats the role “Delegate”")
    assert "drag the bot's own role above “Delegate”" in told and "Manage Roles" in told
    assert puts(house) <= 6, "one is tried for all"
    assert "6 people in seats wait for the role" in (await house.moderator.command("meeting status")).text
    role.position, own.position = own.position, role.position
    house.world.change_role(role)
    await house.later(minutes=1)
    assert all(roles(house, house.person(f"P{n}")) == ["Delegate"] for n in range(6))
    assert "✓ **Over" in house.told("Discord does not let the bot give people in seats")[0]


async def test_without_a_code_moderators_are_asked_and_give_a_seat(house: Stage) -> None:
    nim, mona = house.newcomer, house.moderator
    form = await nim.press(house.panel("welcome", "A small roundtable"), "Ask the moderators")
    asked = await nim.fill(form, {"Which delegation are you with?": "Nim, *Bretonia* @everyone"})
    assert "have been asked" in asked.text
    await house.later(seconds=5)
    panel = house.panel("moderators", "asks for a seat:")
    assert f"<@{nim.user_id}> asks for a seat:** Nim, \\*Bretonia\\* @everyone" in panel.text
    assert panel.mentions == [], "nobody is called by it"
    assert "**1 person asks for a seat.**" in register(house)
    give = await mona.press(panel, "Give a seat…")
    assert give.ephemeral and "page 1 of 1" in give.text
    first = give.message.components[1]["components"][0]["options"][0]  # type: ignore[union-attr]
    assert first["label"] == "Bretonia", "what the person wrote stands first"
    done = await mona.choose(give, "Choose the delegation", ["Bretonia"])
    assert f"<@{nim.user_id}> now sits for **Bretonia** as head of delegation." in done.text
    await house.later(seconds=5)
    assert roles(house, nim) == ["Delegate"]
    settled = house.panel("moderators", "✓ Settled")
    assert "asks for a seat: Nim" in settled.text and settled.components[0]["components"][-1]["type"] == 10
    assert "asks for a seat.**" not in register(house)
    again = await house.forge(mona, "m1:delegations:1:give:0", settled)
    assert "This was settled meanwhile" in again.text
    refused = await nim.press(house.panel("welcome", "A small roundtable"), "Ask the moderators")
    assert "You are seated already, for Bretonia." in refused.text


async def test_a_request_settled_without_a_seat(house: Stage) -> None:
    nim = house.newcomer
    for text in ("Alpland", "Alpland, sorry: Bretonia"):
        form = await nim.press(house.panel("welcome", "A small roundtable"), "Ask the moderators")
        await nim.fill(form, {"Which delegation are you with?": text})
        await house.later(seconds=5)
    panel = house.panel("moderators", "asks for a seat:")
    assert "sorry: Bretonia" in panel.text, "one request, its newest words"
    assert "Settled." in (await house.moderator.press(panel, "Settled")).text
    await house.later(seconds=5)
    assert house.panel("moderators", "✓ Settled")
    olu = house.person("Olu")
    form = await olu.press(house.panel("welcome", "A small roundtable"), "Ask the moderators")
    await olu.fill(form, {"Which delegation are you with?": "Côre d'Or"})
    await house.later(seconds=5)
    house.allowed.add(10008)
    house.world.delete_message(house.panel("moderators", "✓ Settled"))
    house.world.delete_message(house.panel("moderators", "asks for a seat:"))
    await house.moderator.command("delegation assign", person=olu.user_id, delegation="cor")
    await house.later(seconds=5)
    house.world.delete_message(house.operator)
    await house.until(at(7, 10))
    (told,) = house.told("Somebody deleted")
    assert "Running the meeting" in told, "who deletes a request has read it"
    await house.clerk.press(await house.clerk.command("meeting setup"), "Create")
    await house.later(seconds=10)
    assert house.operator, "control: what is missed hangs again"
    assert not any("asks for a seat" in text for text in house.texts("moderators"))


async def test_seventy_five_delegations_are_offered_by_pages(stage: Stage) -> None:
    lines = [f"d{n:02},Delegation {n:02},D {n:02},member,{n:02}" for n in range(75)]
    stage.roster.write_text("id,name,short_name,category,sort_key\n" + "\n".join(lines), "utf-8")
    await stage.run()
    await stage.set_up()
    nim, mona = stage.newcomer, stage.moderator
    await nim.fill(
        await nim.press(stage.panel("welcome", "A small roundtable"), "Ask the moderators"),
        {"Which delegation are you with?": "?"},
    )
    await stage.later(seconds=5)
    page = await mona.press(stage.panel("moderators", "asks for a seat:"), "Give a seat…")
    assert page.buttons == ["More ▶"]
    page = await mona.press(page, "More ▶")
    assert "page 2 of 3" in page.text and page.buttons == ["◀ Before", "More ▶"]
    page = await mona.press(page, "More ▶")
    assert page.buttons == ["◀ Before"]
    done = await mona.choose(page, "Choose the delegation", ["Delegation 74"])
    assert "now sits for **Delegation 74**" in done.text
    found = await mona.complete("delegation assign", "delegation", "n 7", person=nim.user_id)
    assert [one["value"] for one in found] == [f"d7{n}" for n in range(5)]
    assert len(await mona.complete("delegation show", "delegation", "")) == 25
    missing = await mona.press(stage.panel("moderators", "## Seats"), "Who is missing?")
    assert "Nobody sits yet for 74 delegations: D 00, D 01" in missing.text


async def test_staff_assign_move_add_and_renew(house: Stage) -> None:
    nim, mona = house.newcomer, house.moderator
    done = await mona.command("delegation assign", person=nim.user_id, delegation="alp", function="adviser")
    assert "now sits for **Republic of Alpland** as adviser." in done.text
    moved = await mona.command("delegation assign", person=nim.user_id, delegation="cor")
    assert "now sits for **Côre d'Or**" in moved.text
    assert "The seat they had for **Republic of Alpland** is free" in moved.text
    full = await mona.command("delegation assign", person=house.person("Olu").user_id, delegation="cor")
    assert "All seats of Côre d'Or are taken." in full.text
    more = await mona.command("delegation add", delegation="cor")
    assert "**Côre d'Or** now has a seat 2." in more.text
    free = await mona.command("delegation add", delegation="cor")
    assert "Côre d'Or has 1 free" in free.text
    added = await mona.command(
        "delegation add", name="Partner of *all*", category="observer_organisation", seats=1
    )
    assert "**Partner of \\*all\\*** (Observer organisations) has been added with 1 seat." in added.text
    there = await mona.command("delegation add", name="partner OF *all*", category="member")
    assert "There is a delegation “partner OF" in there.text
    for given in ({}, {"name": "X"}, {"name": "X", "category": "member", "delegation": "cor"}):
        assert "Give either the name" in (await mona.command("delegation add", **given)).text
    renewed = await mona.command("delegation renew", seat="partner-of-all-1")
    assert renewed.ephemeral
    code = next(line[3:] for line in renewed.text.splitlines() if line.startswith("## "))
    olu = house.person("Olu")
    assert "Welcome, **Partner of \\*all\\***" in (await olu.command("seat claim", code=code)).text
    await house.later(seconds=5)
    assert roles(house, olu) == ["Delegate"]
    assert "**Observer organisations**: 1 of 2 seated · 1 not heard of yet" in register(house)
    unknown = await mona.command("delegation assign", person=olu.user_id, delegation="atlantis")
    assert "There is no delegation “atlantis”" in unknown.text


async def test_only_the_staff_notes_who_left_and_brings_them_back(house: Stage) -> None:
    made = await sheet(house)
    nim, mona = house.newcomer, house.moderator
    answer = await take(house, nim, made["bre-1"])
    shown = await mona.command("delegation show", delegation="bre")
    assert f"1 · head of delegation · <@{nim.user_id}> · not known yet" in shown.text
    assert "2 · alternate · free" in shown.text
    gone = await mona.choose(shown, "Somebody has left, or is back…", ["Bretonia – 1 – head of delegation"])
    assert "has left" in gone.text
    assert "It was noted that you have left the meeting" in (await nim.press(answer, "I am online")).text
    await house.later(seconds=5)
    assert "**Members**: 0 of 3 seated · 1 left" in register(house)
    back = await mona.choose(gone, "Somebody has left, or is back…", ["bre-1"])
    assert "not known yet" in back.text
    assert "Noted" in (await nim.press(answer, "I am online")).text
    forged = await house.forge(nim, "m1:delegations:all:presence:left", answer.message)  # type: ignore[arg-type]
    assert "earlier version" in forged.text


async def test_whoever_was_noted_as_gone_asks_to_be_noted_as_back(house: Stage) -> None:
    made = await sheet(house)
    nim, mona = house.newcomer, house.moderator
    welcomed = await take(house, nim, made["bre-1"])
    assert "I am online" in (await nim.command("seat show")).buttons, "control: not gone, it is offered"
    shown = await mona.command("delegation show", delegation="bre")
    await mona.choose(shown, "Somebody has left, or is back…", ["bre-1"])
    refused = await nim.press(welcomed, "I am online")
    assert "press **Ask the moderators** in #welcome" in refused.text
    panel = house.panel("welcome", "A small roundtable")
    for seen in (
        await nim.press(panel, "Take your seat"),
        await nim.command("seat show"),
        await nim.command("seat presence"),
        await nim.command("seat claim", code=made["bre-1"]),
    ):
        assert "has left" in seen.text and "press **Ask the moderators**" in seen.text
        assert "I am online" not in seen.buttons, "what would be refused is not offered"
        house.breathe()
    for _ in range(2):
        asked = await nim.press(panel, "Ask the moderators")
        assert asked.kind == "message" and "have been told that you are back" in asked.text
    await house.later(seconds=5)
    said = house.panel("moderators", "They sit for **Bretonia**")
    assert f"**<@{nim.user_id}> says they are back.**" in said.text
    assert said.mentions == [] and "**1 person noted as left says they are back.**" in register(house)
    assert "asks for a seat" not in register(house)
    forged = await house.forge(nim, "m1:delegations:1:back", said)
    assert "This is for the people who run the meeting" in forged.text
    done = await mona.press(said, "They are back")
    assert f"<@{nim.user_id}> is noted as back." in done.text
    assert "was settled meanwhile" in (await mona.press(said, "They are back")).text
    await house.later(seconds=5)
    settled = house.panel("moderators", "✓ Settled")
    assert "says they are back" in settled.text and settled.components[0]["components"][-1]["type"] == 10
    assert "back" not in register(house) and "1 not heard of yet" in register(house)
    assert (await nim.press(welcomed, "I am online")).text == "Noted: you are online."
    assert "You are seated already" in (await nim.press(panel, "Ask the moderators")).text


async def test_delegates_and_newcomers_do_not_run_seats(house: Stage) -> None:
    assert not any(one.startswith("delegation") for one in house.delegate.commands())
    await house.newcomer.fill(
        await house.newcomer.press(house.panel("welcome", "A small roundtable"), "Ask the moderators"),
        {"Which delegation are you with?": "Alpland"},
    )
    await house.later(seconds=5)
    panel = house.panel("welcome", "A small roundtable")
    for custom_id in ("1:give:0", "1:settle", "all:look"):
        forged = await house.forge(house.delegate, f"m1:delegations:{custom_id}", panel)
        assert "This is for the people who run the meeting" in forged.text, custom_id
    chosen = await house.forge(
        house.delegate, "m1:delegations:1:given", panel, component_type=3, values=["alp"]
    )
    assert "This is for the people who run the meeting" in chosen.text
    for custom_id in (
        "x:give:0",
        "1:give:x",
        "1:give:7",
        "99:give:0",
        "99:settle",
        "all:profile",
        "all:left",
    ):
        house.breathe()
        answer = await house.forge(house.moderator, f"m1:delegations:{custom_id}", panel)
        assert answer.kind == "message" and "Something went wrong" not in answer.text, custom_id


async def test_profile_is_ones_own_to_say(house: Stage) -> None:
    made = await sheet(house)
    await take(house, house.newcomer, made["alp-1"])
    shown = await house.newcomer.command("seat show")
    chosen = await house.newcomer.choose(shown, "Your profile", ["Labour attaché"])
    assert chosen.kind == "update"
    select = chosen.message.components[1]["components"][0]  # type: ignore[union-attr]
    assert [one["label"] for one in select["options"] if one.get("default")] == ["Labour attaché"]
    cleared = await house.newcomer.choose(
        await house.newcomer.command("seat show"), "Your profile", ["Not said"]
    )
    assert cleared.kind == "update"


async def test_with_one_language_it_is_said_so(house: Stage) -> None:
    pressed = await house.newcomer.press(house.panel("welcome", "A small roundtable"), "Language")
    assert "So far everything is said in English only" in pressed.text and pressed.buttons == []
    assert (await house.newcomer.command("seat language")).text == pressed.text


async def test_the_chosen_language_is_that_of_private_answers_and_of_refusals(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    english = read_catalogues().languages["en"]
    french = {"refused.not_seated": "Vous n'avez pas de siège.", "unchanged": "Rien n'a changé."}
    two = Catalogue({"en": english, "fr": french})
    monkeypatch.setattr("tests.stage._catalogues", lambda: two)
    await stage.run()
    await stage.set_up()
    nim = stage.newcomer
    menu = await nim.command("seat language")
    assert "You have no seat" in (await nim.command("seat show")).text, "control: before, in English"
    done = await nim.choose(menu, "Which language shall the answers have that only you see?", ["français"])
    assert "français" in done.text
    await stage.restart()
    assert (await nim.command("seat show")).text == "Vous n'avez pas de siège."
    assert "You have no seat" in (await stage.person("Olu").command("seat show")).text
    menu = await nim.command("seat language")
    await nim.choose(menu, "Which language shall the answers have that only you see?", ["As my Discord"])
    assert "You have no seat" in (await nim.command("seat show")).text
    forged = await stage.forge(
        nim,
        "m1:delegations:all:speak",
        menu.message,
        component_type=3,
        values=["xx"],  # type: ignore[arg-type]
    )
    assert "There is no catalogue for that language" in forged.text


async def test_the_welcome_panel_stays_two_rows_and_help_says_how(house: Stage) -> None:
    panel = house.panel("welcome", "A small roundtable")
    rows = [one for one in panel.components[0]["components"] if one["type"] == 1]
    assert [[one["label"] for one in row["components"]] for row in rows] == [
        ["Take your seat", "Ask the moderators", "Language"],
        ["Where do I listen?", "Now and next", "Help"],
    ]
    newcomer = (await house.newcomer.command("help")).text
    assert "in **#welcome** press **Take your seat**" in newcomer and "`/" not in newcomer
    delegate = (await house.delegate.command("help")).text
    assert "In **#welcome** press **Take your seat**: it also shows your seat" in delegate
    assert all("`/" not in line for line in delegate.splitlines() if "thread, commands" not in line)
    assert "/delegation assign" in (await house.moderator.command("help")).text


async def test_a_code_is_in_no_message_but_the_private_one_and_in_no_log(
    house: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    made = await sheet(house)
    nim, olu, mona = house.newcomer, house.person("Olu"), house.moderator
    await take(house, nim, made["alp-1"])
    await olu.command("seat claim", code=made["alp-1"])
    await olu.command("seat claim", code=made["alp-2"] + "0")
    renewed = await mona.command("delegation renew", seat="alp-3")
    code = next(line[3:] for line in renewed.text.splitlines() if line.startswith("## "))
    await mona.command("delegation release", seat="alp-1")
    await nim.command("seat claim", code=made["alp-1"])
    await house.later(seconds=10)
    secrets = [*made.values(), code]
    # The gateway brings what people type; discord.py's own lines, which repeat it, are kept out of every log.
    ours = "\n".join(
        r.getMessage() for r in caplog.records if not r.name.startswith(("discord", "aiosqlite"))
    )
    assert ours, "control: something was logged"

    def found(text: str) -> list[str]:
        bare = text.replace("-", "")
        return [one for one in secrets if one in text or one.replace("-", "") in bare]

    shown = "\n".join(f"{m.text} {m.components}" for m in house.world.messages)
    private = {m.text for m in house.world.ephemeral.values() if found(f"{m.text} {m.components}")}
    audit = "\n".join(str(row) for row in await audit_rows(house))
    assert found(shown) == found(ours) == found(audit) == []
    assert private == {renewed.text}, "control: the same scan finds the one that is meant to be shown"
    data = b"".join(path.read_bytes() for path in house.folder.rglob("*") if path.is_file())
    assert found(data.decode("latin-1")) == []
    with contextlib.suppress(PermissionError):
        await mona.write(house.channel("moderators"), f"the code is {code}")
    assert found("\n".join(m.text for m in house.world.messages)) == [code], "control: planted, it is found"


async def audit_rows(stage: Stage) -> list[tuple[object, ...]]:
    async def work(tx):  # type: ignore[no-untyped-def]
        return await tx.all("SELECT verb, subject, actor, payload FROM audit JOIN audit_details USING (seq)")

    rows: list[tuple[object, ...]] = await stage.doors.ledger._reader.read(work)
    assert any("delegations.claim" in row for row in rows)
    return rows


async def test_a_hundred_people_arrive_at_once(stage: Stage) -> None:
    """The roles follow a few at a time; the panels do not wait for them."""
    lines = [f"d{n:02},Delegation {n:02},D {n:02},member,{n:02},1" for n in range(40)]
    stage.roster.write_text("id,name,short_name,category,sort_key,seats\n" + "\n".join(lines), "utf-8")
    await stage.run()
    await stage.set_up()
    made = await sheet(stage)
    people = [stage.person(f"P{n}") for n in range(40)]
    answers = await asyncio.gather(
        *(one.command("seat claim", code=code) for one, code in zip(people, made.values(), strict=True))
    )
    assert all("Welcome" in one.text for one in answers)
    await stage.later(seconds=10)
    assert all(roles(stage, one) == ["Delegate"] for one in people)
    assert puts(stage) == 40
    assert "**Members**: 40 of 40 seated" in register(stage)


@pytest.mark.parametrize("sign", ["ä", "*_"])
async def test_the_largest_roster_in_the_worst_signs_fits(stage: Stage, sign: str) -> None:
    name, short = (sign * 100)[:96], (sign * 45)[:41]
    lines = [f"d{n:02},{name}{n:04},{short}{n:04},member,{n:02},20" for n in range(80)]
    stage.roster.write_text("id,name,short_name,category,sort_key,seats\n" + "\n".join(lines), "utf-8")
    stage.environ["ROUNDTABLE_MARKING"] = (sign * 60)[:60]
    await stage.run()
    await stage.set_up()
    mona, people = stage.moderator, [stage.person(f"P{n}") for n in range(20)]
    for one in people:
        stage.breathe()
        done = await mona.command("delegation assign", person=one.user_id, delegation="d00")
        assert "now sits for" in done.text
    shown = await mona.command("delegation show", delegation="d00")
    assert shown.text.count("<@") == 20 and shown.text.endswith("not known yet"), "nothing is cut"
    missing = await mona.command("delegation show")
    assert "Nobody sits yet for 79 delegations" in missing.text and " more" in missing.text[-12:]
    assert "as many as a delegation may have" in (await mona.command("delegation add", delegation="d00")).text
    nim = stage.newcomer
    form = await nim.press(stage.panel("welcome", "##"), "Ask the moderators")
    await nim.fill(form, {"Which delegation are you with?": (sign * 200)[:200]})
    await stage.later(seconds=5)
    page = await mona.press(stage.panel("moderators", "asks for a seat:"), "Give a seat…")
    assert "page 1 of 4" in page.text
    stage.breathe()
    assert len(await mona.complete("delegation renew", "seat", "d00")) == 20
    assert (await people[0].command("seat show")).kind == "message"
