-- Versions of the outcome report. `record` is the JSON all documents of a version are made from (report/record.py):
-- what was published then, and nothing else. A version is its digest; the same record is no second version.
-- What is made of it without names has a digest of its own, as names could be guessed and tried on this one.

CREATE TABLE reports (
    version             INTEGER PRIMARY KEY,
    digest              TEXT NOT NULL UNIQUE,
    unattributed_digest TEXT NOT NULL,
    record              TEXT NOT NULL
) STRICT;

-- The stages a version came to. There is none for "endorsed": that is decided elsewhere.
CREATE TABLE report_steps (
    version INTEGER NOT NULL REFERENCES reports (version),
    number  INTEGER NOT NULL,
    stage   TEXT NOT NULL CHECK (stage IN ('draft', 'cleared', 'circulated', 'submitted')),
    at      TEXT NOT NULL,
    reason  TEXT NOT NULL,
    PRIMARY KEY (version, number)
) STRICT, WITHOUT ROWID;
