-- One row per token of a turn.
create or replace temp table token as
select
    spoken.call_no,
    turn.turn,
    spoken.language,
    unnest(string_split(turn.text, ' ')) as token
from core.turn
inner join spoken using (call_date, call_id)
