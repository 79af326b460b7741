-- One row per one-to-one session of a supervisor with an agent.
create table core.coaching_session (
    -- Id of the session.
    session_id varchar not null,
    -- The agent.
    agent_id varchar not null,
    -- The supervisor.
    supervisor_id varchar not null,
    -- When it was held.
    held_at timestamptz not null,
    -- When the agent signed; null if not yet.
    agent_signed_at timestamptz,
    -- When the supervisor signed; null if not yet.
    supervisor_signed_at timestamptz
);
