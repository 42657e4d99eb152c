-- Evidence files by the hash of what is stored, and what they are evidence of.
-- The same file sent twice is stored once. A use belongs to a unit, by which it is
-- seen; the empty unit is the whole city's.

CREATE TABLE files (
    hash    TEXT   NOT NULL PRIMARY KEY,
    type    TEXT   NOT NULL,
    size    BIGINT NOT NULL,
    body    BYTEA  NOT NULL,
    at_time TEXT   NOT NULL
);

CREATE TABLE file_uses (
    kind    TEXT NOT NULL,
    id      TEXT NOT NULL,
    hash    TEXT NOT NULL,
    name    TEXT NOT NULL,
    unit    TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    by_name TEXT NOT NULL,
    at_time TEXT NOT NULL,
    PRIMARY KEY (kind, id, hash)
);

CREATE INDEX file_uses_hash ON file_uses (hash);
