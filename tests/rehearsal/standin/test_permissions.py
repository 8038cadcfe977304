"""Who may do what where, as a table."""

from typing import Any

import pytest

from rehearsal.standin import Permission, Standin
from rehearsal.standin.permissions import ALL, in_channel, may_view, of_guild

VIEW, SEND, ALLOW, DENY = Permission.VIEW_CHANNEL, Permission.SEND_MESSAGES, "allow", "deny"


@pytest.mark.parametrize(
    ("overwrites", "sends"),
    [
        ([], True),
        ([("everyone", DENY)], False),
        ([("everyone", DENY), ("low", ALLOW)], True),
        ([("low", DENY)], False),
        ([("low", DENY), ("high", ALLOW)], True),
        ([("high", DENY), ("low", ALLOW)], True),
        ([("low", ALLOW), ("member", DENY)], False),
        ([("everyone", DENY), ("high", DENY), ("member", ALLOW)], True),
        ([("other", DENY)], True),
    ],
)
def test_overwrites(standin: Standin, overwrites: list[tuple[str, str]], sends: bool) -> None:
    world = standin.world
    targets: dict[str, Any] = {name: world.add_role(name) for name in ("low", "high", "other")}
    targets["everyone"] = world.everyone
    member = targets["member"] = world.add_member("Ada", [targets["low"].id, targets["high"].id])
    channel = world.add_channel("c")
    for name, kind in overwrites:
        world.overwrite(channel, targets[name], **{kind: int(SEND)})
    assert bool(in_channel(world, member, channel) & SEND) is sends


def test_out_of_sight_leaves_nothing(standin: Standin) -> None:
    world = standin.world
    member, channel = world.add_member("Ada"), world.add_channel("c")
    world.overwrite(channel, world.everyone, deny=VIEW)
    assert in_channel(world, member, channel) == 0
    assert not may_view(world, member, channel)
    assert in_channel(world, world.owner, channel) == ALL


def test_administrators_pass_overwrites(standin: Standin) -> None:
    world = standin.world
    role = world.add_role("admin", permissions=int(Permission.ADMINISTRATOR))
    channel = world.add_channel("c")
    world.overwrite(channel, world.everyone, deny=VIEW)
    assert in_channel(world, world.add_member("Ada", [role.id]), channel) == ALL
    assert not may_view(world, world.add_member("Ben"), channel)


def test_roles_add_up_and_come_off(standin: Standin) -> None:
    world = standin.world
    role = world.add_role("events", permissions=int(Permission.CREATE_EVENTS))
    member = world.add_member("Ada", [role.id])
    assert of_guild(world, member) & Permission.CREATE_EVENTS
    world.delete_role(role)
    assert member.roles == [] and not of_guild(world, member) & Permission.CREATE_EVENTS


def test_a_thread_has_its_parents(standin: Standin) -> None:
    world = standin.world
    member, channel = world.add_member("Ada"), world.add_channel("c")
    thread = world.add_thread(channel, "t", world.owner)
    assert may_view(world, member, thread)
    world.overwrite(channel, member, deny=VIEW)
    assert not may_view(world, member, thread)


def test_who_may_not_send_may_not_notify(standin: Standin) -> None:
    world = standin.world
    world.everyone.permissions |= Permission.MENTION_EVERYONE
    member, channel = world.add_member("Ada"), world.add_channel("c")
    assert in_channel(world, member, channel) & Permission.MENTION_EVERYONE
    world.overwrite(channel, member, deny=SEND)
    assert not in_channel(world, member, channel) & Permission.MENTION_EVERYONE


def test_ids_rise_on_a_clock_that_stands(standin: Standin, clock: Any) -> None:
    from rehearsal.standin.snowflakes import made_at

    made = [standin.world.ids.make() for _ in range(1000)]
    assert made == sorted({*made})
    assert made_at(made[-1]) == clock()
    clock.advance(seconds=1)
    assert made_at(standin.world.ids.make()) == clock()
    clock.advance(seconds=-1)
    assert standin.world.ids.make() > made[-1]
