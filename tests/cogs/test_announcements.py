"""Announcements: said once, to nobody in particular, as they were written; never lost."""

import pytest

from tests.stage import Stage, at

HOSTILE = [
    "@everyone @here",
    "<@{user}> <@!{user}> <@&{role}>",
    "**bold** __under__ ~~gone~~ ||hidden|| `code` *a* _b_",
    "```py\nprint('x')\n```",
    "# Heading\n## Two\n-# small\n> quoted\n>>> all\n- list\n* list\n1. one",
    "[click](https://evil.example) <https://evil.example> </agenda:1> <t:0:R> <#{channel}> <:a:1> <id:guide>",
    "left \u202eturned\u2066 and \u200fso on",
    "null \x00 bell \x07 escape \x1b[31m red",
    "\\@everyone \\<@{user}>",
    "-# ref abcd1234-1: open · started",
]


async def test_hostile_texts_mention_nobody_and_format_nothing(house: Stage) -> None:
    delegate_role, channel = house.world.role_named("Delegate"), house.channel("programme")
    assert delegate_role is not None
    delegate_role.mentionable = True
    for text in HOSTILE:
        text = text.format(user=house.delegate.user_id, role=delegate_role.id, channel=channel.id)
        await house.moderator.command("agenda announce", text=text)
        await house.settle()
        message = house.messages("programme")[-1]
        assert "📣" in message.content, text
        assert message.mentions == [] and not message.mention_everyone, text
        assert message.mention_users == message.mention_roles == [], text
        body = message.content.split("📣 ", 1)[1].rsplit("\n-# ref ", 1)[0]
        for sign in ("**", "__", "~~", "||", "`"):
            assert sign not in body.replace("\\" + sign[0], ""), (sign, body)
        for opening in ("<@", "<#", "<t:", "</", "<:", "<id", "<http"):
            assert opening not in body.replace("\\<", ""), (opening, body)
        assert not any(line.startswith(("#", ">", "-", "* ", "1.")) for line in body.splitlines()), body
        assert not any(ord(sign) < 32 and sign != "\n" for sign in body)
        assert not any(sign in body for sign in "\u202e\u2066\u200f")


async def test_control_the_same_words_by_somebody_allowed_do_notify(house: Stage) -> None:
    role = house.world.role_named("Delegate")
    assert role is not None
    role.mentionable = True
    text = f"<@{house.delegate.user_id}> <@&{role.id}>"
    message = await house.moderator.write(house.channel("moderators"), f"{text} <@{house.clerk.user_id}>")
    assert message.mentions == [], "neither may look into that channel"
    message = await house.moderator.write(house.channel("general"), text)
    assert message.mentions == [house.delegate.user_id]


async def test_lines_and_addresses_stay_as_written(house: Stage) -> None:
    await house.moderator.command(
        "agenda announce", text="Lunch at 12:00 (2 € each).\nhttps://a.example/b_c_d"
    )
    await house.settle()
    content = house.messages("programme")[-1].content
    assert content.startswith("📣 Lunch at 12:00 (2 € each).\nhttps://a.example/b_c_d\n-# ref ")
    assert "announcement · 1" in content


async def test_by_the_form(house: Stage) -> None:
    form = await house.moderator.command("agenda announce")
    assert form.kind == "modal" and "Announcement" in form.text
    answer = await house.moderator.fill(form, {"Text": "The bus leaves at six."})
    assert "It appears in the programme channel" in answer.text and answer.ephemeral
    pressed = await house.moderator.press(house.operator, "Announce…")
    await house.moderator.fill(pressed, {"Text": "The bus has left."})
    await house.settle()
    assert len(house.said("📣 The bus leaves at six.")) == len(house.said("📣 The bus has left.")) == 1
    with pytest.raises(ValueError):
        await house.moderator.fill(pressed, {"Text": "x" * 1501})


async def test_too_long_a_text_is_handed_back_whole(house: Stage) -> None:
    text = "Ä" * 1400 + " and so on " * 20
    answer = await house.moderator.command("agenda announce", text=text)
    assert "an announcement has at most 1500" in answer.text
    assert answer.message is not None
    (file,) = answer.message.attachments
    assert file.filename == "announcement.txt" and file.data.decode() == text
    await house.settle()
    assert house.said("📣") == []


@pytest.mark.parametrize("text", ["*" * 1500, "a_" * 750, "\n".join("-" * 750)])
async def test_a_text_that_its_escapes_make_too_long_is_handed_back_too(house: Stage, text: str) -> None:
    answer = await house.moderator.command("agenda announce", text=text)
    assert "Please shorten it" in answer.text
    assert answer.message is not None and answer.message.attachments[0].data.decode() == text
    await house.later(minutes=1)
    assert house.said("📣") == []


@pytest.mark.parametrize("text", ["ä" * 1500, "*" * 850, "a_" * 560, "\n".join("-" * 560)])
async def test_the_longest_text_is_said_whole_whatever_its_signs(house: Stage, text: str) -> None:
    answer = await house.moderator.command("agenda announce", text=text)
    assert "It appears in the programme channel" in answer.text
    await house.settle()
    (said,) = house.said("📣")
    assert said.replace("\\", "").startswith(f"📣 {text}\n-# ref ")


async def test_nothing_but_blanks_is_refused(house: Stage) -> None:
    for text in (" ", "\u202e", "\x07\n"):
        answer = await house.moderator.command("agenda announce", text=text)
        assert "There is no text to announce." in answer.text, repr(text)
    await house.later(minutes=1)
    assert house.said("📣") == []


async def test_two_in_one_minute_and_late_ones(house: Stage) -> None:
    await house.close()
    await house.run()
    await house.moderator.command("agenda announce", text="First.")
    await house.moderator.command("agenda announce", text="Second.")
    await house.settle()
    assert len(house.said("📣 First.")) == len(house.said("📣 Second.")) == 1
    house.disturb("POST", "/messages", done=False, times=1)
    await house.moderator.command("agenda announce", text="Third.")
    await house.settle()
    assert house.said("Third.") == []
    await house.later(minutes=2)
    (third,) = house.said("Third.")
    assert "(late by 1 min)" in third
    house.disturb("POST", "/messages", done=False, times=1000)
    await house.moderator.command("agenda announce", text="Fourth.")
    await house.leap(at(7, 0))
    house.standin.door.fault = None
    await house.later(minutes=5)
    assert house.said("Fourth.") == [], "after a quarter of an hour it has lapsed"


async def test_titles_of_the_programme_are_shown_as_written(stage: Stage) -> None:
    hostile = "@everyone **x** <@1> [y](https://z.example) # h \\u202e"
    text = stage.programme.read_text("utf-8").replace("title: First question", f'title: "{hostile}"')
    text = text.replace("title: What decides?", f'title: "{hostile}"')
    stage.programme.write_text(text, "utf-8")
    await stage.run()
    await stage.set_up()
    await stage.until(at(8, 0))
    await stage.moderator.command("agenda start", item="two")
    await stage.later(minutes=1)
    shown = 0
    for channel in ("programme", "questions", "moderators"):
        for message in stage.messages(channel):
            assert stage.member("Dara").id not in message.mentions or "opening" in message.content
            if "everyone" in message.text:
                shown += 1
                assert "\\*\\*x\\*\\* \\<@1> \\[y]" in message.text, message.text
                assert not message.mention_everyone and "\u202e" not in message.text
    assert shown >= 5
