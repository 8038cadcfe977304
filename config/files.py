"""The text of a file somebody edited by hand."""

import re
from pathlib import Path

from config.faults import Fault, Faults

LARGEST = 1_000_000
"""Bytes: a programme of 25 full days is far smaller, so this is another file by mistake."""

_NOT_TEXT = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What YAML 1.1 §5.1 does not count as printable."""


def read_text(path: Path) -> str:
    """The file's text, without a byte order mark. Raises `Faults` when it is not there or not UTF-8 text."""
    data = _read_bytes(path)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Faults([Fault(str(path), 1, "", "the file is UTF-16: save it as UTF-8")])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        looks = data[error.start : error.start + 1].decode("latin-1")
        looks = f" (`{looks}` in Latin-1)" if looks.isprintable() else ""
        sentence = f"byte 0x{data[error.start]:02x}{looks} is not UTF-8: save it as UTF-8"
        raise Faults([Fault(str(path), line, "", sentence)]) from None
    found = [
        Fault(
            str(path),
            text.count("\n", 0, match.start()) + 1,
            "",
            f"the invisible character U+{ord(match[0]):04X} stands here: delete it and save as plain text",
        )
        for match in _NOT_TEXT.finditer(text)
    ]
    if found:
        raise Faults(found[:20])
    return text


def _read_bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise Faults([Fault(str(path), 0, "", "this is a directory: name the file inside it")])
        if path.exists() and not path.is_file():
            raise Faults([Fault(str(path), 0, "", "this is not a regular file: name a text file")])
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except FileNotFoundError:
        sentence = "there is no such file: check the name, or the directory you started from"
        raise Faults([Fault(str(path), 0, "", sentence)]) from None
    except PermissionError:
        raise Faults([Fault(str(path), 0, "", "the file may not be read: change its permissions")]) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        sentence = f"the file cannot be read ({reason}): check the name and the disk"
        raise Faults([Fault(str(path), 0, "", sentence)]) from None
    if len(data) > LARGEST:
        sentence = f"the file is larger than {LARGEST // 1000} kB: this must be another file, check the name"
        raise Faults([Fault(str(path), 0, "", sentence)])
    return data
