"""One process writes a file: an advisory lock beside it, released by the system however the process ends."""

import fcntl
import os
from pathlib import Path
from typing import IO

from meeting.refusals import Refused


class DatabaseInUse(Refused):
    """Another process holds the database's lock."""


class Lock:
    """Held from `take` until `release` or the end of the process."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + ".lock")
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Raises `DatabaseInUse` at once if another process holds it, `OSError` if it cannot be made."""
        file = self._path.open("a+", encoding="ascii")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            holder = file.read().strip()
            file.close()
            raise DatabaseInUse(process=holder or "?") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        self._file = file

    def release(self) -> None:
        """The lock file stays: removing it would let two processes hold two files of one name."""
        if self._file is not None:
            self._file.close()
            self._file = None
