"""All declared reasons, in one list.

Codes are stored in lakes and analysts group by them: a code never changes its meaning and is never
removed. An English message is the key of its translations; `value_kinds` describes placeholders.
"""

from __future__ import annotations

from models.reasons.declared import DeclaredCode


class ReasonCode(DeclaredCode):
    """The declared codes."""

    # What was found, searched or compared.
    HEARD_FROM_AGENT = "heard_from_agent", "Heard from the agent at %(at_s)s"
    HEARD_FROM_CUSTOMER = "heard_from_customer", "Heard from the customer at %(at_s)s"
    HEARD_FROM_SOMEBODY = "heard_from_somebody", "Heard from somebody at %(at_s)s"
    HEARD_FROM_SYSTEM = "heard_from_system", "Played in an announcement at %(at_s)s"
    HEARD_MORE_FROM_SYSTEM = (
        "heard_more_from_system",
        "Played in an announcement at %(at_s)s and %(more)s more time",
        "Played in an announcement at %(at_s)s and %(more)s more times",
    )
    HEARD_MORE_FROM_AGENT = (
        "heard_more_from_agent",
        "Heard from the agent at %(at_s)s and %(more)s more time",
        "Heard from the agent at %(at_s)s and %(more)s more times",
    )
    HEARD_MORE_FROM_CUSTOMER = (
        "heard_more_from_customer",
        "Heard from the customer at %(at_s)s and %(more)s more time",
        "Heard from the customer at %(at_s)s and %(more)s more times",
    )
    HEARD_MORE_FROM_SOMEBODY = (
        "heard_more_from_somebody",
        "Heard from somebody at %(at_s)s and %(more)s more time",
        "Heard from somebody at %(at_s)s and %(more)s more times",
    )
    NOT_HEARD = "not_heard", "Not heard"
    NOT_HEARD_FROM_AGENT = (
        "not_heard_from_agent",
        "Not heard from the agent between %(start_s)s and %(end_s)s",
    )
    NOT_HEARD_FROM_CUSTOMER = (
        "not_heard_from_customer",
        "Not heard from the customer between %(start_s)s and %(end_s)s",
    )
    NOT_HEARD_FROM_SYSTEM = (
        "not_heard_from_system",
        "Not played in an announcement between %(start_s)s and %(end_s)s",
    )
    NOT_HEARD_FROM_ANYONE = (
        "not_heard_from_anyone",
        "Not heard from anyone between %(start_s)s and %(end_s)s",
    )
    METRIC_COMPARED = "metric_compared", "%(metric)s is %(value)s, looked for %(range)s"
    METRIC_OF_ROLE_COMPARED = (
        "metric_of_role_compared",
        "The %(role)s's %(metric)s is %(value)s, looked for %(range)s",
    )
    TURNS_SOUND = "turns_sound", "%(num)s of %(total)s turns sound %(tones)s"
    METADATA_FITS = "metadata_fits", "The call's metadata fits"
    METADATA_DOES_NOT_FIT = "metadata_does_not_fit", "The call's metadata does not fit"

    # Ranges that a metric is compared with.
    AT_LEAST = "at_least", "at least %(low)s"
    AT_MOST = "at_most", "at most %(high)s"
    BETWEEN = "between", "between %(low)s and %(high)s"

    # What the facts mean to a rule.
    AS_EXPECTED = "as_expected", "%(facts)s, as expected."
    EXPECTED = "expected", "%(facts)s: expected but missing."
    FORBIDDEN = "forbidden", "%(facts)s, which is not allowed."
    OBSERVED = "observed", "%(facts)s."
    NOT_OBSERVED = "not_observed", "%(facts)s."

    # Why the facts are uncertain.
    SPEAKER_UNSURE = "speaker_unsure", "%(facts)s, but it is not clear who speaks."
    OTHERS_AS_LIKELY = "others_as_likely", "%(facts)s, but other words are as likely there."
    SAYER_UNSURE = "sayer_unsure", "%(facts)s, but it is not clear who says it."
    MAY_BE_DENIED = "may_be_denied", "%(facts)s, but it may be denied there."
    AGENT_UNKNOWN = (
        "agent_unknown",
        "%(facts)s, but nobody on this recording is known to be the agent.",
    )
    CUSTOMER_UNKNOWN = (
        "customer_unknown",
        "%(facts)s, but nobody on this recording is known to be the customer.",
    )
    AGENT_UNHEARD = "agent_unheard", "%(facts)s, but no word of the agent is heard in this call."
    CUSTOMER_UNHEARD = (
        "customer_unheard",
        "%(facts)s, but no word of the customer is heard in this call.",
    )
    WORDS_UNSURE = "words_unsure", "%(facts)s, but the words there are unclear."
    MOSTLY_MASKED = "mostly_masked", "%(facts)s, but most of what is said there is masked."
    NOT_UNDERSTOOD = (
        "not_understood",
        "%(facts)s, but something unintelligible is said there.",
    )
    PART_BESIDE_UNSURE = (
        "part_beside_unsure",
        "%(facts)s, but part of it is heard, next to unclear words.",
    )
    PART_BESIDE_MASKED = (
        "part_beside_masked",
        "%(facts)s, but part of it is heard, next to masked words.",
    )
    NEARLY_HEARD = (
        "nearly_heard",
        "%(facts)s, but something very similar is heard unclearly at %(at_s)s.",
    )
    ALIKE_IN_MEANING = (
        "alike_in_meaning",
        "%(facts)s, but something similar in meaning is said at %(at_s)s.",
    )
    METRIC_UNKNOWN = (
        "metric_unknown",
        "%(facts)s, but the metric %(metric)s is not known for this call.",
    )
    READINGS_DIFFER = "readings_differ", "%(facts)s, but recognised again: %(second_reading)s"
    WEAK_GROUNDS = (
        "weak_grounds",
        "%(reason)s Severity %(severity)s instead of %(rule_severity)s: the evidence is unclear.",
    )
    HEARD_ONCE = "heard_once", "%(reason)s Heard once, in a single recognition."

    # Why a rule does not apply.
    NO_SPEECH = "no_speech", "No speech is heard in this call."
    NO_WORDING = "no_wording", "The rule has no wording for language %(language)s."
    OTHER_KIND_OF_CALL = "other_kind_of_call", "The rule is not meant for this kind of call."
    OTHER_RULE_SAYS = (
        "other_rule_says",
        "The rule does not apply, because %(rule)s is %(outcome)s.",
    )
    OTHER_RULE_NOT_IN_FORCE = (
        "other_rule_not_in_force",
        "The rule does not apply, because %(rule)s is not in force.",
    )
    OTHER_RULE_CANNOT_TELL = (
        "other_rule_cannot_tell",
        "Whether the rule applies depends on %(rule)s, which is inconclusive.",
    )

    END_MISSING = "end_missing", "%(facts)s, but the recording ends before the call, at %(end_s)s."
    TOO_SHORT = "too_short", "%(facts)s, but a call of %(end_s)s is too short for a result."

    # Answers without a finding.
    NOT_ASKED = "not_asked", "Only asked if %(question)s is answered %(answer)s."
    NO_RULE_IN_FORCE = "no_rule_in_force", "None of its rules was in force."
    NO_WORDS_OF_AGENT = "no_words_of_agent", "No words of the agent are heard in this call."
    NO_WORDS_OF_CUSTOMER = (
        "no_words_of_customer",
        "No words of the customer are heard in this call.",
    )
    METRIC_NOT_KNOWN = "metric_not_known", "%(metric)s is not known for this call."
    METRIC_EARNS = (
        "metric_earns",
        "%(metric)s is %(value)s, which earns %(points_ratio)s of the points.",
    )

    # Why there is no score.
    NOT_ENOUGH_HEARD = (
        "not_enough_heard",
        (
            "Not enough heard for a score: %(answered_ratio)s of the weight could be answered,"
            " %(min_answered_ratio)s are needed."
        ),
    )

    # Notes on a recording.
    CHANNEL_COPIES = (
        "channel_copies",
        (
            "Channel %(channel)s carries the same as channel %(other)s in %(blocks_ratio)s of the"
            " speech (correlation %(correlation)s, %(lag_s)s s later, %(gain_db)s dB); heard once."
        ),
    )
    CHANNEL_IS_MIX = (
        "channel_is_mix",
        "Channel %(channel)s mixes others (%(blocks_ratio)s of its speech); not listened to.",
    )
    CHANNEL_LEFT_OUT = "channel_left_out", "Channel %(channel)s is silent; not listened to."
    CHANNEL_SILENT = "channel_silent", "Channel %(channel)s carries no speech."
    CHANNEL_ONLY_ECHOES = (
        "channel_only_echoes",
        (
            "Channel %(channel)s carries only an echo of channel %(other)s, in %(blocks_ratio)s of"
            " its speech (correlation %(correlation)s, %(lag_s)s s later, %(gain_db)s dB); nobody"
            " is heard on it."
        ),
    )
    BOTH_SIDES_ON_CHANNEL = (
        "both_sides_on_channel",
        "Both sides speak on channel %(channel)s, nobody on the other; treated as mono.",
    )
    PLAYED_ON_BOTH = (
        "played_on_both",
        (
            "Between %(start_s)s and %(end_s)s both channels carry the same (%(blocks_ratio)s of"
            " the speech, correlation %(correlation)s, %(lag_s)s s later, %(gain_db)s dB): an"
            " announcement, said by neither side."
        ),
    )
    OTHER_LANGUAGE = "other_language", "Parts of the call are in another language (%(language)s)."
    NO_SPEECH_FOUND = "no_speech_found", "No speech was found."
    SIDES_SWAPPED = (
        "sides_swapped",
        "The channel map has the two sides swapped; corrected from the words.",
    )
    CHANNEL_MAP_UNUSED = (
        "channel_map_unused",
        "The channel map names %(num)s channels, not %(total)s; unused.",
    )

    RECORDING_CUT = "recording_cut", "Cut at %(end_s)s: the file's header states %(total_s)s."
    RECORDING_UNFINISHED = "recording_unfinished", "Cut at %(end_s)s: the file was never closed."
    SHORTER_THAN_STATED = (
        "shorter_than_stated",
        "Cut at %(end_s)s: the metadata state a length of %(total_s)s.",
    )
    ENDS_IN_SPEECH = "ends_in_speech", "Probably cut: somebody still speaks at its end, %(end_s)s."
    SHORT_RECORDING = (
        "short_recording",
        "Only %(end_s)s long: checks for missing words are inconclusive.",
    )

    # Why an item is set aside, as in `QuarantineReason`.
    CORRUPT_AUDIO = "corrupt_audio", "corrupt audio"
    EMPTY_FILE = "empty_file", "empty file"
    UNREADABLE = "unreadable", "cannot be read"
    MISSING_METADATA = "missing_metadata", "missing metadata"
    MISSING_RECORDING = "missing_recording", "missing recording"
    INVALID_METADATA = "invalid_metadata", "invalid metadata"
    DUPLICATE = "duplicate", "duplicate"
    TOO_LARGE = "too_large", "too large"
    RECOGNITION_FAILED = "recognition_failed", "recognition failed"
    EVALUATION_FAILED = "evaluation_failed", "evaluation failed"
    REDACTION_FAILED = "redaction_failed", "redaction failed"
    AS_WRITTEN = "as_written", "%(text)s"  # in lakes from before there were codes
