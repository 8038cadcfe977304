"""A stand-in for Discord at the wire, and people who act through it.

It serves REST API v10 and gateway v10 on loopback, knows nothing of its client, and dates
everything on the meeting clock it is given; real time counts only for the wire.
"""

from .calls import Exchange
from .choosing import File
from .faults import CUT, TRUE, Bout, Disturbance, held_off
from .interactions import Interaction
from .model import Channel, Member, Message, Role, ScheduledEvent
from .openapi import CheckResult
from .permissions import Permission
from .person import Person
from .replies import Reply
from .server import Standin
from .world import World

__all__ = [
    "CUT",
    "TRUE",
    "Bout",
    "Channel",
    "CheckResult",
    "Exchange",
    "File",
    "Interaction",
    "Member",
    "Message",
    "Permission",
    "Person",
    "Reply",
    "Role",
    "ScheduledEvent",
    "Standin",
    "Disturbance",
    "World",
    "held_off",
]
