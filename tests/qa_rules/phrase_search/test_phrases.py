"""Phrases are found however recognition distorted them, and nothing else is."""

from __future__ import annotations

import pytest

from qa_rules.phrase_search.index import PhraseIndex
from qa_rules.phrase_search.phrase import Phrase, short_form
from qa_rules.phrase_search.strictness import Strictness
from qa_rules.phrase_search.tokens import PAUSE, tokenize


def _found(phrase: str, said: str, strictness: Strictness) -> bool:
    index = PhraseIndex([Phrase(tokenize(phrase), strictness)], frozenset({"not", "never"}))
    return bool(index.find(tokenize(said)))


@pytest.mark.parametrize(
    "said",
    [
        "thank you for calling harvard valley national bank",
        "welcome to the harper valley national bank",
        "harpervalley national bank how can I help",
        "hello harper valley nationalbank",
        "this is harbour valley national bank",
        "this is harper valley national back",
    ],
)
def test_a_misheard_split_or_joined_phrase_is_found(said: str) -> None:
    """A listener would say that these words were said."""
    assert _found("harper valley national bank", said, Strictness.NORMAL)


@pytest.mark.parametrize(
    ("phrase", "said", "found"),
    [
        ("thank you for calling", "well thank you calling us", True),
        ("harper valley national bank", "this is harper valley bank", True),
        ("we will not charge you", "we will charge you", False),
        ("we will take you to court", "we will take you to lunch", False),
        ("you have to pay today", "you have to pay", False),
        ("is recorded here", "is here", False),
    ],
)
def test_one_word_in_the_middle_may_be_lost(phrase: str, said: str, *, found: bool) -> None:
    """What is left says most of the phrase, and the last word is never what is lost."""
    assert _found(phrase, said, Strictness.NORMAL) is found


@pytest.mark.parametrize(
    "said", ["this is the national bank", "another national bank", "welcome to the valley of kings"]
)
def test_half_a_name_is_another_name(said: str) -> None:
    """Letters of a long name agree by chance with other words."""
    assert not _found("harper valley national bank", said, Strictness.NAME)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("hello upper valley this is jay", True),
        ("thank you for calling hapa valley", True),
        ("this is harper value how can I help", True),
        ("harvard valley good morning", True),
        ("welcome to the valley of kings", False),
        ("over the valley", False),
        ("am really sorry", False),
    ],
)
def test_the_first_half_of_a_long_name_matches(said: str, *, found: bool) -> None:
    """People shorten names, and recognition distorts what is left."""
    short = short_form(Phrase(tokenize("harper valley national bank"), Strictness.NAME))
    assert short is not None
    assert _found(" ".join(short.tokens), said, Strictness.NAME) is found


@pytest.mark.parametrize(
    ("phrase", "strictness"),
    [
        ("harper valley national bank", Strictness.LOOSE),
        ("harper valley bank", Strictness.NAME),
        ("bank of new york", Strictness.NAME),
    ],
)
def test_only_the_half_of_a_long_name_stands_for_it(phrase: str, strictness: Strictness) -> None:
    """Half a sentence means something else, and a few letters occur in many words."""
    assert short_form(Phrase(tokenize(phrase), strictness)) is None


@pytest.mark.parametrize(
    ("phrase", "said"),
    [("le entiendo", "si lentiendo pero"), ("la aspetto", "allora laspetto domani")],
)
def test_a_swallowed_letter_between_words_is_no_loss(phrase: str, said: str) -> None:
    """Where one word ends as the next begins, people say the letter once."""
    assert _found(phrase, said, Strictness.NORMAL)


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("this call is recorded", "this call is not recorded"),
        ("my account", "an account"),
        ("is recorded", "is reported"),
        ("I guarantee", "a guarantee"),
        ("good morning", "tomorrow morning"),
        ("date of birth", "state of things"),
    ],
)
def test_words_that_only_resemble_are_not_found(phrase: str, said: str) -> None:
    """Tolerance must neither reverse a meaning nor make one up."""
    assert not _found(phrase, said, Strictness.NORMAL)


def test_exact_means_word_for_word() -> None:
    """Accents, case and punctuation are never words."""
    assert _found("qué día", "¿Que dia?", Strictness.EXACT)
    assert not _found("harper valley", "harper vally", Strictness.EXACT)


def test_no_phrase_reaches_over_a_pause() -> None:
    """Words far apart in time are not one phrase."""
    index = PhraseIndex([Phrase(("good", "morning"), Strictness.LOOSE)], frozenset())
    assert index.find(["good", "morning"])
    assert not index.find(["good", PAUSE, "morning"])
