-- Leaving a school: the day, the kind, and whether the school that a child went to has
-- answered, by which lists are chosen; the rest is JSON beside ('' of who stays).

ALTER TABLE children ADD COLUMN left_day INTEGER NOT NULL DEFAULT 0;

ALTER TABLE children ADD COLUMN leaving TEXT NOT NULL DEFAULT '';

ALTER TABLE children ADD COLUMN received INTEGER NOT NULL DEFAULT 0;

ALTER TABLE children ADD COLUMN more TEXT NOT NULL DEFAULT '';
