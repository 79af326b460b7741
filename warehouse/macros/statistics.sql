-- Lower end of the Wilson score interval (95 %) of a share of k in n; null without any n.
-- Wilson, E. B. (1927), Probable inference, the law of succession, and statistical inference.
create or replace macro mart.wilson_low(k, n) as
(k + 1.9207 - 1.96 * sqrt(k * (n - k) / nullif(n, 0) + 0.9604)) / (nullif(n, 0) + 3.8415);

-- Upper end of the same interval.
create or replace macro mart.wilson_high(k, n) as
(k + 1.9207 + 1.96 * sqrt(k * (n - k) / nullif(n, 0) + 0.9604)) / (nullif(n, 0) + 3.8415);

-- Minimum number of cases for which a rate or mean of a person or team is reported.
create or replace macro mart.minimum_count() as 20;

-- Half the width of a mean's 95 % interval, from a sample's standard deviation.
create or replace macro mart.mean_margin(deviation, n) as
case when n > 1 then 1.96 * deviation / sqrt(n) end;

-- Half the width of the 95 % interval of the difference of two means, from those of both.
create or replace macro mart.change_margin(margin1, margin0) as
sqrt(pow(margin1, 2) + pow(margin0, 2));

-- Mean score of a group, standardised to the site's mix of queues and languages: an aggregate over
-- calls with the mean of their peers and of the site.
create or replace macro mart.mix_adjusted(score, peer_score, site_score) as
any_value(site_score) + avg(score) - avg(peer_score) filter (where score is not null);

-- Lower end of the 95 % interval of how much a share rose from k0 in n0 to k1 in n1.
-- Newcombe, R. G. (1998), Interval estimation for the difference between independent proportions.
create or replace macro mart.share_change_low(k1, n1, k0, n0) as
k1 / nullif(n1, 0) - k0 / nullif(n0, 0) - sqrt(
    pow(k1 / nullif(n1, 0) - mart.wilson_low(k1, n1), 2)
    + pow(mart.wilson_high(k0, n0) - k0 / nullif(n0, 0), 2)
);

-- Upper end of the same interval.
create or replace macro mart.share_change_high(k1, n1, k0, n0) as
k1 / nullif(n1, 0) - k0 / nullif(n0, 0) + sqrt(
    pow(mart.wilson_high(k1, n1) - k1 / nullif(n1, 0), 2)
    + pow(k0 / nullif(n0, 0) - mart.wilson_low(k0, n0), 2)
);
