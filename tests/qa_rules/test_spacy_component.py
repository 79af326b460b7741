"""People who know spaCy use the detector as its guide says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import spacy

from tests.qa_rules.rule_folders import RULES

if TYPE_CHECKING:
    import pytest

GUIDE = (RULES / "README.md").read_text(encoding="utf-8")
SCRIPT = re.compile(r"```python\n(import spacy\n.*?)```", re.DOTALL)


def test_the_script_of_the_guide_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """Five lines in a fresh namespace find a name and a telephone number."""
    (script,) = SCRIPT.findall(GUIDE)
    assert len([line for line in script.splitlines() if line]) == 5
    exec(compile(script, "README.md", "exec"), {})  # noqa: S102  our own guide
    shown = capsys.readouterr().out
    assert "('Grace', 'person_name')" in shown
    assert "('07700 900123.', 'phone')" in shown


def test_spans_are_characters_of_the_text() -> None:
    """Whatever white space a text has, a span is what was found."""
    nlp = spacy.blank("es")
    nlp.add_pipe("callqa_pii")
    text = "  Hola,\n soy   Marcos Villalba y llamo  por la factura."
    doc, empty = nlp(text), nlp("")
    assert [(span.text, span.label_) for span in doc.spans["pii"]] == [
        ("Marcos Villalba", "person_name")
    ]
    assert len(empty.spans["pii"]) == 0


def test_only_what_is_reported_is_marked_on_demand() -> None:
    """A name that one recogniser alone finds is masked as a precaution only."""
    text = "Quello che ha detto Zoraide non mi piace."
    quiet, plain = spacy.blank("it"), spacy.blank("it")
    quiet.add_pipe("callqa_pii", config={"is_reported_only": True})
    plain.add_pipe("callqa_pii")
    masked, reported = plain(text), quiet(text)
    assert [span.text for span in masked.spans["pii"]] == ["Zoraide"]
    assert len(reported.spans["pii"]) == 0
