-- One row per evaluated call whose original recording contains card data or keyed digits, which may
-- be card data, and must be deleted. The redacted copy is muted in these spans; the original is
-- never changed.
with card_spans as (
    select
        call_date,
        call_id,
        pii_type,
        start_s,
        end_s,
        confidence,
        reported,
        null::integer as digit_count
    from core.pii_span
    where pii_type in ('card_number', 'card_expiry', 'cvv')
),

keyed as (
    select
        call_date,
        call_id,
        unnest(keyed_digits) as stretch
    from core.call
),

all_spans as (
    from card_spans
    union all by name
    select
        call_date,
        call_id,
        'keyed_digits' as pii_type,
        stretch.start_s,
        stretch.end_s,
        null::double as confidence,
        null::boolean as reported,
        stretch.digit_count
    from keyed
),

calls as (
    select
        call_date,
        call_id,
        bool_or(pii_type = 'cvv') as has_cvv,
        bool_or(reported) filter (where pii_type = 'cvv') as is_cvv_heard,
        bool_or(pii_type = 'card_number') as has_card_number,
        coalesce(sum(digit_count), 0)::integer as keyed_digit_count,
        count(*) as span_count,
        sum(end_s - start_s) as sensitive_s,
        min(start_s) as first_start_s,
        max(end_s) as last_end_s,
        max(confidence) as confidence,
        list(
            struct_pack(
                type := pii_type, start_s := start_s, end_s := end_s, digit_count := digit_count
            )
            order by start_s, end_s
        ) as stretches
    from all_spans
    group by call_date, call_id
)

select
    -- Day on which the call started, in the site's time zone.
    calls.call_date,
    -- The call.
    calls.call_id,
    -- Where the original recording was, without names and numbers of people; of two files, one per
    -- side, the second name follows ` + `. `callqa sources find` prints the file.
    call.recording_path,
    -- SHA-256 of the original recording, to identify the file.
    call.audio_sha256,
    -- Queue that the call came through.
    call.queue,
    -- Whether it contains a security code; such a recording must not be kept at all.
    calls.has_cvv,
    -- Whether a security code was heard, or digits are masked as one only as a precaution; null
    -- without either.
    calls.is_cvv_heard,
    -- Whether it contains a card number.
    calls.has_card_number,
    -- Number of digits keyed on a telephone; the digits themselves are not stored.
    calls.keyed_digit_count,
    -- Spans of card data and keyed digits, including those masked only as a precaution.
    calls.span_count,
    -- Total length of the spans.
    calls.sensitive_s,
    -- Start of the first span.
    calls.first_start_s,
    -- End of the last span.
    calls.last_end_s,
    -- Highest confidence of the spoken spans, 0..1; null if there are only keyed digits.
    calls.confidence,
    -- Kind, start and end of each span, in order of time; with the number of keyed digits.
    calls.stretches,
    -- Whether the redacted copy was transcribed again, and what was still audible was muted.
    call.remuted_count is not null as is_copy_proven,
    -- Day on which the original was first missed; null if it is there, or cannot be seen.
    gone.deleted_on
from calls
inner join core.call using (call_date, call_id)
left join core.deleted_original as gone using (recording_path)
