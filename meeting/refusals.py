"""How a rule says no: a statement with a key and values, never a sentence.

The sentence is made where the answer is given, in the reader's language. Each subject declares its own
refusals beside the rule that raises them.
"""

import re


class Refused(Exception):
    """A rule said no; nothing was changed.

    `values` fill the sentence found under `key` (the class name in snake case) in the catalogue.
    """

    def __init__(self, **values: object) -> None:
        super().__init__(type(self).__name__, values)
        self.values = values

    @property
    def key(self) -> str:
        """The catalogue key: `NotPermitted` → `not_permitted`."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(self).__name__).lower()


class OutOfDate(Refused):
    """A button drawn for an earlier revision was pressed."""


class ClosingDown(Refused):
    """The process is stopping; the person may press again in a moment."""


class Elsewhere(Refused):
    """What was asked is for the meeting's own server, asked there."""


class NotSetUp(Refused):
    """Something asked for exists only after the server has been set up."""
