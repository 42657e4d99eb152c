-- Incidents were numbered by school, so that a county's list had "2026-1" as often as
-- it had schools. They are numbered through the whole city and year now, as hazards
-- and inspections are; what is there is numbered by when it happened.

DROP INDEX incidents_numbered;

UPDATE incidents SET no = (SELECT count(*) FROM incidents b WHERE b.year = incidents.year AND (b.happened < incidents.happened OR b.happened = incidents.happened AND b.id <= incidents.id));

CREATE UNIQUE INDEX incidents_numbered ON incidents (year, no);

INSERT INTO safety_numbers (kind, last) SELECT 'incident/' || CAST(year AS TEXT), max(no) FROM incidents GROUP BY year;
