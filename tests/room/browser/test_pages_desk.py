"""The desk in a real browser: under stress, by keyboard, while the state moves underneath."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from tests.room.browser import states
from tests.room.browser.hall import Hall
from tests.room.browser.looking import texts
from tests.room.browser.states import HOSTILE, NOW, button, desk, form

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def tablet(chromium: Browser, hall: Hall) -> AsyncIterator[Page]:
    """The desk's page on a tablet, with a usual state."""
    context = await chromium.new_context(viewport={"width": 1180, "height": 820}, has_touch=True)
    page = await context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    hall.state["desk"] = desk()
    await page.goto(hall.address("desk"))
    await page.wait_for_selector("#filter")
    await hall.listened()
    yield page
    await context.close()
    assert faults == []


async def test_the_name_comes_before_anything_else(tablet: Page, hall: Hall) -> None:
    await hall.push("desk", desk(operator=None))
    field = tablet.get_by_label("Your name")
    await expect(field).to_be_focused()
    await tablet.keyboard.press("Escape")
    await expect(field).to_be_visible()
    await hall.push("desk", desk(operator=None, seq=NOW + 51))
    await field.fill("Ms Operator")
    await tablet.keyboard.press("Enter")
    await expect(tablet.locator("dialog")).to_have_count(0)
    assert [(one["act"], one["args"]) for one in hall.presses] == [
        ("room.sign_on", {"operator": "Ms Operator"})
    ]


async def test_two_taps_put_a_delegation_on_the_list(tablet: Page, hall: Hall) -> None:
    await tablet.locator("[data-delegation]", has_text="Côte Verte").tap()
    await tablet.get_by_role("button", name="statement", exact=True).tap()
    await expect(tablet.locator("dialog")).to_have_count(0)
    assert [one["args"] for one in hall.presses] == [
        {"item_id": "d1-04", "delegation_id": "d2", "kind": "statement", "side": "room"}
    ]


async def test_the_same_by_keyboard_alone(tablet: Page, hall: Hall) -> None:
    await tablet.keyboard.press("/")
    await tablet.keyboard.type("cote")
    await tablet.keyboard.press("Enter")
    await expect(tablet.get_by_role("button", name="statement", exact=True)).to_be_focused()
    await tablet.keyboard.press("Tab")
    await tablet.keyboard.press("Enter")
    await expect(tablet.get_by_label("On behalf of")).to_be_focused()
    await tablet.keyboard.type("the Group")
    await tablet.keyboard.press("Enter")
    await expect(tablet.locator("dialog")).to_have_count(0)
    await expect(tablet.locator("#filter")).to_be_focused()
    await tablet.keyboard.press("Escape")
    await tablet.keyboard.press("n")
    await expect(tablet.locator(".strip")).to_contain_text("Done.")
    assert [(one["act"], one["args"]) for one in hall.presses] == [
        (
            "speakers.add",
            {
                "item_id": "d1-04",
                "delegation_id": "d2",
                "kind": "group",
                "side": "room",
                "group": "the Group",
            },
        ),
        ("speakers.call_next", {"expected": [1]}),
    ]


async def test_letters_that_are_typed_press_nothing(tablet: Page, hall: Hall) -> None:
    await tablet.keyboard.press("/")
    await tablet.keyboard.type("nnn")
    assert hall.presses == []


async def test_new_states_take_neither_focus_nor_scroll_nor_what_is_typed(tablet: Page, hall: Hall) -> None:
    many = [desk()["delegations"][0] | {"delegation_id": f"x{n}", "name": f"Name {n}"} for n in range(60)]
    await hall.push("desk", desk(delegations=many))
    await expect(tablet.locator("[data-delegation]")).to_have_count(60)
    await tablet.locator("#filter").fill("Name")
    await tablet.evaluate("document.querySelector('.right').scrollTop = 400")
    for n in range(3):
        await hall.push(
            "desk", desk(delegations=many, seq=NOW + n, reports_text=str(n), troubles=[f"Trouble {n}"])
        )
        await expect(tablet.locator(".trouble")).to_have_text(f"Trouble {n}")
    await expect(tablet.locator("#filter")).to_have_value("Name")
    await expect(tablet.locator("#filter")).to_be_focused()
    assert await tablet.evaluate("document.querySelector('.right').scrollTop") == 400


async def test_a_dialog_stays_while_the_state_moves_and_sends_what_it_was_opened_with(
    tablet: Page, hall: Hall
) -> None:
    await tablet.get_by_role("button", name="Withdraw").first.tap()
    moved = desk(seq=NOW + 52)
    moved["speakers"]["rows"] = []
    await hall.push("desk", moved)
    await expect(tablet.locator(".wait")).to_have_count(0)
    await tablet.get_by_role("button", name="Yes, go on").tap()
    await expect(tablet.locator("dialog")).to_have_count(0)
    assert [one["act"] for one in hall.presses] == ["speakers.withdraw"]


async def test_a_button_that_changed_under_the_finger_sends_what_was_read(tablet: Page, hall: Hall) -> None:
    await tablet.clock.install(time=NOW / 1000)
    await tablet.clock.pause_at(NOW / 1000 + 1)
    before = hall.opened
    await tablet.goto(hall.address("desk"))
    await hall.listened(before)
    await tablet.clock.run_for(5000)
    other = desk(seq=NOW + 53)
    other["speakers"]["buttons"] = [
        button("next", "Next: Cora", "speakers.call_next", args={"expected": [2]}, style="primary", key="n")
    ]
    await hall.push("desk", other)
    changed = tablet.get_by_role("button", name="Next: Cora")
    for _ in range(2):
        await changed.tap()
        await expect(tablet.locator(".strip")).to_contain_text("Done.")
        await expect(tablet.locator("[aria-busy=true]")).to_have_count(0)
        await tablet.clock.run_for(400)
    assert [one["args"] for one in hall.presses] == [{"expected": [1]}, {"expected": [2]}], (
        "pressed at once, what stood there before is meant; read at leisure, the new one"
    )


async def test_an_answer_that_is_lost_is_asked_for_again_as_the_same_press(tablet: Page, hall: Hall) -> None:
    hall.lose = 2
    await tablet.keyboard.press("n")
    await expect(tablet.locator(".strip")).to_contain_text("Done.", timeout=8000)
    assert len(hall.presses) == 3
    assert len({one["nonce"] for one in hall.presses}) == 1
    await tablet.keyboard.press("n")
    await expect(tablet.locator('[aria-busy="true"]')).to_have_count(0)
    assert len({one["nonce"] for one in hall.presses}) == 2, "another press is another"


async def test_a_refusal_shows_in_the_dialog_and_keeps_what_was_typed(tablet: Page, hall: Hall) -> None:
    hall.answer = {"ok": False, "sentence": "The list was closed."}
    await tablet.locator("[data-delegation]").first.tap()
    await tablet.get_by_role("button", name="statement on behalf of a group").tap()
    await tablet.get_by_label("On behalf of").fill("the Group")
    await tablet.get_by_role("button", name="Put on the list").tap()
    await expect(tablet.locator("dialog [role=alert]")).to_have_text("The list was closed.")
    await expect(tablet.get_by_label("On behalf of")).to_have_value("the Group")


@pytest.mark.parametrize("asks", [True, False])
async def test_what_is_refused_for_now_can_be_done_nonetheless(
    tablet: Page, hall: Hall, *, asks: bool
) -> None:
    state = desk(seq=NOW + 51)
    state["agenda"]["buttons"] = [
        button(
            "agenda-end", "End item", "agenda.end", args={"revision": 4}, confirm="End it?" if asks else None
        )
    ]
    await hall.push("desk", state)
    await tablet.keyboard.press("4")
    sentence = "Aruna has the floor."
    again = button("again", "End it nonetheless", "agenda.end", args={"revision": 4, "sure": 7})
    hall.answer = {"ok": False, "sentence": sentence, "again": again | {"style": "danger"}}
    await tablet.get_by_role("button", name="End item").tap()
    if asks:
        await tablet.get_by_role("button", name="Yes, go on").tap()
    dialog = tablet.get_by_role("dialog", name=sentence)
    await expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    hall.answer = {"ok": True, "sentence": "Ended."}
    await dialog.get_by_role("button", name="End it nonetheless").tap()
    await expect(tablet.locator("dialog")).to_have_count(0)
    await expect(tablet.locator(".strip")).to_contain_text("Ended.")
    assert [one["args"] for one in hall.presses] == [{"revision": 4}, {"revision": 4, "sure": 7}]
    assert len({one["nonce"] for one in hall.presses}) == 2


@pytest.mark.parametrize("part", "12345")
async def test_the_screens_keys_work_from_every_part_and_show_it_small_first(
    tablet: Page, hall: Hall, part: str
) -> None:
    state = desk(seq=NOW + 51, operator="Ms Next")
    show = button("show-follow", "Follow", "room.show", args={"show": "follow"}, key="f")
    state["screen"]["buttons"] = [
        show | {"preview": {"show": "follow", "poll_id": None}},
        button("freeze", "Hold", "room.freeze", key="z"),
        state["screen"]["buttons"][0] | {"key": "m"},
        button("blank", "Blank", "room.show", args={"show": "blank"}, key="b"),
    ]
    await hall.push("desk", state)
    await expect(tablet.get_by_text("Ms Next")).to_be_visible()
    await tablet.keyboard.press(part)
    await expect(tablet.get_by_role("tab", selected=True)).to_have_attribute("aria-keyshortcuts", part)
    dialog = tablet.get_by_role("dialog")
    for key in "fzb":
        await tablet.keyboard.press(key)
        await expect(dialog.locator(".stage .main")).to_be_visible()
        await expect(dialog.get_by_role("button", name="Show it")).to_be_visible()
        assert len(hall.presses) == "fzb".index(key), "looking sends nothing"
        if key == "z":
            await expect(dialog.locator(".stage")).to_contain_text("Aruna")
        await tablet.keyboard.press("Enter")
        await expect(dialog).to_have_count(0)
    await tablet.keyboard.press("m")
    await expect(dialog.get_by_label("Text")).to_be_focused()
    await tablet.keyboard.press("Escape")
    assert [(one["act"], one["args"]) for one in hall.presses] == [
        ("room.show", {"show": "follow"}),
        ("room.freeze", {}),
        ("room.show", {"show": "blank"}),
    ]


async def test_a_ballot_that_stands_is_not_replaced_unasked(tablet: Page, hall: Hall) -> None:
    poll = {"poll_id": "p1", "question": "Which?", "state": "open", "state_text": "Open", "turnout_text": ""}
    poll |= {"lines": [], "buttons": [], "screen_button": None, "hand_count": None}
    state = desk(seq=NOW + 51, polls=[poll | {"ballot": form("single")}])
    await hall.push("desk", state)
    for n in (0, 1):
        await tablet.locator("[data-delegation]").nth(n).tap()
        await tablet.get_by_role("button", name="Enter the ballot").tap()
        await tablet.locator("dialog").last.get_by_text("Option 2").tap()
        if n == 0:
            # It answers at its own hand while the desk fills in the form.
            state["delegations"][0]["answered"] = ["p1"]
            state["troubles"] = ["Moved."]
            await hall.push("desk", state)
            await expect(tablet.locator(".trouble")).to_have_count(1)
        await tablet.get_by_role("button", name="Record").tap()
        if n == 0:
            sure = tablet.locator("dialog").last
            await expect(sure.get_by_role("heading")).to_contain_text("Aruna has answered already")
            await expect(sure).to_contain_text("Option 2")
            await sure.get_by_role("button", name="Cancel").tap()
            assert hall.presses == []
            await tablet.get_by_role("button", name="Record").tap()
            await tablet.get_by_role("button", name="Replace the answer").tap()
        await expect(tablet.locator("dialog")).to_have_count(1)
        await tablet.keyboard.press("Escape")
    assert [one["args"] for one in hall.presses] == [
        {"poll_id": "p1", "delegation_id": name, "choice": [1]} for name in ("d0", "d1")
    ], "the control: who has not answered is entered without a question"


async def test_the_screen_is_seen_before_it_changes(tablet: Page, hall: Hall) -> None:
    await tablet.keyboard.press("3")
    await tablet.get_by_role("button", name="Message…").tap()
    await tablet.get_by_label("Text").fill("Coats are in room 3")
    await tablet.locator("dialog [type=submit]").tap()
    await expect(tablet.locator("dialog .stage")).to_contain_text("Coats are in room 3")
    assert hall.presses == [], "looking sends nothing"
    await tablet.get_by_role("button", name="Show it").tap()
    await expect(tablet.locator("dialog")).to_have_count(0)
    assert [one["args"] for one in hall.presses] == [{"show": "message", "text": "Coats are in room 3"}]


async def test_the_picture_on_the_desk_is_that_of_the_screen(
    tablet: Page, hall: Hall, chromium: Browser
) -> None:
    wall = await chromium.new_page(viewport={"width": 1280, "height": 720})
    for layout, state in states.USUAL.items():
        held = state | {"held_at": NOW}
        hall.state["screen"] = held
        await wall.goto(hall.address("room"))
        await wall.wait_for_selector(".main")
        there = desk(seq=NOW + 55)
        there["screen"]["shown"] = held
        hall.state["desk"] = there
        await tablet.goto(hall.address("desk"))
        await tablet.keyboard.press("3")
        await tablet.wait_for_selector(f'.stage[data-layout="{layout}"]')
        await tablet.wait_for_function("() => document.querySelector('.stage').style.transform")
        here, on_wall = await texts(tablet), await texts(wall)
        assert [one["text"] for one in here] == [one["text"] for one in on_wall], layout
        width = await tablet.evaluate("document.querySelector('.stage').getBoundingClientRect().width")
        left = await tablet.evaluate("document.querySelector('.stage').getBoundingClientRect().left")
        for small, large in zip(here, on_wall, strict=True):
            assert abs((small["x"] - left) / width - large["x"] / 1280) < 0.01, (layout, small["text"])
    await wall.close()


async def test_a_ballot_and_a_count_are_entered(tablet: Page, hall: Hall) -> None:
    members = {"tally": "members", "text": "members"}
    polls = [
        {
            "poll_id": "p1",
            "question": "Which?",
            "state": "open",
            "state_text": "Open",
            "turnout_text": "",
            "lines": [],
            "buttons": [],
            "ballot": form("ranking"),
            "screen_button": None,
            "hand_count": {"options": [{"n": 1, "text": "A"}, {"n": 2, "text": "B"}], "tallies": [members]},
        }
    ]
    await hall.push("desk", desk(polls=polls))
    await tablet.locator("[data-delegation]").first.tap()
    await tablet.get_by_role("button", name="Enter the ballot").tap()
    ballot = tablet.locator("dialog").last
    for option in ("Option 3", "Option 1"):
        await ballot.get_by_text(option).tap()
    await ballot.get_by_role("button", name="Record").tap()
    await expect(ballot.get_by_role("alert")).to_contain_text("exactly 3")
    await ballot.get_by_text("Option 2").tap()
    await ballot.get_by_role("button", name="Record").tap()
    await expect(tablet.locator("dialog")).to_have_count(1)
    await tablet.keyboard.press("Escape")
    await tablet.keyboard.press("2")
    await tablet.get_by_role("button", name="Enter a count by hand").tap()
    for label, figure in (("How many answered", "30"), ("1. A", "12"), ("2. B", "18")):
        await tablet.get_by_label(label).fill(figure)
    await tablet.get_by_role("button", name="Record").tap()
    await expect(tablet.locator("dialog")).to_have_count(0)
    assert [one["args"] for one in hall.presses] == [
        {"poll_id": "p1", "delegation_id": "d0", "choice": [2, 0, 1]},
        {"poll_id": "p1", "tally": "members", "answered": 30, "counts": [12, 18]},
    ]


async def test_targets_are_large_enough_for_a_finger_also_with_the_page_at_twice_its_size(
    tablet: Page, hall: Hall
) -> None:
    for width, height in ((1180, 820), (590, 410)):  # 200 per cent leaves half the pixels
        await tablet.set_viewport_size({"width": width, "height": height})
        small = await tablet.evaluate(
            """() => [...document.querySelectorAll("button, input:not([type=radio]), select")]
              .filter((one) => one.checkVisibility())
              .map((one) => [one.textContent, one.getBoundingClientRect()])
              .filter(([, box]) => box.height < 44 || box.width < 44).map(([text]) => text)"""
        )
        assert small == []
        wide = await tablet.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"scrolls sideways at {width}"


async def test_upright_everything_stands_in_its_order(tablet: Page, hall: Hall) -> None:
    await tablet.set_viewport_size({"width": 820, "height": 1180})
    await hall.say("end", {"sentence": "One moment, restarting."})
    await expect(tablet.locator(".stale")).to_be_visible()
    parts = (".marking", ".stale", ".top", "main.half", ".right")
    tops = [(await tablet.locator(part).first.bounding_box() or {})["y"] for part in parts]
    assert tops == sorted(tops) and len(set(tops)) == len(parts), dict(zip(parts, tops, strict=True))


async def test_hostile_names_stay_text(tablet: Page, hall: Hall) -> None:
    hostile = desk(operator=HOSTILE, troubles=[HOSTILE])
    hostile["delegations"][0]["name"] = HOSTILE
    hostile["speakers"]["rows"][0]["short_name"] = HOSTILE
    await hall.push("desk", hostile)
    await expect(tablet.locator(".trouble")).to_have_text(HOSTILE)
    await tablet.locator("[data-delegation]").first.tap()
    await expect(tablet.locator("dialog h2")).to_have_text(HOSTILE)
    assert await tablet.evaluate("window.caught") is None
    assert await tablet.locator("img[src=x]").count() == 0


async def test_nothing_for_axe_to_say(tablet: Page, hall: Hall) -> None:
    async def clean(what: str) -> None:
        found = await Axe().run(tablet)
        assert found.violations_count == 0, f"{what}: {found.generate_report()}"

    for key in "12345":
        await tablet.keyboard.press(key)
        await clean(f"part {key}")
    await tablet.keyboard.press("1")
    await tablet.locator("[data-delegation]").first.tap()
    await clean("the dialog of a delegation")


async def test_a_device_that_was_shut_out_sees_only_a_sentence(tablet: Page, hall: Hall) -> None:
    await tablet.locator("[data-delegation]").first.tap()
    await hall.say("gone", {"sentence": "This desk was closed."})
    await expect(tablet.locator("body")).to_have_text(re.compile("This desk was closed."))
    await expect(tablet.locator("dialog")).to_have_count(0)
    for key in "1nmz":
        await tablet.keyboard.press(key)
    assert hall.presses == [] and await tablet.locator("dialog").count() == 0
    assert states.NAME not in await tablet.inner_text("body")
