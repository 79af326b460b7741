-- Lower end of the Wilson score interval (95 %) of a share of k in n; null without any n.
-- Wilson, E. B. (1927), Probable inference, the law of succession, and statistical inference.
create or replace macro mart.wilson_low(k, n) as
greatest(
    0, (k + 1.920729 - 1.959964 * sqrt(k * (n - k) / nullif(n, 0) + 0.960365)) / (n + 3.841459)
);

-- Upper end of the same interval.
create or replace macro mart.wilson_high(k, n) as
least(
    1, (k + 1.920729 + 1.959964 * sqrt(k * (n - k) / nullif(n, 0) + 0.960365)) / (n + 3.841459)
);

-- Minimum number of cases for which an interval is reported: fewer are shown without one.
create or replace macro mart.interval_count() as 10;

-- Minimum number of cases for which a person or team is compared with others.
create or replace macro mart.minimum_count() as 20;

-- Quarter of a call, from 1 to 4, in which a second lies.
create or replace macro mart.call_quarter(at_s, duration_s) as
least(1 + floor(4 * at_s / nullif(duration_s, 0))::integer, 4);

-- Minimum number of a customer's words of which it can be said that they express no sentiment.
create or replace macro mart.sentiment_word_count() as 10;

-- Lower end of the 95 % interval of a share, as it is reported; null with too few cases.
create or replace macro mart.share_low(k, n) as
case when n >= mart.interval_count() then mart.wilson_low(k, n) end;

-- Upper end of the same interval.
create or replace macro mart.share_high(k, n) as
case when n >= mart.interval_count() then mart.wilson_high(k, n) end;

-- Student's t for 95 % and some degrees of freedom, within 0.0003 from 9 on: the expansion of
-- Fisher and Cornish (1960), The percentile points of distributions having known cumulants.
create or replace macro mart.student_t(degrees) as
1.959964 + 2.372271 / degrees + 2.822499 / pow(degrees, 2) + 2.555850 / pow(degrees, 3);

-- Half the width of a mean's 95 % interval, from a sample's standard deviation; null with too few
-- cases, or if they are all equal, which tells nothing about how much others differ.
create or replace macro mart.mean_margin(deviation, n) as
case
    when n >= mart.interval_count() and deviation > 1e-9
        then mart.student_t(n - 1) * deviation / sqrt(n)
end;

-- Half the width of the 95 % interval of the mean of scores, 0..100: an aggregate. Auto-fails make
-- scores skewed, and a small sample may have none yet; without the second part, which adds half a
-- case at the far end of the scale to the variance, the interval of 30 scores of which a tenth are
-- 0 contains their mean in 91 % of all samples, and that of equal scores has no width.
create or replace macro mart.score_margin(score) as
case
    when count(score) >= mart.interval_count()
        then mart.student_t(count(score) - 1) * sqrt(
            (
                var_samp(score)
                + 0.5 * pow(greatest(avg(score), 100 - avg(score)), 2) / count(score)
            )
            / count(score)
        )
end;

-- Half the width of the 95 % interval of the difference of two means, from those of both.
create or replace macro mart.change_margin(margin1, margin0) as
sqrt(pow(margin1, 2) + pow(margin0, 2));

-- Mean score of a group, standardised to the site's mix of queues and languages: an aggregate over
-- calls with the mean of their peers and of the site.
create or replace macro mart.mix_adjusted(score, peer_score, site_score) as
any_value(site_score) + avg(score) - avg(peer_score) filter (where score is not null);

-- Lower end of the 95 % interval of how much a share rose from k0 in n0 to k1 in n1; null with too
-- few cases of either.
-- Newcombe, R. G. (1998), Interval estimation for the difference between independent proportions.
create or replace macro mart.share_change_low(k1, n1, k0, n0) as
k1 / nullif(n1, 0) - k0 / nullif(n0, 0) - sqrt(
    pow(k1 / nullif(n1, 0) - mart.share_low(k1, n1), 2)
    + pow(mart.share_high(k0, n0) - k0 / nullif(n0, 0), 2)
);

-- Upper end of the same interval.
create or replace macro mart.share_change_high(k1, n1, k0, n0) as
k1 / nullif(n1, 0) - k0 / nullif(n0, 0) + sqrt(
    pow(mart.share_high(k1, n1) - k1 / nullif(n1, 0), 2)
    + pow(k0 / nullif(n0, 0) - mart.share_low(k0, n0), 2)
);

-- Whether a share of k in n is significantly below that of the others, with enough cases: the one
-- decision on who is below the others, for agents, teams and questions.
create or replace macro mart.is_below(k, n, others_k, others_n) as
n >= mart.minimum_count()
and coalesce(mart.share_change_high(k, n, others_k, others_n) < 0, false);

-- Whether it is significantly above that of the others.
create or replace macro mart.is_above(k, n, others_k, others_n) as
n >= mart.minimum_count()
and coalesce(mart.share_change_low(k, n, others_k, others_n) > 0, false);
