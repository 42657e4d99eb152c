-- The tree of units. Rows are only ever added: the newest visible row of a unit
-- counts. Small numbers are dates as days since 1970-01-01, 0 is "always".
-- BYTEA is what PostgreSQL calls a blob; SQLite takes any type name.

CREATE TABLE shards (
    shard TEXT   NOT NULL PRIMARY KEY,
    seq   BIGINT NOT NULL
);

CREATE TABLE units (
    shard     TEXT    NOT NULL,
    id        TEXT    NOT NULL,
    seq       BIGINT  NOT NULL,
    level     INTEGER NOT NULL,
    stage     TEXT    NOT NULL,
    school    TEXT    NOT NULL,
    declared  INTEGER NOT NULL,
    ended     INTEGER NOT NULL,
    into_json TEXT    NOT NULL,
    PRIMARY KEY (shard, id, seq)
);

CREATE TABLE unit_attrs (
    shard       TEXT    NOT NULL,
    unit        TEXT    NOT NULL,
    seq         BIGINT  NOT NULL,
    from_day    INTEGER NOT NULL,
    code        TEXT    NOT NULL,
    name_zh     TEXT    NOT NULL,
    name_en     TEXT    NOT NULL,
    parent      TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    ownership   TEXT    NOT NULL,
    urban_rural TEXT    NOT NULL,
    statutory   TEXT    NOT NULL,
    source      TEXT    NOT NULL,
    tag         TEXT    NOT NULL,
    PRIMARY KEY (shard, unit, seq, from_day)
);
