-- One row per rule version: its titles in a reader's language.
create or replace temp table rule_title as
select
    rule.rule_id,
    rule.rule_version,
    coalesce(own.title, rule.title) as title,
    coalesce(own.title_failed, rule.title_failed) as title_failed
from core.rule
left join core.rule_text as own
    on
        rule.rule_id = own.rule_id
        and rule.rule_version = own.rule_version
        and own.language = $language
