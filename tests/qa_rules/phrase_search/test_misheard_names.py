"""Names of companies are heard through what recognition makes of them."""

from __future__ import annotations

from tests.qa_rules.phrase_search.misheard_names import heard, invented_sayings, recognised_sayings

LEAST_RATIO = 0.95
MOST_OTHERS_RATIO = 0.125
"""Measured; two sentences are made of a name's own words or letters ("la calle era segura")."""


def test_every_misheard_mention_of_the_night_is_heard() -> None:
    """What three processors wrote in place of the company's name, each way of writing once."""
    found = heard(recognised_sayings())
    assert len(found) >= 10
    assert all(found.values()), [saying.words for saying, is_heard in found.items() if not is_heard]


def test_invented_names_are_heard_and_other_words_are_not() -> None:
    """Made-up spellings of seven further names in three languages."""
    found = heard(invented_sayings())
    names = [is_heard for saying, is_heard in found.items() if saying.is_name]
    others = [is_heard for saying, is_heard in found.items() if not saying.is_name]
    assert sum(names) >= LEAST_RATIO * len(names)
    assert sum(others) <= MOST_OTHERS_RATIO * len(others)
