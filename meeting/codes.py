"""Codes of seats: how they are spelt, how forgivingly they are read, and what is kept of one.

Twelve characters of Crockford's base 32 in three groups, `K7QM-2R9T-XW4D`: digits and capitals without I, L,
O and U (https://www.crockford.com/base32.html), 60 bits. Only a slow digest of a code is ever kept.
"""

import hashlib

from meeting.refusals import Refused

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

LENGTH = 12
"""Characters of a code, without hyphens."""

BITS = 5 * LENGTH
"""Of chance in a code: 2⁶⁰, far beyond what can be tried at the door, where a person has two gestures a
second."""

GROUP = 4

COST = 2**14
"""scrypt's N; with r = 8 and p = 1 the parameters of C. Percival, “Stronger key derivation via sequential
memory-hard functions” (2009), for interactive use: 16 MiB and some 50 ms. Whoever has the file and tries a
million a second finds the first of 225 codes after some 160 years."""

_READ = str.maketrans("OIL", "011", "-\u2010\u2011\u2012\u2013\u2014\u2212_.,")


class UnknownCode(Refused):
    """No seat has this code, or not any more."""


def spelt(number: int) -> str:
    """The code of a number below 2⁶⁰, as it is printed. ValueError for any other number."""
    if not 0 <= number < 1 << BITS:
        raise ValueError(number)
    signs = [ALPHABET[number >> 5 * place & 31] for place in reversed(range(LENGTH))]
    return grouped("".join(signs))


def grouped(code: str) -> str:
    """A code in its groups."""
    return "-".join(code[n : n + GROUP] for n in range(0, len(code), GROUP))


def read(text: str) -> str:
    """The code somebody typed, as it is printed: in any case, with any blanks and hyphens, with the letter O
    for 0 and I or L for 1, as Crockford has it. Raises `UnknownCode` for what is no code.
    """
    code = "".join(text.split()).upper().translate(_READ)
    if len(code) != LENGTH or any(sign not in ALPHABET for sign in code):
        raise UnknownCode()
    return grouped(code)


def digest(code: str, salt: bytes) -> bytes:
    """What is kept of a code as printed; `salt` is the database's own. Takes some 50 ms: call it off the
    event loop.
    """
    return hashlib.scrypt(code.encode(), salt=salt, n=COST, r=8, p=1, dklen=32)
