"""Keys, codes and cookies: who gets in, who does not, and what nobody is told."""

import asyncio
import logging
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from db.room import DEVICES
from meeting.codes import UnknownCode
from meeting.people import COMMAND_LINE
from meeting.room import KEYED, Door
from meeting.seats import SeatId
from room.doors import AT_ONCE, FEW, WRONG, WRONG_IN_ALL, TooManyTries, Tries
from tests.room.conftest import opened
from tests.room.rig import Page, Rig

PATHS = {Door.SCREEN: "/room", Door.DESK: "/desk", Door.SEAT: "/seat"}


async def secret(rig: Rig, door: Door) -> str:
    return await rig.code("alp-1") if door is Door.SEAT else await rig.key(door)


@pytest.mark.parametrize("door", Door)
async def test_a_key_becomes_a_cookie_and_leaves_the_address(rig: Rig, door: Door) -> None:
    page, key = Page(rig, door), await secret(rig, door)
    async with page.session.get(f"{PATHS[door]}/{key}", allow_redirects=False) as answer:
        assert answer.status == 303
        assert answer.headers["Location"] == PATHS[door]
        cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and f"Path={PATHS[door]}" in cookie
        assert key not in cookie and "Secure" not in cookie
    assert (await page.state())["seq"] > 0
    async with page.session.get(PATHS[door]) as answer:
        assert answer.status == 200 and "text/html" in answer.headers["Content-Type"]
        assert key not in await answer.text()
    await page.close()


async def test_under_https_the_cookie_is_secure(tmp_path: Path) -> None:
    rig = await opened(tmp_path, url="https://room.example.org")
    key = await rig.key(Door.SCREEN)
    async with (
        aiohttp.ClientSession(rig.address) as session,
        session.get(f"/room/{key}", allow_redirects=False) as answer,
    ):
        assert "Secure" in answer.headers["Set-Cookie"]
    await rig.close()


async def test_a_wrong_key_and_no_key_are_one_page(rig: Rig) -> None:
    desk_key = await rig.key(Door.DESK)
    seen = set()
    async with aiohttp.ClientSession(rig.address) as session:
        for path in (
            *("/room?again", "/room/wrong", f"/room/{desk_key}", "/desk?again", "/desk/x", "/nothing"),
        ):
            async with session.get(path, headers={"Accept": "text/html"}, allow_redirects=False) as answer:
                assert answer.status == 404
                assert "Set-Cookie" not in answer.headers
                seen.add(await answer.text())
        for path in ("/room/state", "/desk/state", "/seat/state", "/room/stream", "/desk/stream"):
            async with session.get(path) as answer:
                assert answer.status == 404
    assert len(seen) == 1
    # Control: the right key is let in.
    page = Page(rig, Door.DESK)
    assert await page.enter(desk_key) == 303
    await page.close()


async def test_one_cookie_opens_one_door_only(rig: Rig) -> None:
    page = Page(rig, Door.SCREEN)
    await page.enter(await rig.key(Door.SCREEN))
    (cookie,) = page.session.cookie_jar
    async with aiohttp.ClientSession(rig.address) as session:
        for name, path, status in (
            ("roundtable_screen", "/room/state", 200),
            ("roundtable_desk", "/desk/state", 404),
            ("roundtable_seat", "/seat/state", 404),
        ):
            async with session.get(path, headers={"Cookie": f"{name}={cookie.value}"}) as answer:
                assert answer.status == status, path
    await page.close()


async def test_renewing_shuts_out_every_device_at_once(rig: Rig, screen: Page) -> None:
    async with screen.stream() as events:
        await events.next("state")
        new = await rig.ledger.room.make_key(COMMAND_LINE, Door.SCREEN, renew=True)
        assert "Ask those who run the meeting" in (await events.next("gone"))["sentence"]
    async with screen.session.get("/room/state") as answer:
        assert answer.status == 404
    assert await screen.enter(new) == 303
    assert (await screen.state())["layout"]


async def test_one_more_key_leaves_the_others(rig: Rig, screen: Page) -> None:
    await rig.ledger.room.make_key(COMMAND_LINE, Door.SCREEN)
    assert (await screen.state())["layout"]


async def test_a_lost_sheet_is_renewed_and_the_page_it_opened_is_dead(rig: Rig, seat: Page) -> None:
    async with seat.stream() as events:
        await events.next("state")
        new = await rig.code("alp-1")
        await events.next("gone")
    async with seat.session.get("/seat/state") as answer:
        assert answer.status == 404
    assert await seat.enter(new) == 303


async def test_a_seat_given_up_is_shut_and_its_code_says_so(rig: Rig, seat: Page) -> None:
    code = await rig.code("alp-1")
    assert await seat.enter(code) == 303
    await rig.ledger.delegations.release(COMMAND_LINE, SeatId("alp-1"))
    async with seat.session.get("/seat/state") as answer:
        assert answer.status == 404
    async with seat.session.get(f"/seat/{code}", allow_redirects=False) as answer:
        assert answer.status == 404 and "was given up" in await answer.text()


@pytest.mark.parametrize("typed", ["k7qm2r9txw4d", "", "x" * 3000, "K7QM-2R9T-XW4D", "<script>", "\ud83d"])
async def test_a_wrong_code_is_told_what_to_do(rig: Rig, typed: str) -> None:
    async with aiohttp.ClientSession(rig.address) as session:
        data = aiohttp.FormData({"code": typed.encode("utf-8", "replace").decode()})
        headers = {"Sec-Fetch-Site": "same-origin"}
        async with session.post("/seat/enter", data=data, headers=headers) as answer:
            assert answer.status == 404
            assert "There is no such code" in await answer.text()


async def test_a_code_is_read_as_people_type_it(rig: Rig) -> None:
    code = (await rig.code("bre-1")).lower().replace("-", " ")
    page = Page(rig, Door.SEAT)
    data, headers = {"code": code}, {"Sec-Fetch-Site": "same-origin"}
    async with page.session.post("/seat/enter", data=data, headers=headers, allow_redirects=False) as answer:
        assert answer.status == 303
    assert (await page.state())["seat"]["delegation"] == "Bretonia"
    await page.close()


async def test_who_tries_many_codes_is_turned_away_for_a_minute(rig: Rig) -> None:
    code, page = await rig.code("alp-1"), Page(rig, Door.SEAT)
    for n in range(WRONG):
        assert await page.enter(f"0000-0000-{n:04}") == 404
    assert await page.enter("0000-0000-0000") == 429
    assert await page.enter(code) == 429, "nor is the right one told apart"
    for door in KEYED:
        other = Page(rig, door)
        assert await other.enter(await rig.key(door)) == 303, "screen and desk are let in"
        await other.close()
    rig.forward(seconds=61)
    assert await page.enter(code) == 303
    await page.close()


async def test_codes_tried_all_at_once_are_turned_away_as_well(rig: Rig) -> None:
    async with aiohttp.ClientSession(rig.address, connector=aiohttp.TCPConnector(limit=0)) as session:

        async def tried(n: int) -> int:
            async with session.get(f"/seat/1111-1111-{n:04}", allow_redirects=False) as answer:
                return answer.status

        found = Counter(await asyncio.gather(*(tried(n) for n in range(WRONG * 3))))
    assert found[404] <= WRONG + AT_ONCE and found[429] >= WRONG


async def test_many_addresses_wrong_leave_each_a_few() -> None:
    tries = Tries(lambda: datetime(2022, 9, 7, tzinfo=UTC))

    def wrong(address: str) -> None:
        with suppress(UnknownCode), tries.trying(address):
            raise UnknownCode()

    for n in range(WRONG_IN_ALL):
        wrong(f"address {n}")
    for _ in range(FEW):
        wrong("mine")
    with pytest.raises(TooManyTries):
        wrong("mine")
    with tries.trying("another"):
        pass


async def test_right_codes_are_not_counted(rig: Rig) -> None:
    code = await rig.code("alp-1")
    for _ in range(WRONG + 5):
        page = Page(rig, Door.SEAT)
        assert await page.enter(code) == 303
        await page.close()


async def test_of_a_seats_devices_the_oldest_goes(rig: Rig) -> None:
    code, pages = await rig.code("alp-1"), []
    for _ in range(DEVICES + 1):
        rig.forward(seconds=1)
        pages.append(Page(rig, Door.SEAT))
        assert await pages[-1].enter(code) == 303
    with pytest.raises(AssertionError):
        await pages[0].state()
    for page in pages[1:]:
        assert (await page.state())["seat"]["delegation"] == "Republic of Alpland"
    for page in pages:
        await page.close()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
        ({"Origin": "SELF"}, 200),
    ],
)
async def test_only_the_pages_themselves_may_act(desk: Page, headers: dict[str, str], status: int) -> None:
    desk.headers = {name: value.replace("SELF", desk.rig.address) for name, value in headers.items()}
    got, body = await desk.press("room.show", show="blank")
    assert got == status
    assert body["ok"] is (status == 200)
    assert (await desk.rig.ledger.room.chosen()).show == ("blank" if status == 200 else "follow")


@pytest.mark.parametrize(
    ("headers", "status"), [({"Origin": "null"}, 200), ({"Origin": "http://evil.example"}, 403)]
)
async def test_forms_without_script_work_where_a_browser_says_null(
    rig: Rig, seat: Page, headers: dict[str, str], status: int
) -> None:
    """Under `no-referrer`, at an address that is neither this machine nor under TLS."""
    fields = {"act": "delegations.state_presence", "nonce": "a-press-of-the-test", "presence": "room"}
    async with seat.session.post("/seat/act", data=fields, headers=headers) as answer:
        assert answer.status == status
    presence = (await seat.state())["seat"]["presence"]
    assert (presence == "room") is (status == 200)
    async with aiohttp.ClientSession(rig.address) as other:
        code = {"code": await rig.code("bre-1")}
        async with other.post("/seat/enter", data=code, headers=headers, allow_redirects=False) as answer:
            assert answer.status == (303 if status == 200 else 403)


async def test_without_its_cookie_a_form_from_nowhere_does_nothing(rig: Rig) -> None:
    fields = {"act": "delegations.state_presence", "nonce": "a-press-of-the-test", "presence": "room"}
    async with aiohttp.ClientSession(rig.address) as other:
        headers = {"Origin": "null", "Accept": "text/html"}
        async with other.post("/seat/act", data=fields, headers=headers) as answer:
            assert answer.status == 404 and "<html" in await answer.text()


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded; charset=foo", b"code=x"),
        ("application/x-www-form-urlencoded", b"code=\xff"),
        ("multipart/form-data", b"code=x"),
        ("multipart/form-data; boundary=b", b"--b\r\nbroken"),
        ("application/json; charset=foo", b"{}"),
    ],
)
async def test_an_odd_body_is_nobodys_failure(rig: Rig, desk: Page, kind: str, body: bytes) -> None:
    headers = {"Content-Type": kind, "Sec-Fetch-Site": "same-origin"}
    for path in ("/seat/enter", "/desk/act"):
        async with desk.session.post(path, data=body, headers=headers) as answer:
            assert answer.status in (400, 404)
    # At the end of the test no error stands in the log.


async def test_a_request_that_cannot_be_read_is_not_quoted(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    key = await rig.key(Door.DESK)
    reader, writer = await asyncio.open_connection("127.0.0.1", rig.port)
    writer.write(f"GET /desk/{key}\x01 HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert b"400" in await reader.read()
    writer.close()
    for _ in range(200):
        if not caplog.records:
            await asyncio.sleep(0.01)
    logged = "\n".join(logging.Formatter().format(record) for record in caplog.records)
    assert "could not be read" in logged and key not in logged


async def test_a_link_from_another_site_comes_in_on_the_second_look(rig: Rig) -> None:
    page = Page(rig, Door.SCREEN)
    across = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Accept": "text/html"}
    async with page.session.get("/room", headers=across) as answer:
        assert answer.status == 200 and "url=/room?again" in await answer.text()
    async with page.session.get("/room?again", headers=across) as answer:
        assert answer.status == 404, "no turning round and round"
    await page.close()


async def test_what_every_answer_carries(rig: Rig, screen: Page) -> None:
    for path in ("/room", "/room/state", "/healthz", "/static/screen.js", "/nothing", "/seat"):
        async with screen.session.get(path) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy and "unsafe" not in policy
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            expected = "no-cache" if path.startswith("/static") and answer.status == 200 else "no-store"
            assert answer.headers["Cache-Control"] == expected, path
            assert "aiohttp" not in answer.headers["Server"]


async def test_no_key_code_or_cookie_reaches_the_log(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    secrets = []
    for door in Door:
        page, key = Page(rig, door), await secret(rig, door)
        await page.enter(key)
        await page.enter(f"{key}x")
        await page.state()
        secrets += [key, *(cookie.value for cookie in page.session.cookie_jar)]
        async with page.session.get(f"{page.path}/{key}/more") as answer:
            assert answer.status == 404
        await page.close()
    rig.tasks.failed("a control: what is logged is found")
    logged = "\n".join(logging.Formatter().format(record) for record in caplog.records)
    assert "a control" in logged
    assert len(secrets) == 6
    for one in secrets:
        assert one not in logged and one.replace("-", "") not in logged
    caplog.clear()


async def test_no_secret_lies_in_the_file(rig: Rig, screen: Page) -> None:
    key, code = await rig.key(Door.DESK), await rig.code("cor-1")
    (cookie,) = screen.session.cookie_jar
    data = b"".join(path.read_bytes() for path in rig.folder.iterdir())
    assert b"Alpland" in data, "the control: what is in plain is found"
    for one in (key, code, code.replace("-", ""), cookie.value):
        assert one.encode() not in data
