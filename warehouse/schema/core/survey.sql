-- One row per answer of a customer to a question of a survey about a call or a contact. Empty until
-- answers are recorded with `callqa record surveys`.
create table core.survey (
    -- Id of the answer.
    survey_id varchar not null,
    -- The call; null if the survey is about a contact.
    call_id varchar,
    -- The contact; null if the survey is about a call.
    contact_id varchar,
    -- The question, as the file names it.
    question varchar not null,
    -- The answer.
    score double not null,
    -- Lowest and highest possible answer, such as 1-5.
    scale varchar not null,
    -- When the customer answered.
    answered_at timestamptz not null
);
