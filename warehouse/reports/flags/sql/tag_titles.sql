-- One row per tag of the rules of a supervisor's flags, with its title.
-- In another language where the reader's lacks a title.
select
    tag,
    min_by(title, language is distinct from $language) as title
from core.tag_text
where
    tag in (
        select unnest(night_flags.rule_tags) from night_flags
        where night_flags.supervisor_id = $supervisor_id
    )
group by tag
order by title
