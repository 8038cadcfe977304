"""The page of a seat on a phone: every kind of ballot, the floor, a contribution; nothing typed is lost."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Locator, Page, expect

from room.pages import FOLDER
from tests.room.browser.hall import Hall
from tests.room.browser.states import HOSTILE, NOW, form, seat

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def phone(chromium: Browser, hall: Hall) -> AsyncIterator[Page]:
    context = await chromium.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = await context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    hall.state["seat"] = seat()
    await page.goto(hall.address("seat"))
    await page.wait_for_selector(".card")
    await hall.listened()
    yield page
    await context.close()
    assert faults == []


def card(page: Page, kind: str) -> Locator:
    return page.locator(f'[data-key="poll:p-{kind}"]')


async def cast(page: Page, hall: Hall, kind: str) -> list[int]:
    """Press Record; the choice that was sent."""
    await card(page, kind).get_by_role("button", name="Record").tap()
    await expect(card(page, kind).locator(".answer")).to_have_text("Done.")
    assert hall.presses[-1]["act"] == "ballots.cast" and hall.presses[-1]["args"]["poll_id"] == f"p-{kind}"
    choice: list[int] = hall.presses[-1]["args"]["choice"]
    return choice


async def test_a_ballot_of_every_kind(phone: Page, hall: Hall) -> None:
    await card(phone, "single").get_by_text("Option 3").tap()
    assert await cast(phone, hall, "single") == [2]
    for option in ("Option 4", "Option 1"):
        await card(phone, "approval").get_by_text(option).tap()
    assert await cast(phone, hall, "approval") == [0, 3]
    for option in ("Option 4", "Option 1", "Option 2", "Option 4", "Option 4"):
        await card(phone, "ranking").get_by_text(option).tap()
    assert await cast(phone, hall, "ranking") == [0, 1, 3]
    points = card(phone, "points")
    await points.get_by_label("Option 1", exact=True).fill("4")
    for _ in range(8):
        await points.get_by_role("button", name="One more: Option 3").tap()
    await expect(points.get_by_label("Option 3", exact=True)).to_have_value("6")
    assert await cast(phone, hall, "points") == [4, 0, 6, 0]
    for n, level in enumerate(("high", "low", "middle", "high")):
        await card(phone, "score").locator(".row").nth(n).get_by_text(level).tap()
    assert await cast(phone, hall, "score") == [2, 0, 1, 2]
    await card(phone, "single").get_by_role("button", name="Abstain").tap()
    await expect(card(phone, "single").locator("[aria-busy=true]")).to_have_count(0)
    assert hall.presses[-1]["args"] == {"poll_id": "p-single", "choice": []}


async def test_what_does_not_fit_is_said_and_not_sent(phone: Page, hall: Hall) -> None:
    for kind, said in (
        ("single", "Choose one first."),
        ("approval", "at least one and at most 2"),
        ("ranking", "exactly 3 places; 0 given"),
        ("points", "exactly 10; 0 placed"),
        ("score", "a level in every row"),
    ):
        await card(phone, kind).get_by_role("button", name="Record").tap()
        await expect(card(phone, kind).locator(".answer")).to_contain_text(said)
    assert hall.presses == []


async def test_options_are_sent_by_their_index_wherever_they_stand(phone: Page, hall: Hall) -> None:
    shuffled = seat()
    for poll in shuffled["polls"]:
        poll["ballot"]["options"].reverse()
        poll["round_text"] = "Round 3"
    await hall.push("seat", shuffled)
    points = card(phone, "points")
    await expect(points).to_contain_text("Round 3")
    await points.get_by_label("Option 1", exact=True).fill("6")
    await points.get_by_label("Option 4", exact=True).fill("4")
    assert await cast(phone, hall, "points") == [6, 0, 0, 4]


async def test_a_secret_ballot_is_shown_once_more(phone: Page, hall: Hall) -> None:
    secret = seat()
    secret["polls"] = secret["polls"][:1]
    secret["polls"][0] |= {
        "confirm_text": "This is secret and final.",
        "ballot": form("single", poll_id="p-single", final=True),
    }
    await hall.push("seat", secret)
    await expect(card(phone, "approval")).to_have_count(0)
    await card(phone, "single").get_by_text("Option 2").tap()
    await card(phone, "single").get_by_role("button", name="Record").tap()
    dialog = phone.get_by_role("dialog")
    await expect(dialog).to_contain_text("This is secret and final.")
    await expect(dialog).to_contain_text("Option 2")
    assert hall.presses == []
    await hall.push("seat", secret | {"seq": NOW + 61})
    await dialog.get_by_role("button", name="Record").tap()
    await expect(dialog).to_have_count(0)
    assert hall.presses[-1]["args"] == {"poll_id": "p-single", "choice": [1], "sure": True}


async def test_what_is_half_filled_in_survives_new_states_and_a_refusal(phone: Page, hall: Hall) -> None:
    await card(phone, "ranking").get_by_text("Option 4").tap()
    await card(phone, "ranking").get_by_text("Option 1").tap()
    question = phone.locator('[data-key="question:q1"]')
    await question.get_by_text("Write a contribution").tap()
    text = question.get_by_label("Your text")
    await text.fill("What we found")
    await text.focus()
    for n in range(3):
        moved = seat(seq=NOW + 70 + n)
        moved["floor"]["waiting_text"] = f"{n} wait."
        await hall.push("seat", moved)
        await expect(phone.locator('[data-key="floor"]')).to_contain_text(f"{n} wait.")
    await expect(text).to_be_focused()
    await expect(text).to_have_value("What we found")
    assert await card(phone, "ranking").locator(".place").all_inner_texts() == ["2", "", "", "1"]
    hall.answer = {"ok": False, "sentence": "The discussion is over."}
    await question.get_by_role("button", name="Send").tap()
    await expect(question.locator(".answer")).to_have_text("The discussion is over.")
    await expect(text).to_have_value("What we found")


@pytest.mark.parametrize("change", ["a poll closes", "polls go", "the floor goes empty", "a list is gone"])
async def test_what_goes_away_above_takes_neither_focus_nor_selection_nor_text(
    phone: Page, hall: Hall, change: str
) -> None:
    question = phone.locator('[data-key="question:q1"]')
    await question.get_by_text("Write a contribution").tap()
    text = question.get_by_label("Your text")
    await text.fill("What we found")
    await text.evaluate("(one) => { one.focus(); one.setSelectionRange(5, 7) }")
    moved = seat(seq=NOW + 70)
    if change == "a poll closes":
        moved["polls"][0] |= {"state": "closed", "state_text": "Closed at 11:15", "ballot": None}
    elif change == "polls go":
        moved["polls"] = []
    elif change == "the floor goes empty":
        moved["floor"]["speaker"] = None
    else:
        moved["floor"] = None
    moved["contribute"][0]["until_text"] = change
    await hall.push("seat", moved)
    await expect(question).to_contain_text(change)
    await expect(text).to_be_focused()
    assert await text.evaluate("(one) => [one.value, one.selectionStart, one.selectionEnd]") == [
        "What we found",
        5,
        7,
    ]


async def test_a_speaker_who_ends_leaves_the_form_for_details_as_it_is(phone: Page, hall: Hall) -> None:
    floor = phone.locator('[data-key="floor"]')
    await floor.get_by_text("Ask with details").tap()
    await floor.get_by_label("As what").select_option("group")
    field = floor.get_by_label("On behalf of")
    await field.fill("the Gr")
    for speaks in (None, seat()["floor"]["speaker"], None):
        moved = seat()
        moved["floor"] |= {"speaker": speaks, "state_text": f"Somebody speaks: {bool(speaks)}."}
        await hall.push("seat", moved)
        await expect(floor).to_contain_text(f"Somebody speaks: {bool(speaks)}.")
        await expect(field).to_be_focused()
        await phone.keyboard.type("o")
    await expect(field).to_have_value("the Grooo")


async def test_a_contribution_without_a_name_shows_its_code_once(phone: Page, hall: Hall) -> None:
    hall.answer = {"ok": True, "sentence": "Recorded without a name.", "code": "K7QM-2R9T-XW4D"}
    question = phone.locator('[data-key="question:q1"]')
    await question.get_by_text("Write a contribution").tap()
    await question.get_by_label("Your text").fill("What we found")
    await question.get_by_text("Without a name").tap()
    await question.get_by_role("button", name="Send").tap()
    await expect(phone.get_by_role("dialog")).to_contain_text("K7QM-2R9T-XW4D")
    assert hall.presses[-1]["args"] == {
        "question_id": "q1",
        "part_id": "a",
        "kind": "suggestion",
        "attribution": "none",
        "text": "What we found",
    }
    await phone.get_by_role("button", name="I have noted it").tap()
    await expect(phone.locator("dialog")).to_have_count(0)
    assert "K7QM" not in await phone.content()
    await expect(question.get_by_label("Your text")).to_have_value("")


async def test_the_floor_in_one_tap_and_with_details(phone: Page, hall: Hall) -> None:
    floor = phone.locator('[data-key="floor"]')
    await floor.get_by_role("button", name="Ask for the floor").first.tap()
    await expect(floor.locator(".answer")).to_have_text("Done.")
    await floor.get_by_text("Ask with details").tap()
    await floor.get_by_label("As what").select_option("group")
    await floor.get_by_label("On behalf of").fill("the Group")
    await floor.get_by_role("button", name="Ask for the floor").last.tap()
    await expect(floor.get_by_label("On behalf of")).to_be_hidden()
    assert [(one["act"], one["args"]) for one in hall.presses] == [
        ("speakers.ask", {}),
        ("speakers.ask", {"item_id": "d1-04", "kind": "group", "group": "the Group"}),
    ]


async def test_a_lost_answer_is_asked_for_again_and_nothing_is_lost(phone: Page, hall: Hall) -> None:
    hall.lose = 1
    await card(phone, "single").get_by_text("Option 3").tap()
    assert await cast(phone, hall, "single") == [2]
    assert len(hall.presses) == 2 and hall.presses[0] == hall.presses[1]


async def test_it_fits_a_phone_also_at_twice_its_size_and_small_targets_there_are_none(
    phone: Page, hall: Hall
) -> None:
    for width in (390, 320, 195):
        await phone.set_viewport_size({"width": width, "height": 700})
        wide = await phone.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"scrolls sideways at {width} by {wide}"
    small = await phone.evaluate(
        """() => [...document.querySelectorAll("button, label.choice, summary, select")]
          .filter((one) => one.checkVisibility())
          .filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.textContent)"""
    )
    assert small == []


async def test_hostile_names_stay_text(phone: Page, hall: Hall) -> None:
    hostile = seat()
    hostile["seat"]["delegation"] = HOSTILE
    hostile["polls"][0]["question"] = HOSTILE
    hostile["polls"][0]["ballot"]["options"][0]["text"] = HOSTILE
    await hall.push("seat", hostile)
    await expect(phone.locator("h1")).to_have_text(HOSTILE)
    assert await phone.evaluate("window.caught") is None
    assert await phone.locator("img").count() == 0


async def test_a_silent_line_is_told(phone: Page, hall: Hall) -> None:
    await phone.clock.install(time=NOW / 1000)
    await phone.goto(hall.address("seat"))
    await phone.wait_for_selector(".card")
    hall.silent = True
    await phone.clock.run_for(8500)
    await expect(phone.locator(".stale")).to_contain_text("No connection to the meeting")


async def test_nothing_for_axe_to_say(phone: Page, hall: Hall) -> None:
    for name in ("seat", "plain/enter", "plain/gone"):
        await phone.goto(hall.address(name))
        if name == "seat":
            await phone.wait_for_selector(".card")
            await phone.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
        found = await Axe().run(phone)
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"


async def test_the_page_weighs_less_than_fifty_thousand_bytes(phone: Page, hall: Hall) -> None:
    sizes: dict[str, int] = {}
    for name in await phone.evaluate("performance.getEntriesByType('resource').map((one) => one.name)"):
        file = name.split("/static/")[-1].split("?")[0]
        if file in hall.pages.files:
            sizes[file] = len(hall.pages.files[file][0])
    assert {"seat.js", "dom.js", "common.css"} <= set(sizes)
    sizes["seat.html"] = (FOLDER / "seat.html").stat().st_size
    assert sum(sizes.values()) < 50_000, sizes
