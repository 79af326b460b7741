"""How many of twenty meanings each shipped rule recognises in each language.

    .venv/bin/python -m tests.qa_rules.meanings.table [--missed] [FILE.yaml]

`FILE.yaml` maps rule ids to lines `English | Spanish | Italian`, by default `meanings*.yaml`.
What a rule finds only among other turns stands in a frame of `frames.yaml`.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ruamel.yaml import YAML

from models.call import Role
from qa_rules.authoring.example_calls import invented_call, invented_transcript
from qa_rules.evaluation.judging import hear
from qa_rules.matching.call_index import CallIndex
from qa_rules.matching.compiled_rules import compiled_rules
from qa_rules.rule_files.operators import Speaker
from tests.qa_rules.rule_folders import shipped_rulebook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa_rules.rule_files.rulebook import RuleBook

LANGUAGES = ("en", "es", "it")
FOLDER = Path(__file__).parent
DAY = dt.date(2027, 1, 1)
"""After the last change of a shipped rule, so that its present version is measured."""


def read_meanings(*paths: Path) -> dict[str, list[tuple[str, ...]]]:
    """The sentences of each rule, one tuple per meaning with a sentence per language."""
    return {
        rule: [tuple(part.strip() for part in line.split("|")) for line in meanings]
        for path in paths
        for rule, meanings in YAML(typ="safe").load(path).items()
    }


def files(kind: str) -> list[Path]:
    """The files of lines of a kind: `meanings`, `unseen` or `near_misses`."""
    return sorted(FOLDER.glob(f"{kind}*.yaml"))


FRAMES = read_meanings(FOLDER / "frames.yaml")


def call_of(rule_id: str, language: str, sentence: str) -> str:
    """A sentence among the turns that its rule needs around it."""
    if rule_id not in FRAMES:
        return sentence
    (frame,) = FRAMES[rule_id]
    return frame[LANGUAGES.index(language)].format(*sentence.split(" / "))


def missed(rulebook: RuleBook, rule_id: str, language: str, sentences: Sequence[str]) -> list[str]:
    """The sentences in which a rule does not find what it looks for, or is unsure of it."""
    in_force = rulebook.in_force(DAY)
    rule = next(rule for rule in in_force if rule.id == rule_id)
    rules = in_force if rule_id in FRAMES else [rule]
    speaker = Role.CUSTOMER if rule.speaker is Speaker.CUSTOMER else Role.AGENT
    compiled = compiled_rules(rulebook, language)
    found = []
    for sentence in sentences:
        call = call_of(rule_id, language, sentence)
        transcript = invented_transcript(call, speaker, language)
        call_index = CallIndex.build(invented_call(DAY), transcript, (), (), compiled.index)
        verdict = hear(rules, compiled, call_index)[rule_id]
        if not verdict.matched or verdict.uncertainty:
            found.append(sentence)
    return found


def main(arguments: Sequence[str]) -> None:
    """Print the table, and with `--missed` the sentences behind it."""
    paths = [Path(one) for one in arguments if not one.startswith("--")]
    rulebook = shipped_rulebook()
    print(f"{'':28}" + "".join(f"{language:>6}" for language in LANGUAGES) + "    of")
    for rule, meanings in read_meanings(*(paths or files("meanings"))).items():
        left = [
            missed(rulebook, rule, language, sentences)
            for language, sentences in zip(LANGUAGES, zip(*meanings, strict=True), strict=True)
        ]
        counts = "".join(f"{len(meanings) - len(one):>6}" for one in left)
        print(f"{rule:28}{counts}{len(meanings):>6}")
        if "--missed" in arguments:
            for language, sentences in zip(LANGUAGES, left, strict=True):
                for sentence in sentences:
                    print(f"    {language}: {sentence}")


if __name__ == "__main__":
    main(sys.argv[1:])
