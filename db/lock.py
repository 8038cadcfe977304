"""One process writes a file: an advisory lock beside it, released by the system however the process ends."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import IO

from meeting.refusals import Refused


class DatabaseInUse(Refused):
    """Another process holds the database's lock."""


class Lock:
    """Held from `take` until `release` or the end of the process."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + ".lock")
        self._file: IO[bytes] | None = None

    def take(self) -> None:
        """Raises `DatabaseInUse` at once if another process holds it, `OSError` if it cannot be made."""
        file = self._path.open("a+b", buffering=0)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            holder = file.read(20).decode("ascii", "replace").strip()
            file.close()
            raise DatabaseInUse(process=holder or "?") from None
        self._file = file
        with suppress(OSError):  # a full disk: the number is only for the other's sentence
            file.truncate(0)
            file.write(str(os.getpid()).encode())

    def release(self) -> None:
        """The lock file stays: removing it would let two processes hold two files of one name."""
        if self._file is not None:
            self._file.close()
            self._file = None
