-- Agenda, notices, the wall and the audit. Instants are ISO 8601 in UTC, to the microsecond; lengths are
-- whole seconds. What can be derived (slots, states, what is due) is not here.

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE days (
    day_id   TEXT PRIMARY KEY,
    place    INTEGER NOT NULL,
    title    TEXT NOT NULL,
    date     TEXT NOT NULL,
    join_url TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE items (
    item_id           TEXT PRIMARY KEY,
    day_id            TEXT NOT NULL REFERENCES days (day_id),
    place             INTEGER NOT NULL,
    kind              TEXT NOT NULL CHECK (kind IN ('session', 'opening', 'break')),
    title             TEXT NOT NULL,
    mode              TEXT NOT NULL CHECK (mode IN ('hybrid', 'in_person')),
    chair             TEXT NOT NULL,
    start             TEXT NOT NULL CHECK (start IN ('clock', 'chair')),
    fixed             INTEGER NOT NULL CHECK (fixed IN (0, 1)),
    illustrative      INTEGER NOT NULL CHECK (illustrative IN (0, 1)),
    planned_starts_at TEXT NOT NULL,
    planned_ends_at   TEXT NOT NULL,
    starts_at         TEXT NOT NULL,
    duration          INTEGER NOT NULL CHECK (duration >= 0),
    started_at        TEXT,
    ended_at          TEXT,
    skipped_at        TEXT,
    deferred_at       TEXT,
    deferrals         INTEGER NOT NULL DEFAULT 0,
    CHECK (ended_at IS NULL OR started_at IS NOT NULL)
) STRICT, WITHOUT ROWID;

CREATE TABLE questions (
    question_id TEXT PRIMARY KEY,
    item_id     TEXT NOT NULL UNIQUE REFERENCES items (item_id),
    title       TEXT NOT NULL,
    text        TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE parts (
    part_id     TEXT PRIMARY KEY,
    question_id TEXT NOT NULL REFERENCES questions (question_id),
    place       INTEGER NOT NULL,
    text        TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE suspensions (
    item_id      TEXT NOT NULL REFERENCES items (item_id),
    number       INTEGER NOT NULL,
    suspended_at TEXT NOT NULL,
    resumed_at   TEXT,
    PRIMARY KEY (item_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE announcements (
    announcement_id INTEGER PRIMARY KEY,
    text            TEXT NOT NULL,
    made_at         TEXT NOT NULL
) STRICT;

-- One row per message claimed for a channel; its number is in the nonce and in the reference line.
CREATE TABLE messages (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,
    channel    TEXT NOT NULL,
    claimed_at TEXT NOT NULL,
    said_at    TEXT,
    message_id INTEGER
) STRICT;

-- One row per notice claimed or lapsed; `number` is the order in which they were.
CREATE TABLE notices (
    key        TEXT PRIMARY KEY,
    number     INTEGER NOT NULL UNIQUE,
    kind       TEXT NOT NULL,
    line       TEXT NOT NULL,
    about_at   TEXT,
    due_at     TEXT NOT NULL,
    lapses_at  TEXT NOT NULL,
    lapsed_at  TEXT,
    message    INTEGER REFERENCES messages (number),
    CHECK ((lapsed_at IS NULL) OR (message IS NULL))
) STRICT, WITHOUT ROWID;

-- What should hang in Discord and what does.
CREATE TABLE wall (
    kind       TEXT NOT NULL CHECK (kind IN ('panel', 'thread', 'event')),
    key        TEXT NOT NULL,
    wanted     TEXT NOT NULL,
    shown      TEXT,
    channel_id INTEGER,
    discord_id INTEGER,
    gone_at    TEXT,
    losses     INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;

-- Channels and roles chosen or made at set-up.
CREATE TABLE places (
    kind       TEXT NOT NULL CHECK (kind IN ('channel', 'role')),
    name       TEXT NOT NULL,
    discord_id INTEGER NOT NULL,
    PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;

-- Append-only and chained: digest = SHA-256 over (previous digest, seq, at, verb, subject, detail), where
-- detail = SHA-256 over (salt, payload) of the erasable side row.
CREATE TABLE audit (
    seq     INTEGER PRIMARY KEY,
    at      TEXT NOT NULL,
    verb    TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail  BLOB NOT NULL,
    digest  BLOB NOT NULL
) STRICT;

CREATE TABLE audit_details (
    seq     INTEGER PRIMARY KEY REFERENCES audit (seq),
    salt    BLOB NOT NULL,
    actor   TEXT NOT NULL,
    payload TEXT NOT NULL
) STRICT;
