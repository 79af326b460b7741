-- One row per recording or quarantined item that a text names: by the id of its call, or else by a
-- part of what is kept of its path, such as the keyed hash.
with items as (
    select
        call_id,
        recording_path as kept_path
    from core.call
    union distinct
    select
        call_id,
        item as kept_path
    from core.quarantine
),

named as (
    select
        kept_path,
        coalesce(call_id = $named, false) as is_of_call,
        contains(kept_path, $named) as is_in_path
    from items
)

select distinct kept_path
from named
where is_of_call or is_in_path
qualify is_of_call or not bool_or(is_of_call) over ()
order by kept_path
