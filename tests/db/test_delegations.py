"""The delegations' book: what stands in the file after each act, and what never does."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from db.wall import NO_ROLE, HungKind
from meeting import codes
from meeting.codes import UnknownCode
from meeting.delegations import Category, Delegation, DelegationId, UnknownDelegation
from meeting.people import COMMAND_LINE, Actor, Capacity, NotPermitted, UserId, Via
from meeting.seats import (
    Function,
    HasLeft,
    NotSeated,
    Presence,
    Profile,
    RequestId,
    SeatedAlready,
    SeatId,
    SeatReleased,
    UnknownRequest,
    UnknownSeat,
)

FIJI = Delegation(DelegationId("fiji"), "Republic of Fiji", "Fiji", Category.MEMBER, "fiji", "Pacific", 2, 7)
ORDER = Delegation(
    DelegationId("order"), "The Order", "Order", Category.OBSERVER_STATE, "order", confirmed=False
)
ROSTER = (FIJI, ORDER)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(codes, "COST", 2)


@pytest.fixture
async def book(ledger):
    await ledger.delegations.import_roster(COMMAND_LINE, ROSTER)
    return ledger.delegations


def person(number: int) -> Actor:
    return Actor(Via.DISCORD, UserId(number))


ANA, BEN = person(11), person(22)


async def test_a_roster_comes_back_as_it_was_read(ledger, book, witness):
    assert await book.delegations() == ROSTER
    assert [seat.seat_id for seat in await book.seats()] == [
        "fiji-1",
        "fiji-2",
        "order-1",
        "order-2",
        "order-3",
    ]
    assert witness.verbs()[-1] == "delegations.import_roster"
    assert await book.imported() and not await book.differs(ROSTER[::-1])
    assert await book.differs((FIJI,))


async def test_a_roster_taken_over_again_changes_what_differs_and_drops_nothing(book):
    made = await book.make_codes(COMMAND_LINE)
    await book.claim(ANA, made[SeatId("fiji-1")])
    await book.add(COMMAND_LINE, "Partner", "", Category.MEMBER, 1)
    samoa = Delegation(DelegationId("samoa"), "Samoa", "Samoa", Category.MEMBER, "samoa", seats=1)
    renamed = replace(FIJI, name="Fiji Islands", seats=3)
    change = await book.import_roster(COMMAND_LINE, (renamed, samoa))
    assert (change.created, change.updated, change.unchanged) == ((samoa,), (renamed,), ())
    assert change.missing == (ORDER,)
    assert [one.delegation_id for one in await book.delegations()] == ["fiji", "order", "partner", "samoa"]
    assert len(await book.seats()) == 3 + 3 + 1 + 1
    seated = await book.seated(ANA)
    assert (seated.delegation, seated.seat.seat_id) == (renamed, "fiji-1"), "who sat there still does"
    assert (await book.claim(BEN, made[SeatId("fiji-2")])).seat.number == 2, "codes are as good as before"
    again = await book.import_roster(COMMAND_LINE, (renamed, samoa))
    assert (again.created, again.updated, len(again.unchanged)) == ((), (), 2)


async def test_codes_are_made_for_seats_without_one_and_renewed_for_those_nobody_sits_in(book):
    first = await book.make_codes(COMMAND_LINE)
    assert len(first) == len(set(first.values())) == 5
    assert await book.make_codes(COMMAND_LINE) == {}
    await book.claim(ANA, first[SeatId("fiji-1")])
    second = await book.make_codes(COMMAND_LINE, renew=True)
    assert second.keys() == first.keys() - {"fiji-1"}
    with pytest.raises(UnknownCode):
        await book.claim(BEN, first[SeatId("fiji-2")])
    assert (
        await book.claim(BEN, second[SeatId("fiji-2")].lower().replace("-", " "))
    ).seat.seat_id == "fiji-2"
    await book.release(COMMAND_LINE, SeatId("fiji-2"))
    third = await book.make_codes(COMMAND_LINE)
    assert list(third) == ["fiji-2"], "a dead code is none"


async def test_a_lost_sheet_is_renewed_and_whoever_sits_there_stays(book):
    made = await book.make_codes(COMMAND_LINE)
    old = made[SeatId("fiji-1")]
    await book.claim(ANA, old)
    seated, new = await book.renew(COMMAND_LINE, SeatId("fiji-1"))
    assert new != old and seated.seat.user_id == 11
    with pytest.raises(UnknownCode):
        await book.claim(ANA, old)
    assert (await book.claim(ANA, new)).seat.seat_id == "fiji-1"


async def test_before_any_code_was_made_none_is_known(book):
    with pytest.raises(UnknownCode):
        await book.claim(ANA, "0000-0000-0000")


async def test_released_the_code_is_dead_until_renewed(book, witness):
    made = await book.make_codes(COMMAND_LINE)
    code = made[SeatId("fiji-1")]
    await book.claim(ANA, code)
    await book.state_presence(ANA, Presence.ROOM)
    was = await book.release(COMMAND_LINE, SeatId("fiji-1"))
    assert was.seat.user_id == 11 and was.delegation == FIJI
    with pytest.raises(NotSeated):
        await book.seated(ANA)
    with pytest.raises(SeatReleased):
        await book.claim(ANA, code)
    _, new = await book.renew(COMMAND_LINE, SeatId("fiji-1"))
    assert (await book.claim(BEN, new)).seat.presence is Presence.UNKNOWN
    assert witness.column("SELECT user_id FROM seats WHERE user_id IS NOT NULL") == [22]


async def test_moved_to_another_delegation_one_seat_is_given_up(book):
    await book.assign(COMMAND_LINE, FIJI.delegation_id, UserId(11))
    moved = await book.assign(COMMAND_LINE, ORDER.delegation_id, UserId(11), Function.ADVISER)
    assert moved.left is not None and moved.left.delegation == FIJI
    assert (moved.seated.seat.seat_id, moved.seated.delegation) == ("order-3", ORDER)
    again = await book.assign(COMMAND_LINE, ORDER.delegation_id, UserId(11), Function.HEAD)
    assert again.left is None
    assert (await book.seated(ANA)).seat.function is Function.HEAD


async def test_presence_function_and_profile_stand_in_the_file_and_the_audit(book, witness):
    await book.assign(COMMAND_LINE, FIJI.delegation_id, UserId(11))
    await book.state_presence(ANA, Presence.VIRTUAL)
    await book.set_profile(ANA, Profile.LABOUR_ATTACHE)
    await book.set_function(COMMAND_LINE, SeatId("fiji-1"), Function.ADVISER)
    seat = (await book.seated(ANA)).seat
    assert (seat.presence, seat.profile, seat.function) == (
        Presence.VIRTUAL, Profile.LABOUR_ATTACHE, Function.ADVISER,
    )  # fmt: skip
    await book.note_presence(COMMAND_LINE, SeatId("fiji-1"), Presence.LEFT)
    with pytest.raises(HasLeft):
        await book.state_presence(ANA, Presence.ROOM)
    await book.set_profile(ANA, Profile.LABOUR_ATTACHE)
    assert witness.verbs()[-5:] == [
        "delegations.assign", "delegations.state_presence", "delegations.set_profile",
        "delegations.set_function", "delegations.note_presence",
    ], "what changes nothing is not recorded"  # fmt: skip


async def test_a_request_is_open_once_and_settled_by_a_seat(book, clock):
    asked = await book.ask_for_seat(ANA, "Ana, Fiji")
    clock.forward(5)
    again = await book.ask_for_seat(ANA, "Ana Vula, Fiji")
    assert again == replace(asked, text="Ana Vula, Fiji")
    await book.ask_for_seat(BEN, "Ben")
    await book.assign(COMMAND_LINE, FIJI.delegation_id, UserId(11))
    _, _, requests = await book.everything()
    assert [(one.user_id, one.settled_at is None) for one in requests] == [(11, False), (22, True)]
    with pytest.raises(SeatedAlready):
        await book.ask_for_seat(ANA, "again")
    settled = await book.settle_request(COMMAND_LINE, requests[1].request_id)
    assert settled.user_id == 22
    _, _, requests = await book.everything()
    assert all(one.settled_at is not None for one in requests)
    await book.ask_for_seat(BEN, "once more")
    assert len((await book.everything())[2]) == 3
    with pytest.raises(UnknownRequest):
        await book.request(RequestId(99))


async def gone(book) -> None:
    """Ana sits for Fiji and is noted as having left."""
    await book.assign(COMMAND_LINE, FIJI.delegation_id, UserId(11))
    await book.note_presence(COMMAND_LINE, SeatId("fiji-1"), Presence.LEFT)


async def open_requests(book) -> list[int]:
    _, _, requests = await book.everything()
    return [one.user_id for one in requests if one.settled_at is None]


async def test_whoever_was_noted_as_gone_says_so_once_and_is_brought_back(book, clock, witness):
    with pytest.raises(NotSeated):
        await book.say_back(ANA)
    await gone(book)
    said = await book.say_back(ANA)
    clock.forward(5)
    assert said.back and await book.say_back(ANA) == said
    assert await book.bring_back(COMMAND_LINE, said.request_id) == said
    assert await open_requests(book) == []
    assert (await book.state_presence(ANA, Presence.ROOM)).seat.presence is Presence.ROOM
    assert witness.verbs()[-4:] == [
        "delegations.say_back", "delegations.say_back", "delegations.note_presence",
        "delegations.state_presence",
    ]  # fmt: skip
    with pytest.raises(SeatedAlready):
        await book.say_back(ANA)
    again = await book.bring_back(COMMAND_LINE, said.request_id)
    assert again.settled_at is not None
    assert (await book.seated(ANA)).seat.presence is Presence.ROOM, "a second press changes nothing"


@pytest.mark.parametrize("way", ["noted", "released", "moved", "settled"])
async def test_no_request_outlives_the_note_it_is_about(book, way):
    await gone(book)
    said = await book.say_back(ANA)
    assert await open_requests(book) == [11]
    match way:
        case "noted":
            await book.note_presence(COMMAND_LINE, SeatId("fiji-1"), Presence.UNKNOWN)
        case "released":
            await book.release(COMMAND_LINE, SeatId("fiji-1"))
        case "moved":
            await book.assign(COMMAND_LINE, ORDER.delegation_id, UserId(11))
        case "settled":
            await book.settle_request(COMMAND_LINE, said.request_id)
    assert await open_requests(book) == []
    seats_before = await book.seats()
    await book.bring_back(COMMAND_LINE, said.request_id)
    assert await book.seats() == seats_before


async def test_a_request_for_a_seat_brings_nobody_back(book):
    asked = await book.ask_for_seat(BEN, "Ben")
    with pytest.raises(UnknownRequest):
        await book.bring_back(COMMAND_LINE, asked.request_id)
    assert await open_requests(book) == [22]


async def test_a_language_is_kept_and_forgotten(ledger, book):
    assert await book.language_of(UserId(11)) is None
    await book.choose_language(ANA, "fr")
    assert await book.language_of(UserId(11)) == "fr"
    await ledger.places.adopt(COMMAND_LINE, "role", Capacity.DELEGATE, 5)
    assert (await ledger.places.places()).roles == {Capacity.DELEGATE: 5}
    assert await book.language_of(UserId(11)) == "fr"
    await book.choose_language(ANA, None)
    assert await book.language_of(UserId(11)) is None


async def test_nobody_without_the_capacity_touches_seats(book, nobody, moderator, witness):
    seat = SeatId("fiji-1")

    def acts(actor):
        return (
            lambda: book.import_roster(actor, ROSTER),
            lambda: book.make_codes(actor),
            lambda: book.renew(actor, seat),
            lambda: book.add(actor, "New", "", Category.MEMBER, 1),
            lambda: book.assign(actor, FIJI.delegation_id, UserId(33)),
            lambda: book.note_presence(actor, seat, Presence.LEFT),
            lambda: book.set_function(actor, seat, Function.ADVISER),
            lambda: book.release(actor, seat),
        )

    before = witness.verbs()
    for act in acts(nobody):
        with pytest.raises(NotPermitted):
            await act()
    with pytest.raises(NotPermitted):
        await book.add_seat(nobody, FIJI.delegation_id)
    with pytest.raises(NotPermitted):
        await book.settle_request(nobody, RequestId(1))
    with pytest.raises(NotPermitted):
        await book.bring_back(nobody, RequestId(1))
    assert witness.verbs() == before
    for act in acts(moderator):
        await act()


async def test_what_there_is_not_is_named(book):
    for act in (
        lambda: book.seat(SeatId("x-1")),
        lambda: book.release(COMMAND_LINE, SeatId("x-1")),
        lambda: book.renew(COMMAND_LINE, SeatId("x-1")),
    ):
        with pytest.raises(UnknownSeat):
            await act()
    for act in (
        lambda: book.assign(COMMAND_LINE, DelegationId("x"), UserId(1)),
        lambda: book.add_seat(COMMAND_LINE, DelegationId("x")),
    ):
        with pytest.raises(UnknownDelegation):
            await act()
    for act in (
        lambda: book.seated(ANA),
        lambda: book.state_presence(ANA, Presence.ROOM),
        lambda: book.return_(ANA),
    ):
        with pytest.raises(NotSeated):
            await act()


async def test_who_has_the_role_and_who_is_to_lose_it(ledger, book):
    made = await book.make_codes(COMMAND_LINE)
    await book.claim(ANA, made[SeatId("fiji-1")])
    await book.claim(BEN, made[SeatId("fiji-2")])
    assert await book.role_holders() == ((11, 22), ())
    await ledger.wall.want(HungKind.ROLE, "22", "7")
    await ledger.wall.show(HungKind.ROLE, "22", "7", 0, None)
    await book.release(COMMAND_LINE, SeatId("fiji-2"))
    assert await book.role_holders() == ((11,), (22,))
    await ledger.wall.want(HungKind.ROLE, "22", NO_ROLE)
    assert await book.role_holders() == ((11,), (22,)), "wanted is not done"
    await ledger.wall.show(HungKind.ROLE, "22", NO_ROLE, 0, None)
    assert await book.role_holders() == ((11,), ())


async def test_claiming_again_has_the_role_looked_at(ledger, book):
    made = await book.make_codes(COMMAND_LINE)
    await book.claim(ANA, made[SeatId("fiji-1")])
    for again in (lambda: book.claim(ANA, made[SeatId("fiji-1")]), lambda: book.return_(ANA)):
        await ledger.wall.want(HungKind.ROLE, "11", "7")
        await ledger.wall.show(HungKind.ROLE, "11", "7", 0, None)
        woken = []
        ledger.feed.listen("wall", lambda woken=woken: woken.append(1))
        await again()
        assert (await ledger.wall.all())[HungKind.ROLE, "11"].shown is None and woken


async def test_no_code_is_in_the_files_and_the_same_scan_finds_one_that_is(book, file, witness):
    made = await book.make_codes(COMMAND_LINE)
    await book.claim(ANA, made[SeatId("fiji-1")])
    _, renewed = await book.renew(COMMAND_LINE, SeatId("order-1"))
    await book.release(COMMAND_LINE, SeatId("fiji-1"))
    secrets = [*made.values(), renewed]

    def found() -> list[str]:
        data = b"".join(path.read_bytes() for path in file.parent.iterdir() if path.is_file())
        spellings = [(code, code.replace("-", "")) for code in secrets]
        return [one for one, bare in spellings if one.encode() in data or bare.encode() in data]

    assert found() == []
    planted = secrets[0].replace("-", "")
    await book.ask_for_seat(BEN, f"My code is {planted}")
    assert found() == [secrets[0]], "control: the scan finds what a person wrote into the record"


async def test_the_kept_digest_is_the_slow_one_of_the_databases_salt(book, witness, monkeypatch):
    monkeypatch.setattr(codes, "COST", 2**14)
    _, code = await book.renew(COMMAND_LINE, SeatId("fiji-1"))
    (salt,) = witness.column("SELECT value FROM meta WHERE name = 'codes.salt'")
    kept = witness.column("SELECT code FROM seats WHERE seat_id = 'fiji-1'")
    assert kept == [codes.digest(code, bytes.fromhex(salt))]
    assert kept != [codes.digest(code, b"")]
    assert (await book.claim(ANA, code)).seat.taken_at == datetime(2026, 6, 1, 1, 0, tzinfo=UTC)
