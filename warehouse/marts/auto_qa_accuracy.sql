-- One row per rule that people have reviewed: how often its flags are right, and how often its
-- passes in the random sample are wrong. Of two reviews of one finding the later counts.
with latest as (
    select *
    from core.review
    where rule_id is not null
    qualify
        row_number() over (
            partition by call_id, rule_id, occasion
            order by reviewed_at desc, review_id asc
        ) = 1
),

judged as (
    select
        rule_id,
        count(*) filter (where occasion = 'flag') as flag_reviewed_count,
        count(*) filter (where occasion = 'flag' and human_value = machine_value)
            as flag_confirmed_count,
        count(*) filter (where occasion = 'sample' and machine_value = 'pass')
            as sample_reviewed_count,
        count(*) filter (
            where occasion = 'sample' and machine_value = 'pass' and human_value = 'fail'
        ) as sample_missed_count
    from latest
    group by rule_id
)

select
    -- The rule.
    rule_id,
    -- Flags that were reviewed.
    flag_reviewed_count,
    -- Of these, flags that the reviewer confirmed.
    flag_confirmed_count,
    -- Share of confirmed flags, 0..1; null if none was reviewed.
    flag_confirmed_count / nullif(flag_reviewed_count, 0) as precision_ratio,
    -- Lower end of the share's 95 % interval.
    mart.share_low(flag_confirmed_count, flag_reviewed_count) as precision_ratio_low,
    -- Upper end of the share's 95 % interval.
    mart.share_high(flag_confirmed_count, flag_reviewed_count) as precision_ratio_high,
    -- Passes in the random sample that were reviewed.
    sample_reviewed_count,
    -- Of these, passes that the reviewer failed.
    sample_missed_count,
    -- Share of passes that should have failed, 0..1; null if none was reviewed.
    sample_missed_count / nullif(sample_reviewed_count, 0) as miss_ratio,
    -- Lower end of the share's 95 % interval.
    mart.share_low(sample_missed_count, sample_reviewed_count) as miss_ratio_low,
    -- Upper end of the share's 95 % interval.
    mart.share_high(sample_missed_count, sample_reviewed_count) as miss_ratio_high
from judged
