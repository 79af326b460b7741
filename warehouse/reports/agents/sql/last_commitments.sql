-- One row per commitment of each agent's last coaching session, with its measured effect.
-- Four weeks before the session against at most four weeks since, without the day itself. Peers are
-- the other agents' calls in the queues and languages in which the agent had such calls. The
-- interval of the difference of the two changes combines the intervals of the four shares.
-- Zou, G. Y., Donner, A. (2008), Construction of confidence limits about effect measures.
with promised as (
    select
        session.agent_id,
        commitment.*,
        timezone(snapshot.time_zone, session.held_at)::date as held_on
    from core.commitment
    inner join core.coaching_session as session using (session_id)
    cross join meta.snapshot
    qualify session.held_at = max(session.held_at) over (partition by session.agent_id)
),

judged as (
    select
        promised.commitment_id,
        call.queue,
        call.language,
        call.agent_id = promised.agent_id as is_own,
        call.call_date > promised.held_on as is_after,
        finding.outcome = 'pass' as is_kept
    from promised
    inner join core.final_finding as finding on promised.rule_id = finding.rule_id
    inner join core.call using (call_date, call_id)
    where
        finding.outcome in ('pass', 'fail')
        and finding.call_date between promised.held_on - 28 and promised.held_on + 28
        and finding.call_date != promised.held_on
),

alike as (
    select *
    from judged
    qualify bool_or(is_own) over (partition by commitment_id, queue, language)
),

counts as (
    select
        commitment_id,
        count(*) filter (where is_own and is_after and is_kept) as k1,
        count(*) filter (where is_own and is_after) as n1,
        count(*) filter (where is_own and not is_after and is_kept) as k0,
        count(*) filter (where is_own and not is_after) as n0,
        count(*) filter (where not is_own and is_after and is_kept) as peer_k1,
        count(*) filter (where not is_own and is_after) as peer_n1,
        count(*) filter (where not is_own and not is_after and is_kept) as peer_k0,
        count(*) filter (where not is_own and not is_after) as peer_n0
    from alike
    group by commitment_id
),

changes as (
    select
        commitment_id,
        n1 as count,
        k1 / n1 as ratio,
        k0 / n0 as before,
        peer_k1 / peer_n1 - peer_k0 / peer_n0 as peers_change,
        ratio - before - peers_change as gain,
        mart.share_change_low(k1, n1, k0, n0) as own_low,
        mart.share_change_high(k1, n1, k0, n0) as own_high,
        mart.share_change_low(peer_k1, peer_n1, peer_k0, peer_n0) as peers_low,
        mart.share_change_high(peer_k1, peer_n1, peer_k0, peer_n0) as peers_high
    from counts
    where least(n1, n0, peer_n1, peer_n0) >= mart.minimum_count()
)

select
    promised.agent_id,
    promised.rule_id,
    promised.held_on,
    promised.made_by,
    promised.promise,
    promised.due_on,
    promised.status,
    changes.count,
    changes.ratio,
    changes.before,
    changes.peers_change,
    changes.gain,
    changes.gain
    - sqrt(
        pow(changes.ratio - changes.before - changes.own_low, 2)
        + pow(changes.peers_high - changes.peers_change, 2)
    ) as gain_low,
    changes.gain
    + sqrt(
        pow(changes.own_high - changes.ratio + changes.before, 2)
        + pow(changes.peers_change - changes.peers_low, 2)
    ) as gain_high
from promised
left join changes using (commitment_id)
order by promised.agent_id, promised.made_by, promised.commitment_id
