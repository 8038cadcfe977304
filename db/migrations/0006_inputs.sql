-- Inputs to guiding questions. Of one without attribution there is no author, no seat and no moment; its number
-- is random and the table has no order of its own, so nothing tells when it was written. `code`: the slow digest
-- of its withdrawal code.

CREATE TABLE discussions (
    question_id TEXT PRIMARY KEY,
    -- A JSON list of the kinds a moderator sees first; NULL: the usual.
    holds       TEXT,
    closed_at   TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE inputs (
    input_id      TEXT PRIMARY KEY,
    question_id   TEXT NOT NULL,
    part_id       TEXT NOT NULL,
    kind          TEXT NOT NULL CHECK (
        kind IN ('positive_example', 'suggestion', 'challenge', 'offer', 'request')
    ),
    attribution   TEXT NOT NULL CHECK (attribution IN ('delegation', 'category', 'none')),
    text          TEXT NOT NULL,
    category      TEXT CHECK (
        category IN ('member', 'member_organisation', 'observer_state', 'observer_organisation')
    ),
    delegation_id TEXT REFERENCES delegations (delegation_id),
    seat_id       TEXT,
    made_at       TEXT,
    held          INTEGER NOT NULL CHECK (held IN (0, 1)),
    shown_at      TEXT,
    edited_at     TEXT,
    key_at        TEXT,
    hidden_at     TEXT,
    withdrawn_at  TEXT,
    merged_into   TEXT REFERENCES inputs (input_id),
    code          BLOB UNIQUE,
    -- The message in Discord that was recorded as this input.
    message_id    INTEGER UNIQUE,
    CHECK (attribution <> 'none' OR (delegation_id IS NULL AND seat_id IS NULL AND category IS NULL AND made_at IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE input_associations (
    input_id      TEXT NOT NULL REFERENCES inputs (input_id),
    delegation_id TEXT NOT NULL REFERENCES delegations (delegation_id),
    at            TEXT NOT NULL,
    PRIMARY KEY (input_id, delegation_id)
) STRICT, WITHOUT ROWID;
