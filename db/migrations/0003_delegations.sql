-- Delegations as the roster has them (and those entered on the spot), their seats, and who sits there. A
-- code is kept as a slow digest only; since `released_at` it is dead. `people` holds what a person chose for
-- themselves.

CREATE TABLE delegations (
    delegation_id TEXT PRIMARY KEY,
    name          TEXT NOT NULL,
    short_name    TEXT NOT NULL,
    category      TEXT NOT NULL CHECK (
        category IN ('member', 'member_organisation', 'observer_state', 'observer_organisation')
    ),
    sort_key      TEXT NOT NULL,
    sub_region    TEXT,
    rank          INTEGER,
    confirmed     INTEGER NOT NULL CHECK (confirmed IN (0, 1)),
    walk_in       INTEGER NOT NULL DEFAULT 0 CHECK (walk_in IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE TABLE seats (
    seat_id       TEXT PRIMARY KEY,
    delegation_id TEXT NOT NULL REFERENCES delegations (delegation_id),
    number        INTEGER NOT NULL CHECK (number >= 1),
    function      TEXT NOT NULL CHECK (function IN ('head', 'alternate', 'adviser')),
    profile       TEXT CHECK (
        profile IN ('policymaker', 'law_enforcement', 'labour_attache', 'border_management', 'diplomat')
    ),
    user_id       INTEGER UNIQUE,
    taken_at      TEXT,
    presence      TEXT NOT NULL DEFAULT 'unknown' CHECK (presence IN ('unknown', 'room', 'virtual', 'left')),
    presence_at   TEXT,
    code          BLOB UNIQUE,
    released_at   TEXT,
    UNIQUE (delegation_id, number),
    CHECK ((user_id IS NULL) = (taken_at IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE people (
    user_id INTEGER PRIMARY KEY,
    locale  TEXT
) STRICT;

-- Who has no code and asks those who run the meeting for a seat; one open request each.
CREATE TABLE seat_requests (
    number     INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id    INTEGER NOT NULL,
    text       TEXT NOT NULL,
    made_at    TEXT NOT NULL,
    settled_at TEXT
) STRICT;

CREATE UNIQUE INDEX seat_requests_open ON seat_requests (user_id) WHERE settled_at IS NULL;

-- Roles of people in seats hang on the wall, too.
CREATE TABLE wall_with_roles (
    kind       TEXT NOT NULL CHECK (kind IN ('panel', 'thread', 'event', 'role')),
    key        TEXT NOT NULL,
    wanted     TEXT NOT NULL,
    shown      TEXT,
    channel_id INTEGER,
    discord_id INTEGER,
    gone_at    TEXT,
    PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;

INSERT INTO wall_with_roles (kind, key, wanted, shown, channel_id, discord_id, gone_at)
SELECT kind, key, wanted, shown, channel_id, discord_id, gone_at FROM wall;

DROP TABLE wall;

ALTER TABLE wall_with_roles RENAME TO wall;
