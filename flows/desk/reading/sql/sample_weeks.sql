-- The weeks, by their Mondays, with calls that the person may see; the newest first.
select distinct date_trunc('week', visible.call_date)::date as week
from visible
order by week desc
