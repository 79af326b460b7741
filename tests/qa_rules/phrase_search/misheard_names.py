"""How many misheard names of companies are heard; `make bench-rules` prints it.

There are two sets: spellings that were made up (`misheard_names.yaml`), and the mentions of the
company in the recorded night that recognition wrote differently.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from ruamel.yaml import YAML

from models.call import Role
from qa_rules.authoring.example_calls import invented_call, invented_transcript
from qa_rules.evaluation.judging import judge
from qa_rules.phrase_search.tokens import tokenize
from qa_rules.results import Outcome
from qa_rules.rule_files.rulebook import load_rulebook
from tests.night.ground_truth import CALLS, truth_of
from tests.night.recognitions.recorded import RENDERINGS, recognitions
from tests.qa_rules.rule_folders import write_rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

DAY = dt.date(2026, 3, 10)
COMPANY = "lumina telecom"
BEFORE_S, AFTER_S = 0.3, 1.5
"""Words that are recognised from so long before the start of a mention until so long after it."""


class Saying(NamedTuple):
    """Recognised words, and whether the name is said in them."""

    language: str
    name: str
    words: str
    is_name: bool


def invented_sayings() -> Iterator[Saying]:
    """Made-up spellings of invented names, and words that are none of them."""
    path = Path(__file__).with_suffix(".yaml")
    for row in YAML(typ="safe").load(path):
        for key in ("heard", "other"):
            for words in row[key]:
                yield Saying(row["language"], row["name"], words, key == "heard")


def recognised_sayings() -> Iterator[Saying]:
    """The mentions of the company in the night that recognition wrote differently."""
    first = COMPANY.split(maxsplit=1)[0]
    for call_id in CALLS:
        truth = truth_of(call_id)
        mentions = [word for word in truth["words"] if first in tokenize(word["word"])]
        for rendering in RENDERINGS:
            turns = recognitions(rendering)[call_id].transcript.turns
            for mention in mentions:
                start_s = mention["start_s"] - BEFORE_S
                words = " ".join(
                    word.text
                    for turn in turns
                    if turn.role is Role(mention["role"])
                    for word in turn.words
                    if start_s <= word.start_s <= mention["start_s"] + AFTER_S
                )
                if first not in tokenize(words):
                    yield Saying(truth["language"], COMPANY, words, is_name=True)


def heard(sayings: Iterable[Saying]) -> dict[Saying, bool]:
    """Whether a rule that looks for the name hears it in each saying."""
    by_name = defaultdict(list)
    for saying in sayings:
        by_name[saying.language, saying.name].append(saying)
    return {
        saying: is_heard
        for (language, name), own in by_name.items()
        for saying, is_heard in _heard(language, name, own)
    }


def _heard(language: str, name: str, sayings: list[Saying]) -> Iterator[tuple[Saying, bool]]:
    with TemporaryDirectory() as folder:
        centre = Path(folder) / "centre.yaml"
        centre.write_text(f"languages: [{language}]\n", encoding="utf-8")
        match = f"{{phrases: {name}, strictness: name}}"
        write_rule(Path(folder), f"speaker: agent\nexpect: present\nmatch: {match}\n")
        rulebook = load_rulebook(Path(folder))
        for saying in sayings:
            transcript = invented_transcript(saying.words, Role.AGENT, language)
            (finding,) = judge(invented_call(DAY), transcript, (), (), rulebook)
            yield saying, finding.outcome is Outcome.PASS


def main() -> None:
    """Print one line per set, and every saying that is decided wrongly."""
    for told, sayings in (("invented", invented_sayings()), ("in the night", recognised_sayings())):
        found = heard(sayings)
        names = [is_heard for saying, is_heard in found.items() if saying.is_name]
        others = [is_heard for saying, is_heard in found.items() if not saying.is_name]
        print(
            f"misheard names {told}: {sum(names)} of {len(names)} heard,"
            f" {sum(others)} of {len(others)} other words taken for one"
        )
        for saying, is_heard in found.items():
            if is_heard is not saying.is_name:
                print(f"  {saying.language} {saying.name}: {saying.words}")


if __name__ == "__main__":
    main()
