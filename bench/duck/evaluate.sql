-- The judgement of packs/bench-nation@1 as one query over the nation (SRC), with
-- the roll-ups to cities, provinces and the whole. Its thresholds are built in.
with ratios as (
  select province, city, county, stage, students as w,
    t_degree * 100.0 / students as r0, t_backbone * 100.0 / students as r1, t_art * 100.0 / students as r2,
    room_area / students as r3, sport_area / students as r4, equip / students as r5, mm_rooms * 200.0 / students as r6
  from SRC),
least(stage, t0, t1, t2, t3, t4, t5, t6, widest) as (values
  (1, 4.2, 1.0, 0.9, 4.5, 7.5, 2000.0, 2.3, 0.50),
  (2, 5.3, 1.0, 0.9, 5.8, 10.2, 2500.0, 2.4, 0.45)),
judged as (
  select ratios.*, widest,
    (r0 >= t0)::int + (r1 >= t1)::int + (r2 >= t2)::int + (r3 >= t3)::int + (r4 >= t4)::int + (r5 >= t5)::int + (r6 >= t6)::int as met,
    (r0 >= .85 * t0 and r1 >= .85 * t1 and r2 >= .85 * t2 and r3 >= .85 * t3 and r4 >= .85 * t4 and r5 >= .85 * t5 and r6 >= .85 * t6) as above_floor
  from ratios join least using (stage)),
spreads as (
  select province, city, county, stage, count(*) as n, sum((met >= 6 and above_floor)::int) as good, any_value(widest) as widest,
    sqrt(greatest(0, sum(w * r0 * r0) / sum(w) - (sum(w * r0) / sum(w)) ^ 2)) / (sum(w * r0) / sum(w)) as c0,
    sqrt(greatest(0, sum(w * r1 * r1) / sum(w) - (sum(w * r1) / sum(w)) ^ 2)) / (sum(w * r1) / sum(w)) as c1,
    sqrt(greatest(0, sum(w * r2 * r2) / sum(w) - (sum(w * r2) / sum(w)) ^ 2)) / (sum(w * r2) / sum(w)) as c2,
    sqrt(greatest(0, sum(w * r3 * r3) / sum(w) - (sum(w * r3) / sum(w)) ^ 2)) / (sum(w * r3) / sum(w)) as c3,
    sqrt(greatest(0, sum(w * r4 * r4) / sum(w) - (sum(w * r4) / sum(w)) ^ 2)) / (sum(w * r4) / sum(w)) as c4,
    sqrt(greatest(0, sum(w * r5 * r5) / sum(w) - (sum(w * r5) / sum(w)) ^ 2)) / (sum(w * r5) / sum(w)) as c5,
    sqrt(greatest(0, sum(w * r6 * r6) / sum(w) - (sum(w * r6) / sum(w)) ^ 2)) / (sum(w * r6) / sum(w)) as c6
  from judged group by province, city, county, stage),
verdicts as (
  select province, city, county, sum(good) as good, sum(n) as n,
    sum(good) * 1.0 / sum(n) >= 0.5 and bool_and(greatest(c0, c1, c2, c3, c4, c5, c6) <= widest) as balanced
  from spreads group by province, city, county)
select province, city, sum(balanced::int) as counties, sum(good) as sections
from verdicts group by grouping sets ((), (province), (province, city))
order by province nulls first, city nulls first
