"""What may go wrong on the day: what strikes, for how long, how it is mended, and what is told of it."""

from dataclasses import dataclass
from datetime import timedelta

from rehearsal import by_hand, strikes
from rehearsal.badday import Happening
from rehearsal.kills import PANEL_POSTED, POINTS, READING_BACK
from rehearsal.standin import CUT, TRUE, Disturbance, held_off
from rehearsal.strikes import bout, calm, clock_off, drop, killed


@dataclass(frozen=True)
class Fault:
    """`mend` comes `lasts` after `strike`; without it nothing need be done, or somebody reads what to do."""

    name: str
    strike: Happening
    mend: Happening | None = None
    lasts: timedelta = timedelta(minutes=8)
    slow: bool = False
    """Whether answers come near Discord's three seconds, so that people wait as long."""
    tells: tuple[str, ...] = ()
    """Words of the troubles that the moderators must be told of, if it strikes."""
    may_tell: tuple[str, ...] = ()
    """Words of those of which they may be told. Either is right: a full disk is noticed when something is to
    be written, a wrong clock when something is posted, and in these minutes there may be nothing."""
    no_events: bool = False
    """Whether a deleted event need not be back: Discord makes none that would begin in the past."""


HOST_DOWN = timedelta(minutes=15)
ALL_DAY = timedelta(hours=3)

UNREACHED = ("Discord could not be reached",)
PANEL_LOST = ("Somebody deleted the programme panel",)
CLOSED = ("Discord does not let the bot work in #programme",)
FULL = ("The disk of the bot's machine takes no more", "could not be written")
CLOCK = ("The clock of the bot's machine is 300 s",)

FAULTS = (
    Fault("gateway dropped, resumed", lambda day: drop(day, resumable=True)),
    Fault("gateway dropped, session lost", lambda day: drop(day, resumable=False)),
    Fault("first connect refused", strikes.first_connect_refused),
    Fault("unreachable for 8 minutes", strikes.unreachable, strikes.reachable, tells=UNREACHED),
    Fault(
        "started while unreachable, for 8 minutes",
        strikes.unreachable_at_start,
        strikes.reachable_after_start,
        tells=UNREACHED,
    ),
    Fault("asked to wait (429)", bout("", "", held_off(0.05), times=8), calm),
    Fault("500 before the effect", bout("POST", "/messages", Disturbance(500)), calm),
    Fault("502 after the effect", bout("POST", "", Disturbance(502, done=True), times=2), calm),
    Fault("504 on edits", bout("PATCH", "", Disturbance(504, done=True)), calm),
    Fault("line cut before the effect", bout("POST", "", Disturbance(CUT), times=2), calm),
    Fault("line cut after the effect", bout("POST", "", Disturbance(CUT, done=True), times=2), calm),
    Fault("answers near 3 s", bout("POST", "", Disturbance(TRUE, wait=2.6), times=2), calm, slow=True),
    Fault("a panel deleted", by_hand.panel_deleted, by_hand.set_up_again, tells=PANEL_LOST),
    Fault("a notice deleted, then killed", by_hand.notice_deleted),
    Fault("killed: sent, not marked; the notice deleted", by_hand.notice_deleted_unproved, calm, ALL_DAY),
    Fault("a thread deleted", by_hand.thread_deleted, tells=("Somebody deleted the thread",)),
    Fault(
        "a channel deleted",
        by_hand.channel_deleted,
        by_hand.set_up_again,
        tells=("Somebody deleted the channel #questions",),
    ),
    Fault(
        "a role deleted",
        by_hand.role_deleted,
        by_hand.set_up_again,
        tells=("The role of “Moderator” was deleted",),
    ),
    Fault(
        "an event deleted",
        by_hand.event_deleted,
        by_hand.set_up_again,
        tells=("Somebody deleted the event",),
        no_events=True,
    ),
    Fault("permission to post revoked", by_hand.permission_revoked, by_hand.set_up_again, tells=CLOSED),
    Fault("a channel hidden from the bot", by_hand.channel_hidden, by_hand.channel_shown, tells=CLOSED),
    Fault("a thread archived", by_hand.thread_archived),
    Fault("a thread locked by hand", by_hand.thread_locked, tells=("Somebody locked the thread",)),
    Fault("killed before claiming", strikes.killed_before_claim),
    Fault("killed once marked", strikes.killed_once_marked),
    *(Fault(f"killed: {point.name}", killed(point), calm, ALL_DAY) for point in POINTS),
    Fault(
        f"killed: {PANEL_POSTED.name}", strikes.killed_as_a_panel_is_posted, calm, ALL_DAY, tells=PANEL_LOST
    ),
    Fault(f"killed: {READING_BACK.name}", strikes.killed_as_it_reads_back),
    Fault("killed while starting, five times", strikes.killed_while_starting),
    Fault("killed while stopping", strikes.killed_while_stopping),
    Fault("SIGTERM in a burst", strikes.terminated_in_a_burst),
    Fault("disk full for 8 minutes", strikes.disk_full, strikes.disk_free, may_tell=FULL),
    Fault(
        "started on a full disk, for 8 minutes",
        strikes.started_on_a_full_disk,
        strikes.room_again,
        may_tell=FULL,
    ),
    Fault("clock 5 minutes ahead", clock_off(5), clock_off(0), may_tell=CLOCK),
    Fault("clock 5 minutes behind", clock_off(-5), clock_off(0), may_tell=CLOCK),
    Fault("host down for 15 minutes", strikes.host_down, strikes.host_up, HOST_DOWN),
)
"""The table's rows."""
