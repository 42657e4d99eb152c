-- What somebody corrected of a register by hand, field by field. Who a person is stands
-- in none of it, nor whether a household was poor: that goes after a comparison. It
-- stays where the person is kept, and goes with the rows of its school year.

CREATE TABLE register_changes (
    shard   TEXT    NOT NULL,
    person  TEXT    NOT NULL,
    no      INTEGER NOT NULL,
    kind    INTEGER NOT NULL,
    year    INTEGER NOT NULL,
    unit    TEXT    NOT NULL,
    at      TEXT    NOT NULL,
    by_whom TEXT    NOT NULL,
    name    TEXT    NOT NULL,
    body    TEXT    NOT NULL,
    PRIMARY KEY (shard, person, no)
);
