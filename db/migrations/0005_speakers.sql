-- Lists of speakers. What a list's order and times are is computed (meeting/speaker_*.py); here is what was
-- decided and what happened. `policy`: JSON as in db/policy_rows.py; NULL: the programme's.

CREATE TABLE speaker_lists (
    item_id      TEXT PRIMARY KEY REFERENCES items (item_id),
    policy       TEXT,
    opened_at    TEXT,
    last_call_at TEXT,
    closed_at    TEXT,
    reopened_at  TEXT,
    replies_at   TEXT
) STRICT, WITHOUT ROWID;

-- `seat_id`: who entered it for their own delegation; NULL: a desk. `speaking_limit` in seconds, `pauses` a
-- JSON list of instants in pairs, the last of them perhaps without an end.
CREATE TABLE inscriptions (
    inscription_id INTEGER PRIMARY KEY AUTOINCREMENT,
    item_id        TEXT NOT NULL REFERENCES items (item_id),
    delegation_id  TEXT NOT NULL REFERENCES delegations (delegation_id),
    kind           TEXT NOT NULL CHECK (kind IN ('point_of_order', 'question', 'group', 'statement', 'reply')),
    floor          TEXT NOT NULL CHECK (floor IN ('room', 'virtual')),
    inscribed_at   TEXT NOT NULL,
    by_desk        INTEGER NOT NULL CHECK (by_desk IN (0, 1)),
    seat_id        TEXT,
    speaker        TEXT NOT NULL,
    group_name     TEXT NOT NULL,
    subject        TEXT NOT NULL,
    about          INTEGER,
    not_now_at     TEXT,
    called_at      TEXT,
    speaking_limit INTEGER,
    pauses         TEXT NOT NULL,
    ended_at       TEXT,
    withdrawn_at   TEXT,
    CHECK (ended_at IS NULL OR called_at IS NOT NULL),
    CHECK (called_at IS NULL OR withdrawn_at IS NULL)
) STRICT;

CREATE TABLE associations (
    inscription_id INTEGER NOT NULL REFERENCES inscriptions (inscription_id),
    delegation_id  TEXT NOT NULL REFERENCES delegations (delegation_id),
    at             TEXT NOT NULL,
    PRIMARY KEY (inscription_id, delegation_id)
) STRICT, WITHOUT ROWID;

-- An inscription put in front of others by those who conduct; `before` is a JSON list of their numbers.
CREATE TABLE moves (
    inscription_id INTEGER PRIMARY KEY REFERENCES inscriptions (inscription_id),
    before         TEXT NOT NULL,
    reason         TEXT NOT NULL,
    moved_at       TEXT NOT NULL
) STRICT;

-- Acts of those who conduct a list, as far as they can be taken back: what each row was and became, as JSON.
CREATE TABLE speaker_acts (
    number    INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id   INTEGER,
    item_id   TEXT NOT NULL REFERENCES items (item_id),
    verb      TEXT NOT NULL,
    at        TEXT NOT NULL,
    changes   TEXT NOT NULL,
    undone_at TEXT
) STRICT;

-- Texts: of an intervention, or submitted in writing by who was not heard (`inscription_id` NULL).
CREATE TABLE statements (
    statement_id   INTEGER PRIMARY KEY AUTOINCREMENT,
    item_id        TEXT NOT NULL REFERENCES items (item_id),
    delegation_id  TEXT NOT NULL REFERENCES delegations (delegation_id),
    seat_id        TEXT,
    inscription_id INTEGER,
    text           TEXT NOT NULL,
    submitted_at   TEXT NOT NULL
) STRICT;

-- Whom a notice mentions by name.
ALTER TABLE notices ADD COLUMN user_id INTEGER;
