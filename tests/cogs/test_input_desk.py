"""Inputs as those who run the meeting see to them: held, shown, marked, merged, recorded, handed out."""

import csv
import io
import sqlite3
from contextlib import closing

import pytest

from rehearsal.standin import Permission, Person
from tests.discussing import (
    card,
    contribute,
    file_of,
    forge,
    hanging,
    labels,
    many,
    mine,
    number_of,
    question,
    seated,
    sent,
    taken_up,
    thread_of,
)
from tests.stage import Stage, at

RECORD = "Record as input"


async def shown(stage: Stage, *said: tuple[str, str]) -> list[str]:
    """Inputs that show, by delegation and text; their numbers."""
    for delegation, text in said:
        (person,) = await seated(stage, delegation)
        await contribute(stage, person, text)
    await stage.later(seconds=15)
    return [number_of(card(stage, text)) for _, text in said]


# Held.


@pytest.mark.parametrize("role", ["Moderator", "Rapporteur"])
async def test_released_or_hidden_on_the_panel_in_the_moderators_channel(house: Stage, role: str) -> None:
    await taken_up(house)
    ann, someone = (await seated(house, "alp"))[0], house.person("Some", role)
    for text in ("It worked.", "It names somebody."):
        await contribute(house, ann, text, kind="positive_example")
    await house.later(seconds=15)
    good, bad = house.panel("moderators", "It worked."), house.panel("moderators", "It names somebody.")
    assert "Does it tell of persons or cases?" in bad.text
    assert (await someone.press(good, "Show it")).text == "It shows in a moment."
    assert (await someone.press(bad, "Hide it")).text.startswith("Hidden. It counts nowhere;")
    await house.later(seconds=15)
    assert [labels(house.panel("moderators", mark)) for mark in ("✓ It shows.", "✓ Hidden.")] == [[], []]
    assert card(house, "It worked.") and len(hanging(house)) == 1
    assert not any("It names somebody." in text for text in house.texts("moderators"))
    assert "1 input so far." in question(house).text


async def test_two_moderators_release_at_once(house: Stage) -> None:
    await taken_up(house)
    (ann,) = await seated(house, "alp")
    await contribute(house, ann, "It worked.", kind="positive_example")
    await house.later(seconds=15)
    held = house.panel("moderators", "It worked.")
    first = await house.moderator.press(held, "Show it")
    second = await house.person("Max", "Moderator").press(held, "Show it")
    assert (first.text, second.text) == (
        "It shows in a moment.",
        "That input is neither held nor hidden, so nothing was done.",
    )
    await house.later(seconds=15)
    assert len(hanging(house)) == 1


async def test_what_is_held_is_chosen_for_each_question(house: Stage) -> None:
    await taken_up(house)
    mona, (ann,) = house.moderator, await seated(house, "alp")
    reply = await mona.command("discussion hold", question="q1", kind="suggestion", held="yes")
    assert reply.text == "From now on a moderator sees this first: suggestion."
    reply = await mona.command("discussion hold", question="q1", kind="positive_example", held="no")
    assert reply.text == "From now on this shows at once: positive example."
    await contribute(house, ann, "Held now.")
    await contribute(house, ann, "At once.", kind="positive_example")
    await contribute(house, ann, "Of the other one.", part=None, title="What next?")
    await house.later(seconds=15)
    assert [m.text.split("\n")[1] for m in hanging(house)] == ["At once."]
    assert house.panel("moderators", "Held now.")
    assert "1 input so far." in question(house, "What next?").text
    offered = await mona.complete("discussion release", "input")
    assert [one["name"] for one in offered] == ["Republic of Alpland: Held now."]
    assert (await mona.command("discussion release", input=offered[0]["value"])).text == (
        "It shows in a moment."
    )
    await house.later(seconds=15)
    assert card(house, "Held now.")


# Marked, hidden, merged.


async def test_a_key_point_is_marked_and_unmarked(house: Stage) -> None:
    await taken_up(house)
    (number,) = await shown(house, ("alp", "Most important."))
    mona = house.moderator
    assert (await mona.command("discussion key", input=number)).text == "Marked as a key point."
    await house.later(seconds=10)
    assert card(house, "Most important.").text.startswith("**Key point · Republic of Alpland** · suggestion")
    digest = (await mona.command("discussion digest", question="q1")).text
    assert "**Key points**\n- Most important. – Republic of Alpland" in digest
    assert "- Most important. – shows · suggestion · part 1 · **key point**" in (
        (await mona.command("discussion show", question="q1")).text.replace("Republic of Alpland: ", "")
    )
    assert (await mona.command("discussion key", input=number)).text == "No key point any more."
    await house.later(seconds=10)
    assert card(house, "Most important.").text.startswith("**Republic of Alpland** · suggestion")


async def test_hidden_and_brought_back(house: Stage) -> None:
    await taken_up(house)
    (number,) = await shown(house, ("alp", "In and out."))
    mona = house.moderator
    await mona.command("discussion key", input=number)
    assert (await mona.command("discussion hide", input=number)).text.startswith("Hidden.")
    await house.later(seconds=10)
    assert card(house, "This input was taken out of sight by those who run the meeting.")
    assert not any("In and out." in m.text for m in hanging(house))
    assert "so far" not in question(house).text
    (person,) = await seated(house, "bre")
    assert (await person.press(question(house), "Associate…")).text.startswith("There are no inputs")
    assert (await mona.command("discussion hide", input=number)).text == (
        "That input is out of sight already."
    )
    assert (await mona.command("discussion hide", input=number, back=True)).text == "It shows again."
    await house.later(seconds=10)
    assert card(house, "In and out.").text.startswith("**Republic of Alpland**") and len(hanging(house)) == 1


async def test_a_held_input_that_was_hidden_comes_back_held(house: Stage) -> None:
    await taken_up(house)
    (ann,) = await seated(house, "alp")
    await contribute(house, ann, "It worked.", kind="positive_example")
    await house.later(seconds=10)
    number = number_of(house.panel("moderators", "It worked."))
    await house.moderator.press(house.panel("moderators", "It worked."), "Hide it")
    await house.later(seconds=10)
    reply = await house.moderator.command("discussion hide", input=number, back=True)
    assert reply.text == "It is back, and held until a moderator shows it."
    await house.later(seconds=10)
    assert labels(house.panel("moderators", "It worked.")) == ["Show it", "Hide it"] and hanging(house) == []


async def test_merged_inputs_have_all_behind_them_who_were_behind_either(house: Stage) -> None:
    await taken_up(house)
    one, two = await shown(house, ("alp", "Say this."), ("bre", "Say the same."))
    cy, eve = await seated(house, "cor", "eco")
    await cy.press(card(house, "Say the same."), "Associate")
    await eve.press(card(house, "Say this."), "Associate")
    await eve.press(card(house, "Say the same."), "Associate")
    mona = house.moderator
    same = await mona.command("discussion merge", input=one, into=one)
    assert same.text.startswith("An input is merged into another one")
    offered = await mona.complete("discussion merge", "into", "the same")
    assert [each["value"] for each in offered] == [two]
    reply = await mona.command("discussion merge", input=two, into=one)
    assert reply.text == "Merged. Who stood behind either stands behind the one that stays."
    await house.later(seconds=15)
    stays = card(house, "Say this.").text
    assert "-# **3 delegations stand behind this:** ECE, Bretonia, Côre d'Or" in stays, stays
    assert "-# 1 further input saying the same is part of this." in stays
    gone = card(house, "This input says the same as that of Republic of Alpland, and is part of it now.")
    assert labels(gone) == [] and "Say the same." not in gone.text
    assert "1 input so far." in question(house).text
    again = await mona.command("discussion merge", input=two, into=one)
    assert again.text == "That input does not show (any more), so nothing was done."


async def test_what_is_merged_into_one_without_attribution_names_nobody(house: Stage) -> None:
    await taken_up(house)
    for person, n in zip(await seated(house, "alp", "bre", "cor"), range(3), strict=True):
        await contribute(house, person, f"Said {n}.", name="none")
    await house.later(seconds=15)
    one, into = (number_of(card(house, f"Said {n}.")) for n in range(2))
    await house.moderator.command("discussion merge", input=one, into=into)
    await house.later(seconds=15)
    gone = card(house, "This input says the same as another without attribution, and is part of it now.")
    assert number_of(gone) == one


# Looking, handing out.


async def test_show_tells_how_all_of_them_stand(house: Stage) -> None:
    await taken_up(house)
    await shown(house, ("alp", "It shows."), ("bre", "Out of sight."))
    (cy,) = await seated(house, "cor")
    await contribute(house, cy, "It worked.", kind="positive_example")
    await contribute(house, cy, "Quietly.", name="none")
    await house.moderator.command("discussion hide", input=number_of(card(house, "Out of sight.")))
    mona = house.moderator
    every = (await mona.command("discussion show")).text
    assert "**What decides?**: 1 input shows, 1 held, 1 waiting for others" in every
    assert "**What next?**: 0 inputs show, 0 held, 0 waiting for others" in every
    lines = (await mona.command("discussion show", question="q1")).text.split("\n")
    assert lines[0] == "**What decides?**" and sorted(lines[1:]) == [
        "- Bretonia: Out of sight. – hidden · suggestion · part 1",
        "- Côre d'Or: It worked. – held · positive example · part 1",
        "- Republic of Alpland: It shows. – shows · suggestion · part 1",
        "1 without attribution waits for others.",
    ]
    assert (await mona.command("discussion show", question="q2")).text == "**What next?**\nNo inputs yet."
    assert (await mona.command("discussion show", question="q9")).text.startswith("There is no such guiding")
    offered = await mona.complete("discussion show", "question", "next")
    assert offered == [{"name": "What next?", "value": "q2"}]


async def test_a_long_list_ends_with_how_many_more_there_are(house: Stage) -> None:
    (ann,) = await seated(house, "alp")
    await many(house, ann, 60)
    text = (await house.moderator.command("discussion show", question="q1")).text
    *lines, last = text.split("\n")
    assert (
        last == f"… and {60 - (len(lines) - 1)} more; /discussion export has all that show"
        and len(text) < 3800
    )


async def test_the_table_has_what_shows_in_full(house: Stage) -> None:
    await taken_up(house)
    text = "=1+1, “quoted”\nand *more*; " + "ไทย " * 300
    (ann,), (bea,) = await seated(house, "alp"), await seated(house, "bre")
    await contribute(house, ann, text, part="2", kind="offer")
    await contribute(house, ann, "Held.", kind="positive_example")
    await contribute(house, bea, "Quietly.", name="category")
    await house.later(seconds=20)
    await bea.press(card(house, "and \\*more\\*"), "Associate")
    await house.moderator.command("discussion key", input=number_of(card(house, "Quietly.")))
    reply = await house.moderator.command("discussion export", question="q1")
    assert reply.ephemeral and reply.text == "All inputs to “What decides?” that show:"
    name, data = file_of(reply)
    rows = list(csv.reader(io.StringIO(data.removeprefix("\ufeff"))))
    assert name == "inputs-q1.csv"
    assert rows[0] == ["question", "part", "kind", "author", "text", "stand behind it", "key point"]
    assert rows[1] == ["What decides?", "1", "suggestion", "A member delegation", "Quietly.", "", "yes"]
    assert rows[2][:4] == ["What decides?", "2", "offer", "Republic of Alpland"]
    assert rows[2][4].lstrip("'") == text.strip() and rows[2][5:] == ["Bretonia", ""] and len(rows) == 3
    assert not rows[2][4].startswith("="), "a spreadsheet would calculate it"


async def test_the_deadline_is_set_for_inputs_and_statements(house: Stage) -> None:
    mona = house.moderator
    for typed, said in (
        ("tomorrow", "Please write a day and a time at the venue, such as “d2 18:00”."),
        ("d9 10:00", "There is no day “d9”."),
        ("d1 24:00", "Please write a day and a time"),
        ("d1 06:00", "Inputs and written statements were taken until"),
    ):
        reply = await mona.command("discussion deadline", until=typed)
        assert reply.text.startswith(said), (typed, reply.text)
    reply = await mona.command("discussion deadline", until=" d1  07:00 ")
    assert reply.text.startswith("Inputs and written statements are taken until 07:00 Bangkok")
    await house.until(at(7, 0, second=10))
    assert (
        labels(question(house)) == ["My inputs"] and "Inputs were taken until 07:00" in question(house).text
    )
    await mona.command("discussion deadline", until="d2 9:30")
    await house.later(seconds=10)
    assert labels(question(house)) == ["Contribute…", "Associate…", "My inputs"]
    assert "until Thursday 8 September, 09:30 Bangkok" in question(house).text


# Who may.

TYPED = [
    ("discussion show", {}),
    ("discussion hold", {"question": "q1", "kind": "offer", "held": "yes"}),
    ("discussion release", {"input": "x"}),
    ("discussion key", {"input": "x"}),
    ("discussion hide", {"input": "x"}),
    ("discussion merge", {"input": "x", "into": "y"}),
    ("discussion digest", {"question": "q1"}),
    ("discussion export", {"question": "q1"}),
    ("discussion deadline", {"until": "d2 18:00"}),
]


async def refusals(stage: Stage, person: Person) -> list[str]:
    """The commands that this person is refused for who they are."""
    found = []
    for path, given in TYPED:
        stage.breathe()
        reply = await person.command(path, **given)
        if "people who run the meeting" in reply.text:
            found.append(path)
    return found


async def test_who_may_type_what(house: Stage) -> None:
    """Discord shows the commands to whoever manages events; what they may is asked once more."""
    stranger = house.person("Sam", "Delegate")
    assert not any("discussion" in path for path in stranger.commands())
    assert stranger.message_commands() == []
    house.world.give_role(
        stranger.member, house.world.add_role("Helpers", permissions=int(Permission.MANAGE_EVENTS)).id
    )
    assert await refusals(house, stranger) == [path for path, _ in TYPED]
    for path, option in (("release", "input"), ("show", "question"), ("merge", "into")):
        assert await stranger.complete(f"discussion {path}", option) == []
    rapporteur = house.person("Rae", "Rapporteur")
    assert await refusals(house, rapporteur) == ["discussion deadline"]
    assert await refusals(house, house.moderator) == []


# From a message.


async def test_a_message_is_recorded_as_its_authors_input(house: Stage) -> None:
    await taken_up(house)
    mona, (ann,) = house.moderator, await seated(house, "alp")
    said = await ann.write(thread_of(house), "We had *this* idea.")
    assert mona.message_commands() == [RECORD] and ann.message_commands() == []
    form = await mona.use(RECORD, on=said)
    assert form.modal is not None
    done = await mona.fill(form, {"To which part?": ["2"], "What is it?": ["offer"]})
    assert done.text == "Recorded. It shows in the thread in a moment." and done.ephemeral
    await house.later(seconds=10)
    shows = card(house, "We had \\*this\\* idea.")
    assert shows.text.startswith("**Republic of Alpland** · offer · part 2\n")
    mine = await ann.press(question(house), "My inputs")
    assert mine.text == "You have 1 input to this question.", "the author may change it"


async def test_a_message_is_recorded_once(house: Stage) -> None:
    await taken_up(house)
    mona, (ann,) = house.moderator, await seated(house, "alp")
    said = await ann.write(thread_of(house), "An idea.")
    given = {"To which part?": ["2"], "What is it?": ["offer"]}
    forms = [await mona.use(RECORD, on=said) for _ in range(2)]
    done = [(await mona.fill(form, given)).text for form in forms]
    assert done[0].startswith("Recorded.")
    assert done[1] == "That message was recorded as an input before, so nothing was done."
    await house.later(seconds=10)
    assert "1 input so far." in question(house).text


async def test_an_input_is_found_by_its_number_and_any_of_its_words(house: Stage) -> None:
    await taken_up(house)
    await shown(house, ("alp", "word " * 40 + "needle"), ("bre", "Another."))
    number = number_of(card(house, "needle"))
    for typed in (number, number.upper(), "NEEDLE"):
        offered = await house.moderator.complete("discussion hide", "input", typed)
        assert [one["value"] for one in offered] == [number], typed


async def test_one_that_was_merged_is_taken_out_again(house: Stage) -> None:
    await taken_up(house)
    one, two = await shown(house, ("alp", "Say this."), ("bre", "Say the other."))
    await house.moderator.command("discussion merge", input=two, into=one)
    offered = await house.moderator.complete("discussion hide", "input", "other")
    assert [each["value"] for each in offered] == [two]
    reply = await house.moderator.command("discussion hide", input=two, back=True)
    assert reply.text == "It shows again."
    await house.later(seconds=15)
    assert card(house, "Say the other.") and "further input" not in card(house, "Say this.").text


async def test_what_cannot_be_recorded(house: Stage) -> None:
    """No seat: said of the author, and nothing typed is lost; no thread of a question; the bot's own card."""
    await taken_up(house)
    mona, (ann,) = house.moderator, await seated(house, "alp")
    given = {"To which part?": ["1"], "What is it?": ["offer"]}
    form = await mona.use(RECORD, on=await house.delegate.write(thread_of(house), "Who am I?"))
    reply = await mona.fill(form, given)
    assert reply.text.startswith("Whoever wrote that message has no seat at this meeting"), reply.text
    assert file_of(reply) == ("input.txt", "Who am I?")
    elsewhere = await mona.write(house.channel("moderators"), "Among us.")
    assert (await mona.use(RECORD, on=elsewhere)).text.startswith("That message stands in no thread")
    await contribute(house, ann, "A card.")
    await house.later(seconds=10)
    form = await mona.use(RECORD, on=card(house, "A card."))
    reply = await mona.fill(form, given | {"Your input": "A card."})
    assert reply.text.startswith("Whoever wrote that message has no seat")
    assert len(hanging(house)) == 1


async def test_a_long_message_is_recorded_whole_after_the_thread_is_locked(house: Stage) -> None:
    await taken_up(house)
    mona, (ann,) = house.moderator, await seated(house, "alp")
    text = ("Nō word is lost. " * 200)[:1999] + "."
    said = await ann.write(thread_of(house), text)
    await mona.command("agenda end")
    await house.later(seconds=20)
    done = await mona.fill(
        await mona.use(RECORD, on=said), {"To which part?": ["1"], "What is it?": ["challenge"]}
    )
    assert done.text.startswith("Recorded."), done.text
    await house.later(seconds=10)
    assert card(house, text)


async def test_a_message_is_recorded_under_a_name_and_by_whoever_did(house: Stage) -> None:
    await taken_up(house)
    mona, (ann,) = house.moderator, await seated(house, "alp")
    message = await ann.write(thread_of(house), "By a message.")
    form = await mona.use(RECORD, on=message)
    given = {"To which part?": ["1"], "What is it?": ["offer"], "Under whose name?": ["none"]}
    with pytest.raises(ValueError, match="not on offer"):
        await mona.fill(form, given)
    done = await mona.fill(form, given | {"Under whose name?": ["delegation"]})
    assert done.text.startswith("Recorded")
    with closing(sqlite3.connect(house.database)) as database:
        (who,) = database.execute(
            "SELECT actor FROM audit JOIN audit_details USING (seq)"
            " WHERE verb = 'discussions.contribute' ORDER BY seq DESC LIMIT 1"
        ).fetchone()
    assert str(mona.user_id) in who and str(ann.user_id) not in who


async def test_a_forged_author_is_none(house: Stage) -> None:
    mona = house.moderator
    for author in ("", "x", "9" * 30, "²", house.delegate.user_id):
        reply = await forge(house, mona, "q1", "recorded", author, form=sent("Text."))
        assert "Something went wrong" not in reply.text and not reply.text.startswith("Recorded"), author


async def test_a_long_held_text_hangs_whole_and_is_shown_as_it_was_read(house: Stage) -> None:
    await taken_up(house)
    (ann,) = await seated(house, "alp")
    await contribute(house, ann, "Start. " + "word " * 780 + "The end.", kind="positive_example")
    await house.later(seconds=20)
    first, last = house.panel("moderators", "Start."), house.panel("moderators", "The end.")
    assert first.id != last.id and labels(first) == [], "the buttons stand under the end"
    assert labels(last) == ["Show it", "Hide it"] and "continued, 2 of" in last.text
    form = await ann.press(await mine(house, ann, "Start."), "Change…")
    given = {"To which part?": ["1"], "What is it?": ["positive_example"], "Your input": "Quite another."}
    await ann.fill(form, given)
    early = await house.moderator.press(last, "Show it")
    assert early.text.startswith("Its author has changed that input since")
    await house.later(seconds=20)
    assert hanging(house) == [], "nothing shows that nobody read"
    await house.moderator.press(house.panel("moderators", "Quite another."), "Show it")
    await house.later(seconds=20)
    assert card(house, "Quite another.")
