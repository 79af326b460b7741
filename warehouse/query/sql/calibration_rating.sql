-- Adds one rating of a calibration session.
insert into core.calibration (
    calibration_id,
    session_id,
    call_id,
    rule_id,
    scorecard_id,
    question,
    rater_id,
    is_expert,
    human_value,
    rated_at,
    reason
)
values (
    $calibration_id,
    $session_id,
    $call_id,
    $rule_id,
    $scorecard_id,
    $question,
    $rater_id,
    $is_expert,
    $human_value,
    $rated_at,
    $reason
)
