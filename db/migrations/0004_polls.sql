-- Indicative polls. `definition` is what is asked (JSON, see db/poll_rows.py); it does not change once the
-- poll has been opened. `bases`: how many could answer, by tally, fixed at the closing.

CREATE TABLE polls (
    poll_id     TEXT PRIMARY KEY,
    place       INTEGER NOT NULL,
    item_id     TEXT REFERENCES items (item_id),
    definition  TEXT NOT NULL,
    by_hand     INTEGER NOT NULL CHECK (by_hand IN (0, 1)),
    opened_at   TEXT,
    closed_at   TEXT,
    released_at TEXT,
    extended_to TEXT,
    bases       TEXT,
    hand_count  TEXT,
    -- When, after the closing, nothing in any file linked a ballot to its voter any more.
    cut_at      TEXT,
    CHECK (closed_at IS NULL OR opened_at IS NOT NULL)
) STRICT, WITHOUT ROWID;

-- Who answered and when, never what. `seat_id` is whose hand it was.
CREATE TABLE answers (
    poll_id TEXT NOT NULL REFERENCES polls (poll_id),
    voter   TEXT NOT NULL,
    tally   TEXT NOT NULL CHECK (tally IN ('members', 'member_organisations', 'observers')),
    seat_id TEXT NOT NULL,
    at      TEXT NOT NULL,
    PRIMARY KEY (poll_id, voter)
) STRICT, WITHOUT ROWID;

-- Ballots whose voter the record knows: of named polls for good, of changeable ones until the closing.
CREATE TABLE ballots (
    poll_id    TEXT NOT NULL REFERENCES polls (poll_id),
    voter      TEXT NOT NULL,
    tally      TEXT NOT NULL CHECK (tally IN ('members', 'member_organisations', 'observers')),
    group_name TEXT NOT NULL,
    choice     TEXT NOT NULL,
    PRIMARY KEY (poll_id, voter)
) STRICT, WITHOUT ROWID;

-- Ballots nobody can be named for: how often each was cast, in the order of what they say. Neither an
-- order of casting nor a time nor a number of its own is left of one.
CREATE TABLE cut_ballots (
    poll_id    TEXT NOT NULL REFERENCES polls (poll_id),
    tally      TEXT NOT NULL CHECK (tally IN ('members', 'member_organisations', 'observers')),
    group_name TEXT NOT NULL,
    choice     TEXT NOT NULL,
    times      INTEGER NOT NULL CHECK (times > 0),
    PRIMARY KEY (poll_id, tally, group_name, choice)
) STRICT, WITHOUT ROWID;
