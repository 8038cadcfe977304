-- What is wrong with the house itself, as moderators are told; `number` names its panel and is never used
-- again. `told` holds what its sentence is filled in with, as JSON.

CREATE TABLE troubles (
    number   INTEGER PRIMARY KEY AUTOINCREMENT,
    kind     TEXT NOT NULL,
    subject  TEXT NOT NULL,
    begun_at TEXT NOT NULL,
    over_at  TEXT,
    told     TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX troubles_open ON troubles (kind, subject) WHERE over_at IS NULL;

-- Something lost is one trouble each time; nobody counts the times any more.
ALTER TABLE wall DROP COLUMN losses;
