-- What schools say of children who are not in class, one line a child and school:
-- no timetable and no roll-call. case_id is the case that was opened from it.

CREATE TABLE attendance_marks (
    person   TEXT    NOT NULL,
    school   TEXT    NOT NULL,
    county   TEXT    NOT NULL,
    town     TEXT    NOT NULL,
    kind     TEXT    NOT NULL,
    since    INTEGER NOT NULL,
    days     INTEGER NOT NULL,
    day      INTEGER NOT NULL,
    by_whom  TEXT    NOT NULL,
    by_name  TEXT    NOT NULL,
    case_id  TEXT    NOT NULL,
    watch_on INTEGER NOT NULL,
    amber_on INTEGER NOT NULL,
    red_on   INTEGER NOT NULL,
    PRIMARY KEY (person, school)
);

CREATE INDEX attendance_marks_by_school ON attendance_marks (school, case_id);
CREATE INDEX attendance_marks_by_county ON attendance_marks (county, case_id);

-- A school's word that a month had nothing to tell (零报告): who, and when.
CREATE TABLE zero_reports (
    school  TEXT NOT NULL,
    month   TEXT NOT NULL,
    county  TEXT NOT NULL,
    town    TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    by_name TEXT NOT NULL,
    at_time TEXT NOT NULL,
    PRIMARY KEY (school, month)
);

CREATE INDEX zero_reports_by_month ON zero_reports (month, county);
