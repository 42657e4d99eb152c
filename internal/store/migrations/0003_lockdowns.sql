-- What must be kept to recompute a published figure, and small facts about the
-- whole store.

CREATE TABLE packs (
    hash TEXT  NOT NULL PRIMARY KEY,
    ref  TEXT  NOT NULL,
    body BYTEA NOT NULL
);

CREATE TABLE lockdowns (
    id      TEXT NOT NULL PRIMARY KEY,
    title   TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    at_time TEXT NOT NULL,
    pack    TEXT NOT NULL,
    engine  TEXT NOT NULL
);

CREATE TABLE lockdown_seqs (
    shard    TEXT   NOT NULL,
    lockdown TEXT   NOT NULL,
    seq      BIGINT NOT NULL,
    PRIMARY KEY (shard, lockdown)
);

CREATE TABLE meta (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
