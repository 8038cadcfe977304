"""Setting the server up: what there is afterwards, and who may do what in it."""

import pytest

from bot.permissions import NEEDED
from rehearsal.standin import Permission, Person
from rehearsal.standin.model import Overwrite
from tests.stage import Stage, at

CHANNELS = ["welcome", "programme", "floor", "polls", "questions", "moderators"]
ROLES = ["Chair", "Moderator", "Clerk", "Rapporteur", "Facilitator", "Delegate", "Guest"]
STAFF = ROLES[:5]


def layout(stage: Stage) -> object:
    """Channels, roles and overwrites as they are."""
    channels = {
        one.id: (one.name, {o.id: (o.allow, o.deny) for o in one.overwrites.values()})
        for one in stage.world.in_order()
    }
    return channels, {r.id: (r.name, r.permissions) for r in stage.world.roles.values()}


async def may_write(person: Person, place: object) -> bool:
    try:
        await person.write(place, "a word")  # type: ignore[arg-type]
    except PermissionError:
        return False
    return True


async def test_the_preview_changes_nothing_and_neither_does_not_now(stage: Stage) -> None:
    await stage.run()
    clerk = stage.clerk
    before = layout(stage)
    preview = await clerk.command("meeting setup")
    assert preview.ephemeral and preview.buttons == ["Create", "Not now"]
    assert "Nothing has been changed yet." in preview.text
    for name in CHANNELS:
        assert f"Channel: make **#{name}**" in preview.text
    for name in ROLES:
        assert f"Role: make **{name}**" in preview.text
    assert layout(stage) == before
    no = await clerk.press(preview, "Not now")
    assert (no.kind, no.text, no.buttons) == ("update", "Nothing was changed.", [])
    await stage.settle()
    assert layout(stage) == before


async def test_create_makes_all_of_it_and_a_second_call_finds_it_complete(stage: Stage) -> None:
    await stage.run()
    await stage.set_up()
    world = stage.world
    assert [one.name for one in world.in_order()] == ["general", *CHANNELS]
    for name in ROLES:
        role = world.role_named(name)
        assert role is not None
        assert role.permissions == (int(Permission.MANAGE_EVENTS) if name in STAFF else 0)
    assert len(stage.messages("programme")) == 2
    assert (len(stage.messages("welcome")), len(stage.messages("moderators"))) == (1, 3)
    assert len(stage.messages("questions")) == 2
    assert stage.messages("floor") == stage.messages("polls") == []
    before = layout(stage)
    again = await stage.clerk.command("meeting setup")
    assert again.text == "Everything is in place already."
    assert again.buttons == []
    assert layout(stage) == before


async def test_who_sees_and_writes_where(house: Stage) -> None:
    await house.until(at(8, 50))
    await house.moderator.command("agenda start", item="two")
    await house.later(seconds=5)
    seen = {
        person.name: [one.name for one in person.channels() if one.name != "general"]
        for person in (house.newcomer, house.delegate, house.moderator, house.person("Gus", "Guest"))
    }
    assert seen == {
        "Nim": ["welcome"],
        "Dara": ["welcome", "programme", "floor", "polls", "questions"],
        "Mona": CHANNELS,
        "Gus": ["welcome", "programme", "floor", "polls", "questions"],
    }
    thread = house.world.thread_named("What decides?")
    assert thread is not None
    assert house.delegate.threads() == [thread]
    assert house.newcomer.threads() == []
    writes = {
        person.name: [name for name in CHANNELS if await may_write(person, house.channel(name))]
        for person in (house.newcomer, house.delegate, house.moderator)
    }
    assert writes == {"Nim": [], "Dara": [], "Mona": ["moderators"]}
    assert await may_write(house.delegate, thread)
    assert not await may_write(house.newcomer, thread)
    assert await may_write(house.newcomer, house.channel("general")), "control: Nim can write where allowed"


async def test_a_role_given_later_opens_the_channels(house: Stage) -> None:
    """Control of the test above: it is the role that makes the difference."""
    assert [one.name for one in house.newcomer.channels()] == ["general", "welcome"]
    house.person("Nim", "Delegate")
    assert "programme" in [one.name for one in house.newcomer.channels()]


async def test_nobody_without_the_right_sets_up(house: Stage) -> None:
    assert sorted(house.delegate.commands()) == [
        "floor ask", "floor text", "floor why", "floor withdraw",
        "help", "programme calendar", "programme next", "programme now",
        "seat claim", "seat language", "seat presence", "seat show",
    ]  # fmt: skip
    assert "meeting setup" in house.moderator.commands()
    house.world.delete_channel(house.channel("polls"))
    await house.settle()
    answer = await house.moderator.command("meeting setup")
    assert "This is for the people who run the meeting (clerk)" in answer.text
    assert answer.buttons == []
    panel = house.panel("welcome", "A small roundtable")
    forged = await house.forge(house.delegate, "m1:organiser:all:create", panel)
    assert forged.kind == "message" and "(clerk)" in forged.text
    await house.settle()
    assert house.world.channel_named("polls") is None
    clerk = house.person("Klaus", "Clerk")
    await clerk.press(await clerk.command("meeting setup"), "Create")
    await house.settle()
    assert house.world.channel_named("polls") is not None


async def test_a_half_done_set_up_goes_on_where_it_stopped(stage: Stage) -> None:
    await stage.run()
    met = stage.disturb("POST", "/channels", done=False, times=1)
    preview = await stage.clerk.command("meeting setup")
    broken = await stage.clerk.press(preview, "Create")
    assert met() == 1
    assert "goes on from there" in broken.text
    stage.errors.clear()
    made = [r.id for r in stage.world.roles.values() if r.name in ROLES]
    assert len(made) == len(ROLES) and stage.world.channel_named("welcome") is None
    preview = await stage.clerk.command("meeting setup")
    assert "Role: use **Delegate** as it is" in preview.text and "make **#welcome**" in preview.text
    await stage.clerk.press(preview, "Create")
    await stage.settle()
    assert [r.id for r in stage.world.roles.values() if r.name in ROLES] == made
    assert [one.name for one in stage.world.in_order()] == ["general", *CHANNELS]


async def test_a_channel_made_but_not_recorded_is_adopted_by_name(stage: Stage) -> None:
    await stage.run()
    stage.disturb("POST", "/channels", done=True, times=1)
    await stage.clerk.press(await stage.clerk.command("meeting setup"), "Create")
    stage.errors.clear()
    assert stage.world.channel_named("welcome") is not None
    await stage.restart()
    await stage.set_up()
    assert [one.name for one in stage.world.in_order()] == ["general", *CHANNELS]


async def test_what_exists_is_adopted_and_foreign_overwrites_stay(stage: Stage) -> None:
    world = stage.world
    press = world.add_role("Press")
    own = [Overwrite(press.id, 0, int(Permission.VIEW_CHANNEL), 0)]
    programme = world.add_channel("programme", overwrites=own)
    delegate = world.add_role("Delegate", permissions=int(Permission.ADD_REACTIONS))
    chair = world.add_role("Chair", permissions=int(Permission.ADD_REACTIONS))
    stage.person("Petra", "Press")
    await stage.run()
    preview = await stage.clerk.command("meeting setup")
    assert "Role: use **Delegate** as it is" in preview.text
    assert "Role: let **Chair** see the staff commands" in preview.text
    assert "Channel: use **#programme**, and set who reads and writes in it" in preview.text
    await stage.clerk.press(preview, "Create")
    await stage.settle()
    assert [one for one in world.in_order() if one.name == "programme"] == [programme]
    assert [one for one in world.roles.values() if one.name == "Delegate"] == [delegate]
    assert programme.overwrites[press.id].allow == int(Permission.VIEW_CHANNEL)
    assert delegate.permissions == int(Permission.ADD_REACTIONS)
    assert chair.permissions == int(Permission.ADD_REACTIONS | Permission.MANAGE_EVENTS)
    assert "programme" in [one.name for one in stage.person("Petra").channels()]
    assert "programme" in [one.name for one in stage.delegate.channels()]
    assert not await may_write(stage.delegate, programme)
    assert "programme" not in [one.name for one in stage.newcomer.channels()]
    assert (await stage.clerk.command("meeting setup")).text == "Everything is in place already."


@pytest.mark.parametrize("name", ["Manage Roles", "Manage Channels", "Create Events", "Mention Everyone"])
async def test_a_permission_the_bot_lacks_is_named_and_nothing_changed(stage: Stage, name: str) -> None:
    bit = Permission[name.replace(" ", "_").upper()]
    role = stage.world.role_named("roundtable")
    assert role is not None
    role.permissions &= ~int(bit)
    await stage.run()
    clerk = stage.clerk
    before = layout(stage)
    answer = await clerk.command("meeting setup")
    assert f"The bot lacks: {name}." in answer.text and "Nothing was changed." in answer.text
    assert answer.buttons == []
    assert layout(stage) == before
    role.permissions |= int(bit)
    stage.world.change_role(role)
    await stage.settle()
    assert (await stage.clerk.command("meeting setup")).buttons == ["Create", "Not now"]


async def test_the_permissions_asked_for_at_installation_are_enough(stage: Stage) -> None:
    role = stage.world.role_named("roundtable")
    assert role is not None
    role.permissions = NEEDED.value
    await stage.run()
    await stage.set_up()
    await stage.until(at(9, 0))
    await stage.moderator.command("agenda start", item="two")
    await stage.later(minutes=1)
    await stage.moderator.command("agenda end")
    await stage.later(minutes=1)
    thread = stage.world.thread_named("What decides?")
    assert thread is not None and thread.locked


async def test_a_role_above_the_bots_is_named(stage: Stage) -> None:
    role = stage.world.add_role("Moderator", position=9)
    bot = stage.world.role_named("roundtable")
    assert bot is not None and role.position > bot.position
    await stage.run()
    clerk = stage.clerk
    before = layout(stage)
    answer = await clerk.command("meeting setup")
    assert "The bot's role stands below “Moderator”" in answer.text
    assert layout(stage) == before


async def test_deleted_channels_and_roles_are_made_again_by_set_up(house: Stage) -> None:
    world = house.world
    await house.moderator.command("agenda start", item="two")
    await house.later(seconds=5)
    assert world.thread_named("What decides?") is not None
    world.delete_channel(house.channel("questions"))
    role = world.role_named("Delegate")
    assert role is not None
    world.delete_role(role)
    await house.settle()
    preview = await house.clerk.command("meeting setup")
    assert "Channel: make **#questions**" in preview.text and "Role: make **Delegate**" in preview.text
    await house.clerk.press(preview, "Create")
    await house.settle()
    await house.later(seconds=30)
    house.person("Dara", "Delegate")
    assert "programme" in [one.name for one in house.delegate.channels()]
    assert len(house.messages("questions")) == 2
    assert "What decides?" in house.messages("questions")[0].text
    thread = world.thread_named("What decides?")
    assert thread is not None and house.delegate.threads(house.channel("questions")) == [thread]
    assert await may_write(house.delegate, thread)
    assert (await house.clerk.command("meeting setup")).text == "Everything is in place already."


async def test_a_deleted_panel_is_reported_once_and_put_back_by_set_up(house: Stage) -> None:
    house.allowed.add(10008)
    house.world.delete_message(house.operator)
    await house.until(at(8, 0))
    house.panel("moderators", "Somebody deleted")
    await house.until(at(8, 50))
    told = house.told("Somebody deleted")
    assert len(told) == 1 and "the panel “Running the meeting”" in told[0]
    moderator_role = house.world.role_named("Moderator")
    assert moderator_role is not None and f"<@&{moderator_role.id}>" in told[0]
    assert not any("## Running the meeting" in text for text in house.texts("moderators"))
    assert "/meeting setup puts them back" in (await house.clerk.command("meeting status")).text
    await house.restart()
    assert not any("## Running the meeting" in text for text in house.texts("moderators"))
    preview = await house.clerk.command("meeting setup")
    assert "put 1 back that was deleted" in preview.text
    await house.clerk.press(preview, "Create")
    await house.settle()
    await house.later(seconds=10)
    assert "Accreditation" in house.operator.text
    assert len(house.told("Somebody deleted")) == 1
    house.world.delete_message(house.operator)
    await house.until(at(9, 2))
    assert len(house.told("Somebody deleted")) == 2, "a second loss is told again"


async def test_names_of_channels_are_the_programmes(stage: Stage) -> None:
    text = stage.programme.read_text("utf-8") + "channels: {welcome: hello, moderators: staff-only}\n"
    stage.programme.write_text(text, "utf-8")
    await stage.run()
    await stage.set_up()
    names = [one.name for one in stage.world.in_order()]
    assert names == ["general", "hello", "programme", "floor", "polls", "questions", "staff-only"]
    assert "A small roundtable" in stage.texts("hello")[0]


async def test_a_channel_hidden_from_the_bot_is_named_and_the_rest_is_done(house: Stage) -> None:
    programme, world = house.channel("programme"), house.world
    world.overwrite(programme, world.bot, deny=int(Permission.VIEW_CHANNEL))
    world.delete_channel(house.channel("floor"))
    await house.settle()
    house.allowed.add(50001)
    preview = await house.clerk.command("meeting setup")
    answer = await house.clerk.press(preview, "Create")
    assert "#programme" in answer.text and "View Channel" in answer.text
    assert "did not answer" not in answer.text
    assert house.channel("floor"), "the rest was done"
    may = Permission.VIEW_CHANNEL | Permission.MANAGE_ROLES
    world.overwrite(programme, world.bot, allow=int(may))
    await house.set_up()
