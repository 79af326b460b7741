-- One row: the last run with results, or the last run if none has any.
select run_id from meta.run
order by last_commit_no >= first_commit_no desc, last_commit_no desc, finished_at desc
limit 1
