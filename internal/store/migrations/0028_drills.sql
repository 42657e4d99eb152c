-- Drills that schools held. A row is never changed: one that was entered wrongly is
-- put right by another row that names it. body is JSON of internal/incident.

CREATE TABLE drills (
    shard    TEXT    NOT NULL,
    id       TEXT    NOT NULL,
    unit     TEXT    NOT NULL,
    day      INTEGER NOT NULL,
    replaces TEXT    NOT NULL,
    by_whom  TEXT    NOT NULL,
    at_time  TEXT    NOT NULL,
    body     TEXT    NOT NULL,
    PRIMARY KEY (shard, id)
);

CREATE INDEX drills_by_unit ON drills (unit, day);
CREATE INDEX drills_by_day ON drills (day, id);
-- What is put right is put right once.
CREATE UNIQUE INDEX drills_put_right ON drills (shard, replaces) WHERE replaces <> '';
