-- Lower end of the Wilson score interval (95 %) of a share of k in n; null without any n.
-- Wilson, E. B. (1927), Probable inference, the law of succession, and statistical inference.
create or replace macro mart.wilson_low(k, n) as
(k + 1.9207 - 1.96 * sqrt(k * (n - k) / nullif(n, 0) + 0.9604)) / (nullif(n, 0) + 3.8415);

-- Upper end of the same interval.
create or replace macro mart.wilson_high(k, n) as
(k + 1.9207 + 1.96 * sqrt(k * (n - k) / nullif(n, 0) + 0.9604)) / (nullif(n, 0) + 3.8415);
