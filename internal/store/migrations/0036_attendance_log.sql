-- What schools said of children who are not in class, as they said it day by day:
-- attendance_marks has the newest word alone, and early warning must know what was
-- known on a past day. Of one day the last word counts. No name and no number.

CREATE TABLE attendance_log (
    county TEXT    NOT NULL,
    person TEXT    NOT NULL,
    school TEXT    NOT NULL,
    day    INTEGER NOT NULL,
    kind   TEXT    NOT NULL,
    since  INTEGER NOT NULL,
    days   INTEGER NOT NULL,
    PRIMARY KEY (county, person, school, day)
);

CREATE INDEX attendance_log_by_day ON attendance_log (county, day);

INSERT INTO attendance_log (county, person, school, day, kind, since, days)
SELECT county, person, school, day, kind, since, days FROM attendance_marks;
