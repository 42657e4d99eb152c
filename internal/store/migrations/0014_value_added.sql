-- Value-added estimates of schools. No pupil is kept: a run holds the model, an
-- effect what was estimated of one school. A run counts once its row is there,
-- which is written after all of its effects.

CREATE TABLE value_added_runs (
    id      TEXT NOT NULL PRIMARY KEY,
    period  TEXT NOT NULL,
    title   TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    by_name TEXT NOT NULL,
    at_time TEXT NOT NULL,
    body    TEXT NOT NULL
);

-- body is '' where the school is too small for its estimate to be kept.
CREATE TABLE value_added_effects (
    shard TEXT NOT NULL,
    run   TEXT NOT NULL,
    unit  TEXT NOT NULL,
    body  TEXT NOT NULL,
    PRIMARY KEY (shard, run, unit)
);
