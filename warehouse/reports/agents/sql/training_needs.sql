-- One row per question on which a team does significantly worse than the others.
select
    coalesce(question_title.title, needs.question) as title,
    needs.yes_ratio,
    needs.others_yes_ratio
from mart.training_needs as needs
left join question_title using (scorecard_id, question)
where needs.team = $team and needs.is_need
order by needs.others_yes_ratio - needs.yes_ratio desc
