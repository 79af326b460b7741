"""A turn is searched in its own language, whatever the rest of the call is in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from models.call import Role
from qa_rules.pii_detection.detector import find_pii
from qa_rules.pii_detection.types.catalogue import load_pii_rules
from tests.qa_rules.pii_detection.written_lines import heard

_RULES = load_pii_rules(Path(__file__).parents[3] / "qa_rules" / "pii")
_LINES = (
    (Role.AGENT, "good morning how can I help you"),
    (Role.CUSTOMER, "do you speak spanish please"),
    (Role.AGENT, "claro ¿me dice su correo electrónico?"),
    (Role.CUSTOMER, "lucia punto soto arroba correo punto es"),
)


@pytest.mark.parametrize("marked", [True, False])
def test_an_address_is_found_in_the_language_of_its_turn(*, marked: bool) -> None:
    """A Spanish e-mail address in an English call is read as Spanish, if the transcript says so."""
    transcript = heard("en", _LINES)
    turns = tuple(
        replace(turn, language="es" if marked and number >= 2 else None)
        for number, turn in enumerate(transcript.turns)
    )
    found = {span.type for span in find_pii(replace(transcript, turns=turns), _RULES)}
    assert ("email" in found) == marked
