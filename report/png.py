"""The process that draws: SVG in at its standard input, PNG out at its standard output, until the input ends.

The renderer holds Python's lock while it draws (some 100 ms), so it does not live in the house. Run as a
file, with the font files as arguments; it imports nothing of ours. A request is a length (4 bytes, big
endian) and as many bytes of SVG; an answer one byte (`DRAWN` or `REFUSED`), a length, and a PNG or the
reason.
"""

import os
import re
import signal
import struct
import sys
from typing import BinaryIO

HEAD = struct.Struct(">I")
DRAWN, REFUSED = b"\x00", b"\x01"

ZOOM = 2.0
"""Pixels to a unit: sharp on a phone and on a projector."""

PIXELS = 16_000_000
"""Pixels of a picture at most; a taller one is drawn smaller (64 MB while it is drawn)."""

SIZE = re.compile(r'<svg[^>]* width="([0-9.]+)" height="([0-9.]+)"')


def png(svg: str, fonts: list[str], zoom: float = ZOOM) -> bytes:
    """The picture, with so many pixels to a unit. ValueError: it is no SVG."""
    import resvg_py

    size = SIZE.search(svg)
    area = float(size[1]) * float(size[2]) if size else 1.0
    return resvg_py.svg_to_bytes(
        svg_string=svg,
        zoom=min(zoom, (PIXELS / area) ** 0.5),
        skip_system_fonts=True,
        font_files=fonts,
        font_family="Noto Sans",
    )


def serve(requests: BinaryIO, answers: BinaryIO, fonts: list[str]) -> None:
    """Draw what is asked for until nothing more can be."""
    while len(head := requests.read(HEAD.size)) == HEAD.size:
        svg = requests.read(HEAD.unpack(head)[0])
        try:
            kind, answer = DRAWN, png(svg.decode(), fonts)
        except Exception as fault:  # noqa: BLE001 - told to the house, which logs it
            kind, answer = REFUSED, f"{type(fault).__name__}: {fault}".encode()
        try:
            answers.write(kind + HEAD.pack(len(answer)) + answer)
            answers.flush()
        except BrokenPipeError:  # the house has gone
            os._exit(0)


if __name__ == "__main__":
    if hasattr(os, "nice"):
        os.nice(10)  # drawing never takes the processor from the house
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C belongs to the house, which ends this process
    serve(sys.stdin.buffer, sys.stdout.buffer, sys.argv[1:])
