-- One row: the days between which there are calls.
select
    -- Day of the first call, in the site's time zone; null without calls.
    min(call_date) as first_date,
    -- Day of the last call, in the site's time zone; null without calls.
    max(call_date) as last_date
from core.call
