"""The real client against it: connects, registers, answers, resumes, and waits where it must."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest
import yarl
from discord import app_commands
from discord.ext import commands

from rehearsal.standin import File, Permission, Standin


class Bot(commands.Bot):
    """As the project's bot is set up, but quick to be ready and to identify again."""

    def __init__(self) -> None:
        super().__init__(
            commands.when_mentioned,
            intents=discord.Intents(guilds=True),
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            guild_ready_timeout=0.05,
        )
        self.resumed = asyncio.Event()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Without the five seconds the library waits before it identifies again."""

    async def on_resumed(self) -> None:
        self.resumed.set()


class Form(discord.ui.Modal, title="A question"):
    words: discord.ui.Label[Any] = discord.ui.Label(
        text="Words", component=discord.ui.TextInput(max_length=20)
    )
    way: discord.ui.Label[Any] = discord.ui.Label(
        text="Way",
        component=discord.ui.RadioGroup(
            options=[discord.RadioGroupOption(label="Aloud"), discord.RadioGroupOption(label="In writing")]
        ),
    )
    topics: discord.ui.Label[Any] = discord.ui.Label(
        text="Topics",
        component=discord.ui.CheckboxGroup(
            options=[discord.CheckboxGroupOption(label="Water"), discord.CheckboxGroupOption(label="Air")]
        ),
    )
    item: discord.ui.Label[Any] = discord.ui.Label(
        text="Item",
        component=discord.ui.Select(
            required=True, options=[discord.SelectOption(label="One"), discord.SelectOption(label="Two")]
        ),
    )

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        parts = [self.words.component.value, self.way.component.value]
        parts += [*sorted(self.topics.component.values), *self.item.component.values]
        await interaction.response.send_message("/".join(parts), ephemeral=True)


class Panel(discord.ui.LayoutView):
    def __init__(self) -> None:
        super().__init__(timeout=None)
        button: discord.ui.Button[Any] = discord.ui.Button(label="Ask", custom_id="ask")
        button.callback = self.ask  # type: ignore[method-assign]
        section: discord.ui.Section[Any] = discord.ui.Section("Questions are open.", accessory=button)
        self.add_item(
            discord.ui.Container(discord.ui.TextDisplay("## Panel"), section, accent_colour=0x123456)
        )

    async def ask(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_modal(Form())


@pytest.fixture
async def bot(standin: Standin, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    monkeypatch.setattr(discord.http.Route, "BASE", standin.api_url)
    monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(standin.gateway_url))
    made = Bot()

    @made.tree.command(description="Posts the panel")
    async def panel(interaction: discord.Interaction[Any], minutes: app_commands.Range[int, 1, 60]) -> None:
        await interaction.response.defer(ephemeral=True)
        assert isinstance(interaction.channel, discord.TextChannel)
        await interaction.channel.send(view=Panel(), nonce="panel")
        await interaction.followup.send(f"posted for {minutes} minutes")

    @made.tree.command(description="Proposes")
    async def item(interaction: discord.Interaction[Any], name: str) -> None:
        await interaction.response.send_message(name, allowed_mentions=discord.AllowedMentions.none())

    @made.tree.command(name="hand-in", description="Hands in a paper")
    async def hand_in(
        interaction: discord.Interaction[Any],
        paper: discord.Attachment,
        cover: discord.Attachment | None = None,
    ) -> None:
        await interaction.response.defer(ephemeral=True)
        words = f"{paper.filename} {paper.size} {paper.content_type} {(await paper.read()).decode()}"
        again = await cover.to_file(use_cached=True) if cover else discord.utils.MISSING
        await interaction.followup.send(words, file=again, ephemeral=True)

    @made.tree.command(description="Sends a picture")
    async def chart(interaction: discord.Interaction[Any]) -> None:
        view = discord.ui.View(timeout=None)
        button: discord.ui.Button[Any] = discord.ui.Button(label="Redraw")

        async def redraw(press: discord.Interaction[Any]) -> None:
            files = [discord.File(io.BytesIO(b"two"), "two.png")]
            await press.response.edit_message(content="second", attachments=files, view=None)
            await press.followup.send("redrawn", ephemeral=True)

        button.callback = redraw  # type: ignore[method-assign]
        view.add_item(button)
        file = discord.File(io.BytesIO(b"one"), "one.png")
        await interaction.response.send_message("first", file=file, view=view, ephemeral=True)

    @item.autocomplete("name")
    async def propose(interaction: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{typed}…", value="d1-04")]

    @made.tree.context_menu(name="Record as input")
    @app_commands.default_permissions(manage_guild=True)
    async def record(interaction: discord.Interaction[Any], message: discord.Message) -> None:
        assert message.guild == interaction.guild and message.channel == interaction.channel
        await interaction.response.defer(ephemeral=True)
        words = f"{message.author.name}: {message.content} {message.jump_url}"
        await message.pin()
        await interaction.followup.send(words, ephemeral=True)

    async with made:
        running = asyncio.get_running_loop().create_task(made.start(standin.token))
        await asyncio.wait_for(standin.wait_connected(), 5)
        await asyncio.wait_for(made.wait_until_ready(), 5)
        await made.tree.sync()
        yield made
        await made.close()
    await asyncio.wait_for(running, 5)
    assert not standin.connected


async def test_a_command_a_panel_a_form(bot: Bot, standin: Standin) -> None:
    world = standin.world
    ada = standin.person(world.add_member("Ada"))
    ben = standin.person(world.add_member("Ben"))
    assert ada.commands() == ["chart", "hand-in", "item", "panel"]
    reply = await ada.command("panel", minutes=15)
    assert (reply.kind, reply.text, reply.ephemeral) == ("message", "posted for 15 minutes", True)
    (panel,) = ben.sees(world.guild.system_channel_id or 0)
    assert panel.text == "## Panel\nQuestions are open."
    # discord.py registers a view once the send has come back.
    form = await ben.press(panel, "Ask")
    assert (form.kind, form.text) == ("modal", "A question\nWords\nWay\nTopics\nItem")
    answers = {"Words": "why", "Way": "In writing", "Topics": ["Water", "Air"], "Item": "Two"}
    reply = await ben.fill(form, answers)
    assert (reply.text, reply.ephemeral) == ("why/In writing/Air/Water/Two", True)
    assert standin.refused == [] and standin.unanswered == [] and standin.quiet


async def test_autocomplete(bot: Bot, standin: Standin) -> None:
    ada = standin.person(standin.world.add_member("Ada"))
    assert await ada.complete("item", option="name", typed="Ques") == [{"name": "Ques…", "value": "d1-04"}]
    assert (await ada.command("item", name="d1-04")).text == "d1-04"


@pytest.mark.parametrize("where", ["channel", "thread"])
async def test_a_command_on_a_message(bot: Bot, standin: Standin, where: str) -> None:
    world = standin.world
    chair = world.add_role("chair", permissions=int(Permission.MANAGE_GUILD))
    ada, ben = standin.person(world.add_member("Ada")), standin.person(world.add_member("Ben", [chair.id]))
    assert (ada.message_commands(), ben.message_commands()) == ([], ["Record as input"])
    place = world.channels[world.guild.system_channel_id or 0]
    if where == "thread":
        place = world.add_thread(place, "talk", world.bot)
    message = await ada.write(place, "what the bot cannot read by itself")
    reply = await ben.use("Record as input", on=message)
    address = f"https://discord.com/channels/{world.guild.id}/{place.id}/{message.id}"
    assert reply.text == f"Ada: what the bot cannot read by itself {address}"
    assert reply.ephemeral and message.pinned_at
    assert [one.type for one in ada.sees(place)] == [0, 6]
    assert standin.refused == [] and standin.unanswered == []


async def test_pins_beyond_the_first_page(bot: Bot, standin: Standin, clock: Any) -> None:
    channel = bot.guilds[0].text_channels[0]
    owner = standin.person(standin.world.owner)
    for number in range(52):
        clock.advance(seconds=1)
        standin.world.pin(await owner.write(channel.id, str(number)), True)
    assert [one.content async for one in channel.pins(limit=None)] == [str(n) for n in reversed(range(52))]


async def test_files_with_a_command(bot: Bot, standin: Standin) -> None:
    ada = standin.person(standin.world.add_member("Ada"))
    paper = File("Entwurf für Ä.txt", "größer".encode(), "text/plain; charset=utf-8")
    reply = await ada.command("hand-in", paper=paper)
    assert reply.text == "Entwurf für Ä.txt 8 text/plain; charset=utf-8 größer"
    assert reply.message and reply.message.attachments == []
    reply = await ada.command("hand-in", paper=paper, cover=File("cover.png", b"picture"))
    assert reply.message
    assert [(one.filename, one.data) for one in reply.message.attachments] == [("cover.png", b"picture")]
    with pytest.raises(ValueError, match="paper"):
        await ada.command("hand-in", cover=File("cover.png", b"picture"))
    assert standin.refused == [] and standin.unanswered == []


async def test_one_person_is_called(bot: Bot, standin: Standin) -> None:
    world = standin.world
    ada, ben = world.add_member("Ada"), world.add_member("Ben")
    channel = bot.guilds[0].text_channels[0]
    both = f"<@{ada.id}>, after <@{ben.id}>: the floor is yours."
    only = discord.AllowedMentions(everyone=False, roles=False, users=[discord.Object(ada.id)])
    view = discord.ui.LayoutView()
    view.add_item(discord.ui.TextDisplay(both))
    await channel.send(view=view, allowed_mentions=only)
    said = await channel.send(both, allowed_mentions=only)
    quiet = await channel.send(both, allowed_mentions=discord.AllowedMentions.none())
    assert [one.id for one in said.mentions] == [ada.id] and quiet.mentions == []
    await quiet.edit(content=both + "!", allowed_mentions=only)
    await said.edit(content=both + "!", allowed_mentions=discord.AllowedMentions.none())
    assert [one.mentions for one in world.messages] == [[ada.id], [ada.id], []]
    many = discord.AllowedMentions(users=[discord.Object(number) for number in range(1, 102)])
    with pytest.raises(discord.HTTPException) as caught:
        await channel.send(both, allowed_mentions=many)
    assert (caught.value.status, caught.value.code) == (400, 50035)


async def test_files_in_answers(bot: Bot, standin: Standin) -> None:
    ada = standin.person(standin.world.add_member("Ada"))
    reply = await ada.command("chart")
    assert reply.message
    assert (reply.text, reply.ephemeral, reply.message.attachments[0].data) == ("first", True, b"one")
    assert reply.buttons == ["Redraw"]
    again = await ada.press(reply, "Redraw")
    assert (again.kind, again.message) == ("update", reply.message)
    assert (reply.text, reply.buttons, reply.message.attachments[0].data) == ("second", [], b"two")
    while not again.followups:
        await asyncio.sleep(0.001)
    assert (again.followups[0].text, again.followups[0].ephemeral_for) == ("redrawn", ada.user_id)


async def test_everything_the_bot_does_besides(bot: Bot, standin: Standin, clock: Any) -> None:
    guild = bot.guilds[0]
    day = await guild.create_category("Day one")
    overwrites = {guild.default_role: discord.PermissionOverwrite(view_channel=False)}
    overwrites[guild.me] = discord.PermissionOverwrite(view_channel=True)
    channel = await guild.create_text_channel("Plenary Hall", category=day, overwrites=overwrites, topic="t")
    assert channel.name == "plenary-hall"
    role = await guild.create_role(name="Delegates", mentionable=True)
    await channel.set_permissions(role, view_channel=True)
    member = standin.world.add_member("Ada")
    await (await guild.fetch_member(member.id)).add_roles(role)
    ada = standin.person(member)
    assert [one.name for one in await guild.query_members(user_ids=[member.id])] == ["Ada"]
    file = discord.File(io.BytesIO(b"chart"), "chart.png", description="a chart")
    message = await channel.send(
        f"{role.mention} see", file=file, embed=discord.Embed(title="T", description="D")
    )
    (seen,) = ada.sees(channel.id)
    assert (seen.mentions, seen.attachments[0].data, seen.text) == (
        [ada.user_id],
        b"chart",
        f"{role.mention} see\nT\nD",
    )
    await message.edit(content="edited", attachments=message.attachments)
    assert seen.text == "edited\nT\nD" and len(seen.attachments) == 1
    await message.pin()
    assert [one.id async for one in channel.pins()] == [message.id]
    thread = await message.create_thread(name="Talk")
    await thread.send("in it")
    await thread.edit(archived=True, locked=True)
    assert [one.id async for one in channel.archived_threads()] == [thread.id]
    start = clock() + discord.utils.datetime.timedelta(days=400)
    event = await guild.create_scheduled_event(
        name="Session",
        start_time=start,
        end_time=start + discord.utils.datetime.timedelta(hours=1),
        entity_type=discord.EntityType.external,
        privacy_level=discord.PrivacyLevel.guild_only,
        location="Room 1",
    )
    await event.edit(name="Session 2")
    assert [one.name for one in await guild.fetch_scheduled_events()] == ["Session 2"]
    await event.delete()
    assert [one.content async for one in thread.history()] == ["in it"]
    await channel.edit(topic="new")
    await role.delete()
    with pytest.raises(discord.NotFound) as caught:
        await channel.fetch_message(1)
    assert caught.value.code == 10008
    await channel.delete()
    assert standin.refused == []


async def test_it_resumes_and_hears_what_it_missed(bot: Bot, standin: Standin) -> None:
    await standin.drop_gateway(True)
    standin.world.add_channel("missed")
    await asyncio.wait_for(bot.resumed.wait(), 3)
    assert [one.name for one in bot.guilds[0].text_channels] == ["general", "missed"]


async def test_it_begins_anew_when_it_cannot_resume(bot: Bot, standin: Standin) -> None:
    ready = bot.wait_for("ready", timeout=3)
    await standin.drop_gateway(False)
    standin.world.add_channel("new")
    await ready
    assert not bot.resumed.is_set()
    assert [one.name for one in bot.guilds[0].text_channels] == ["general", "new"]


async def test_it_waits_for_the_clock(bot: Bot, standin: Standin, clock: Any) -> None:
    channel = bot.guilds[0].text_channels[0]

    async def send_all() -> None:
        for number in range(8):
            await channel.send(str(number))

    sending = asyncio.get_running_loop().create_task(send_all())
    while not sending.done():
        await asyncio.sleep(0.001)
        if standin.refill_at:
            clock.at = standin.refill_at
    await sending
    assert [one.content for one in standin.world.messages] == [*"01234567"]
    assert any(one.denied for one in standin.log) and standin.refused == []
