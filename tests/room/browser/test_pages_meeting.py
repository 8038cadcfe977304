"""Pages, server and ledger together, in a real browser: what is pressed is what the record holds."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect

from meeting.room import Door
from rehearsal.clock import HeldClock
from tests.room import demo
from tests.room.rig import Rig

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    rig = Rig(tmp_path, HeldClock(demo.TEN_THIRTY))
    await rig.open(demo.FILES / "programme.yaml", demo.FILES / "roster.csv", marking="Test")
    await demo.morning(rig)
    yield rig
    await rig.close()


@pytest_asyncio.fixture(loop_scope="session")
async def context(chromium: Browser) -> AsyncIterator[BrowserContext]:
    context = await chromium.new_context(viewport={"width": 390, "height": 844})
    yield context
    await context.close()


async def choices(rig: Rig) -> dict[str, list[int]]:
    """What the record holds as answered, by question."""
    questions = {poll.poll_id: poll.question for poll in await rig.ledger.polls.polls()}
    with closing(sqlite3.connect(rig.folder / "meeting.db")) as plain:
        rows = plain.execute(
            "SELECT poll_id, choice FROM ballots UNION ALL SELECT poll_id, choice FROM cut_ballots"
        ).fetchall()
    return {questions[poll_id]: json.loads(choice) for poll_id, choice in rows}


async def desk(chromium: Browser, rig: Rig, name: str) -> Page:
    """Another device at the desk, signed on."""
    context = await chromium.new_context(viewport={"width": 1180, "height": 820})
    page = await context.new_page()
    await page.goto(f"{rig.address}/desk/{await rig.key(Door.DESK)}")
    await page.get_by_label("Your name").fill(name)
    await page.keyboard.press("Enter")
    await expect(page.locator("dialog")).to_have_count(0)
    return page


async def test_a_seat_answers_a_poll_of_every_kind(context: BrowserContext, rig: Rig) -> None:
    await demo.kinds(rig)
    seat = next(iter(await rig.ledger.delegations.seats()))
    page = await context.new_page()
    await page.goto(f"{rig.address}/seat/{await rig.code(seat.seat_id)}")
    for kind in demo.KINDS:
        card = page.locator("article", has_text=f"A poll of the kind {kind}?")
        if kind == "points":
            for option, dots in (("legislation", "5"), ("other", "5")):
                await card.get_by_label(option, exact=True).fill(dots)
        elif kind == "score":
            for row in await card.locator(".row").all():
                await row.get_by_text("fair").click()
        else:
            for option in ("other", "legislation", "public awareness")[: 1 if kind == "single" else 3]:
                await card.get_by_text(option, exact=True).click()
        await card.get_by_role("button", name="Record").click()
        await expect(card.locator(".answer.ok")).to_be_visible()
    secret = page.locator("article", has_text="A secret one?")
    await secret.get_by_text("Yes").click()
    await secret.get_by_role("button", name="Record").click()
    await page.get_by_role("dialog").get_by_role("button", name="Record").click()
    await expect(page.locator("dialog")).to_have_count(0)
    kept = await choices(rig)
    assert kept["A poll of the kind single?"] == [6]
    assert kept["A poll of the kind approval?"] == [0, 5, 6]
    assert kept["A poll of the kind ranking?"] == [6, 0, 5]
    assert kept["A poll of the kind points?"] == [5, 0, 0, 0, 0, 0, 5]
    assert kept["A poll of the kind score?"] == [1] * 7
    assert kept["A secret one?"] == [0]


async def test_two_desks_at_once_and_the_screen_follows(
    chromium: Browser, context: BrowserContext, rig: Rig
) -> None:
    await demo.speaking(rig)
    screen = await context.new_page()
    await screen.set_viewport_size({"width": 1024, "height": 768})
    await screen.goto(f"{rig.address}/room/{await rig.key(Door.SCREEN)}")
    speaks = await screen.inner_text("h1.name")
    one, two = await desk(chromium, rig, "Ms One"), await desk(chromium, rig, "Mr Two")
    # Both press the button that both read: one does it, the other is told and changes nothing.
    await asyncio.gather(
        *(page.locator('[data-press="speakers:next"]').dispatch_event("click") for page in (one, two))
    )
    for page in (one, two):
        await expect(page.locator('[aria-busy="true"]')).to_have_count(0)
    said = [await page.inner_text(".strip") for page in (one, two)]
    assert sorted("Not done" in text for text in said) == [False, True], said
    await expect(screen.locator("h1.name")).not_to_have_text(speaks)
    assert await screen.inner_text("h1.name") == await one.inner_text(".onfloor .name")
    for page in (one, two):
        await page.context.close()


async def test_what_the_desk_does_by_keyboard_alone_is_in_the_record(chromium: Browser, rig: Rig) -> None:
    await rig.begin(demo.ITEM)
    page = await desk(chromium, rig, "Ms Operator")
    found = (await rig.ledger.delegations.delegations())[0]
    await page.keyboard.press("/")
    await page.keyboard.type(found.short_name)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="statement", exact=True)).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("dialog")).to_have_count(0)
    await expect(page.locator(".wait")).to_have_count(1)
    await page.keyboard.press("Escape")
    await page.keyboard.press("n")
    await expect(page.locator(".onfloor .name")).to_have_text(found.name)
    await page.context.close()


async def test_an_item_is_ended_while_somebody_has_the_floor(chromium: Browser, rig: Rig) -> None:
    await demo.speaking(rig)
    page = await desk(chromium, rig, "Ms Operator")
    await page.locator('[data-press="speakers:close"]').click()
    await page.get_by_role("button", name="Yes, go on").click()
    await expect(page.locator("dialog")).to_have_count(0)
    await page.keyboard.press("4")
    await page.locator('[data-press="agenda:agenda-end"]').click()
    await page.get_by_role("button", name="Yes, go on").click()
    nonetheless = page.get_by_role("dialog").get_by_role("button", name="End it nonetheless")
    await expect(nonetheless).to_be_visible()
    agenda = await rig.ledger.agenda.agenda()
    assert agenda.running is not None and agenda.running.item_id == demo.ITEM, "refused, nothing was done"
    await nonetheless.click()
    await expect(page.locator("dialog")).to_have_count(0)
    assert (await rig.ledger.agenda.agenda()).running is None
    await page.context.close()


async def test_the_screen_is_held_by_its_key_while_the_list_is_looked_at(chromium: Browser, rig: Rig) -> None:
    await demo.speaking(rig)
    page = await desk(chromium, rig, "Ms Operator")
    for key, mode in (("z", "held"), ("b", "blank"), ("f", "follow")):
        await page.keyboard.press(key)
        await expect(page.get_by_role("dialog").locator(".stage .main")).to_be_attached()
        await page.get_by_role("button", name="Show it").click()
        await expect(page.locator("dialog")).to_have_count(0)
        chosen = await rig.ledger.room.chosen()
        assert ("held" if chosen.held_at else chosen.show.value) == mode
    await page.context.close()


async def test_without_a_name_one_contributes_and_takes_it_back_by_the_code(
    context: BrowserContext, rig: Rig
) -> None:
    seat = next(iter(await rig.ledger.delegations.seats()))
    page = await context.new_page()
    await page.goto(f"{rig.address}/seat/{await rig.code(seat.seat_id)}")
    card = page.locator("article", has_text="Question 1").first
    await card.locator("summary").click()
    form = card.locator("form")
    await form.locator("textarea").fill("A thought without a name.")
    await form.locator("input[value=none]").check()
    await form.get_by_role("button").last.click()
    shown = page.locator("dialog")
    await expect(shown.get_by_text("To withdraw it later")).to_be_visible()
    code = await shown.locator(".code").inner_text()
    await shown.get_by_role("button").click()
    await page.get_by_role("button", name="Withdraw by code…").click()
    await page.get_by_label("The code you were given").fill(code.lower())
    await page.locator("dialog [type=submit]").click()
    await expect(page.get_by_text("Withdrawn.")).to_be_visible()
    assert [one.state for one in (await rig.ledger.discussions.discussions()).inputs] == ["withdrawn"]
