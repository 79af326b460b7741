-- Seconds from the start of a recording as minutes and seconds: 75.2 is 1:15.
create or replace macro mart.minutes_seconds(s) as
printf('%d:%02d', floor(s / 60)::integer, floor(s)::integer % 60);

-- Weight of a severity in the priority of a flag.
create or replace macro mart.severity_weight(severity) as
case severity when 'critical' then 9 when 'major' then 3 else 1 end;
