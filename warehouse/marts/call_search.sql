-- One row per turn, with the columns by which a search is filtered.
select
    -- Day on which the call started, in the site's time zone.
    turn.call_date,
    -- The call.
    turn.call_id,
    -- Place of the turn in the call, from 0.
    turn.turn,
    -- agent, customer, system (played to both) or unknown.
    turn.role,
    -- Start of the first word, from the start of the recording.
    turn.start_s,
    -- The same start as minutes and seconds.
    mart.minutes_seconds(turn.start_s) as start_minutes_seconds,
    -- The redacted words.
    turn.text,
    -- Id of the agent in the contact centre.
    call.agent_id,
    -- The agent's team on that day.
    call.team,
    -- The supervisor who receives this call's flags.
    call.supervisor_id,
    -- Queue that the call came through.
    call.queue,
    -- Language in which it was recognised, ISO 639-1.
    call.language,
    -- inbound or outbound, seen from the contact centre.
    call.direction
from core.turn
inner join core.call using (call_date, call_id)
