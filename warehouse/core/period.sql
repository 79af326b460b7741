-- One row, if there are calls: the days between which they are.
select
    -- Day of the first call, in the site's time zone.
    min(call_date) as first_date,
    -- Day of the last call, in the site's time zone.
    max(call_date) as last_date
from core.call
having count(*) > 0
