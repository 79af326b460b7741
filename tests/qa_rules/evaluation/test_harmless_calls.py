"""Nobody is flagged in calls without personal data, nor for a number that only looks like it."""

from __future__ import annotations

import pytest

from qa_rules.authoring.example_calls import invented_transcript
from qa_rules.pii_detection.detector import find_pii
from tests.bench.harmless.calls import HarmlessCall, flags, harmless_calls
from tests.qa_rules.rule_folders import shipped_rulebook

RULEBOOK = shipped_rulebook()
COUNT = 90


@pytest.mark.parametrize("seed", [3, 4])
def test_nobody_is_flagged_in_harmless_calls(seed: int) -> None:
    """Order numbers, error codes, prices and the firm's own contacts are not personal data."""
    found = [flag for call in harmless_calls(COUNT, seed) for flag in flags(call, RULEBOOK)]
    assert [flag for flag in found if flag.severity in {"critical", "major"}] == []


def test_harmless_calls_are_the_same_for_the_same_seed() -> None:
    """Figures are reproducible; another seed draws other numbers."""
    assert list(harmless_calls(9, 3)) == list(harmless_calls(9, 3))
    assert list(harmless_calls(9, 3)) != list(harmless_calls(9, 4))


@pytest.mark.parametrize(
    ("language", "text", "rule"),
    [
        ("en", "agent: Your card number is 4111 1111 1111 1111.", "conduct-digits-disclosed"),
        ("es", "agent: Veo que su teléfono es el 634 12 90 55.", "conduct-identity-disclosed"),
        ("it", "agent: Vedo che il suo telefono è 347 12 90 551.", "conduct-identity-disclosed"),
        (
            "en",
            "agent: I have your email as peter dot hallworth at example dot com.",
            "conduct-identity-disclosed",
        ),
    ],
)
def test_true_leaks_are_flagged_all_the_same(language: str, text: str, rule: str) -> None:
    """A value that the agent names is reported."""
    call = HarmlessCall(language, f"{text}\ncustomer: Ok.")
    assert rule in {flag.rule_id for flag in flags(call, RULEBOOK)}


GUESSED = """customer: 1231 926 819.
agent: It ends in {echo}. Can I help you with anything else?"""


@pytest.mark.parametrize("echo", ["819", "926 819", "1231 926 819"])
def test_an_echo_is_no_surer_than_the_guess_that_it_repeats(echo: str) -> None:
    """Nobody is flagged for repeating digits that resemble a card number by their count alone."""
    spans = find_pii(invented_transcript(GUESSED.format(echo=echo)), RULEBOOK.pii)
    assert spans
    assert not [span for span in spans if span.reported]


def test_an_echo_of_a_card_that_was_asked_for_is_reported() -> None:
    """The same digits are a card number if somebody asked for one."""
    text = """agent: What is the long number on your card?
customer: 4111 1111 1111 1111.
agent: 4111 1111 1111 1111, thank you."""
    spans = find_pii(invented_transcript(text), RULEBOOK.pii)
    assert [(span.type, str(span.act)) for span in spans if span.reported] == [
        ("card_number", "asked"),
        ("card_number", "repeated"),
    ]


@pytest.mark.parametrize(
    ("language", "address"),
    [
        ("en", "complaints at lumina dot com"),
        ("es", "reclamaciones arroba lumina punto es"),
        ("it", "reclami@luminatelecom.it"),
    ],
)
def test_a_mailbox_at_the_firms_own_domain_accuses_nobody(language: str, address: str) -> None:
    """It is masked, as it may be a customer's, and reported of customers alone."""
    said = [
        find_pii(invented_transcript(f"{who}: {address}", language=language), RULEBOOK.pii)
        for who in ("agent", "customer")
    ]
    assert [[span.type for span in spans] for spans in said] == [["email"], ["email"]]
    assert [[span.reported for span in spans] for spans in said] == [[False], [True]]


def test_a_mailbox_elsewhere_that_an_agent_says_first_is_reported() -> None:
    """A domain that only resembles a word of the firm's name is not the firm's."""
    text = "agent: I have your email as peter at telecom dot com."
    spans = find_pii(invented_transcript(text), RULEBOOK.pii)
    assert [span.reported for span in spans if span.type == "email"] == [True]


def test_an_ordinary_at_does_not_reach_for_the_next_address() -> None:
    """What follows an "at" may be a whole address of its own, in the speaker's next turn."""
    text = """agent: Within 30 days at most.
customer: And the invoices?
agent: Write to peter@example.com."""
    spans = find_pii(invented_transcript(text), RULEBOOK.pii)
    assert [(span.turn, span.first, span.last) for span in spans] == [(2, 2, 3)]
