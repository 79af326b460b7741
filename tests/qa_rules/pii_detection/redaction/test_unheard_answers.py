"""Speech without recognised words is muted only where it may be personal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.call import Role
from models.transcript import Transcript, Unheard
from qa_rules.pii_detection.redaction.unheard_answers import unheard_answers
from qa_rules.pii_detection.types.catalogue import load_pii_rules
from tests.qa_rules.pii_detection.written_lines import heard
from tests.qa_rules.rule_folders import RULES as RULE_FOLDER

RULES = load_pii_rules(RULE_FOLDER / "pii")
AGENT, CUSTOMER = 0, 1
QUESTIONS = {
    "en": "could you read me your card number please",
    "es": "me puede decir su número de tarjeta por favor",
    "it": "mi può leggere il numero della carta per favore",
}


def answers(call: Transcript, channel: int, start_s: float) -> int:
    """How many of one unheard stretch of two seconds may be answers."""
    stretch = Unheard(channel, start_s, start_s + 2)
    return len(unheard_answers(replace(call, unheard=(stretch,)), RULES))


@pytest.mark.parametrize("language", QUESTIONS)
def test_what_follows_a_question_may_be_the_answer(language: str) -> None:
    """Half a minute long; before it was asked nothing is, and who asks does not answer."""
    call = heard(language, [(Role.AGENT, QUESTIONS[language]), (Role.CUSTOMER, "yes")])
    end_s = call.turns[0].end_s
    assert answers(call, CUSTOMER, end_s + 1) == 1
    assert answers(call, CUSTOMER, end_s + 20) == 1
    assert answers(call, CUSTOMER, end_s + 60) == 0


def test_small_talk_is_not_muted() -> None:
    """Without personal data near it, it is reported and stays audible."""
    call = heard("en", [(Role.AGENT, "lovely weather today"), (Role.CUSTOMER, "it really is")])
    assert answers(call, CUSTOMER, 3.0) == answers(call, AGENT, 3.0) == 0


def test_a_run_of_digits_goes_on_in_what_was_dropped() -> None:
    """Right after digits and right before them, on the side that says them."""
    call = heard("en", [(Role.AGENT, "go on then"), (Role.CUSTOMER, "four one one one")])
    end_s = call.turns[1].end_s
    assert answers(call, CUSTOMER, end_s + 0.2) == 1
    assert answers(call, CUSTOMER, end_s + 10) == 0
    assert answers(call, AGENT, end_s + 0.2) == 0


def test_what_the_speaker_announces_may_follow() -> None:
    """Nobody has to ask."""
    call = heard("en", [(Role.AGENT, "hello"), (Role.CUSTOMER, "my card number is")])
    assert answers(call, CUSTOMER, call.turns[1].end_s + 0.5) == 1


def test_without_words_of_the_other_side_everything_may_be_an_answer() -> None:
    """It is unknown what was asked."""
    call = heard("en", [(Role.CUSTOMER, "it really is")])
    assert answers(call, CUSTOMER, 30.0) == 1


def test_on_a_mono_recording_the_question_is_on_the_same_channel() -> None:
    """Both sides speak on it."""
    call = replace(heard("en", [(Role.AGENT, QUESTIONS["en"])]), channel_count=1)
    assert answers(call, AGENT, call.turns[0].end_s + 1) == 1
    assert answers(call, AGENT, call.turns[0].end_s + 60) == 0
