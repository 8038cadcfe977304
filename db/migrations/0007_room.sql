-- The room: who may open its pages, what its screen shows, and who cannot hear it. Keys and cookies are kept as
-- digests only; both are random, so a fast digest is enough.

CREATE TABLE room_keys (
    digest  BLOB PRIMARY KEY,
    door    TEXT NOT NULL CHECK (door IN ('screen', 'desk')),
    made_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A device that has opened a page. Of a seat's page `key` is the digest of the seat's code: with the code it dies.
CREATE TABLE room_devices (
    digest   BLOB PRIMARY KEY,
    door     TEXT NOT NULL CHECK (door IN ('screen', 'desk', 'seat')),
    key      BLOB NOT NULL,
    seat_id  TEXT REFERENCES seats (seat_id),
    operator TEXT NOT NULL DEFAULT '',
    made_at  TEXT NOT NULL,
    CHECK ((door = 'seat') = (seat_id IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- What the screen is to show. `held` is the picture as it was, in JSON, while it is held.
CREATE TABLE room_screen (
    number   INTEGER PRIMARY KEY CHECK (number = 1),
    show     TEXT NOT NULL CHECK (show IN ('follow', 'agenda', 'list', 'poll', 'message', 'blank')),
    poll_id  TEXT,
    text     TEXT NOT NULL,
    since    TEXT NOT NULL,
    operator TEXT NOT NULL,
    held     TEXT,
    held_at  TEXT,
    CHECK ((held IS NULL) = (held_at IS NULL))
) STRICT;

CREATE TABLE room_hearing (
    number        INTEGER PRIMARY KEY AUTOINCREMENT,
    delegation_id TEXT NOT NULL REFERENCES delegations (delegation_id),
    online        INTEGER NOT NULL CHECK (online IN (0, 1)),
    made_at       TEXT NOT NULL,
    settled_at    TEXT
) STRICT;

CREATE UNIQUE INDEX room_hearing_open ON room_hearing (delegation_id) WHERE settled_at IS NULL;

-- Presses that were done, as digests of names their pages made: one that arrives again is not done again. There is
-- no moment and no order in it, so it says nothing of who did what.
CREATE TABLE room_presses (
    digest BLOB PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- Since when a seat's page is in use.
ALTER TABLE seats ADD COLUMN opened_at TEXT;
