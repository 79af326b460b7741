"""The text of a new rule file, for its author to fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from qa_rules.centre import Centre

_RULE = """\
id: {rule_id}
version: 1
title: What the agent does, as a short sentence
why: Why it matters to the customer or to us.
coaching: What an agent could say or do instead.
status: draft # judges nobody until it says active
effective_from: {day}
severity: minor # minor, major or critical
speaker: agent # agent, customer or anyone
expect: present # present, absent or observe
match:
  phrases:
    - words as people say them
examples:
  hit: A call in which the words as people say them are heard.
  miss: A call in which nothing of the kind is said.
  near_miss: A call with people and words that only come close.
"""
_LANGUAGE = """\
  {language}:
    title: The same sentence in this language.
    why: The same reason in this language.
    coaching: The same suggestion in this language.
    match:
      phrases:
        - words as people say them
    examples:
      hit: A call in which the words as people say them are heard.
      miss: A call in which nothing of the kind is said.
      near_miss: A call with people and words that only come close.
"""


def new_rule_text(rule_id: str, day: dt.date, centre: Centre) -> str:
    """A draft that loads, with a place for every language of the centre."""
    others = "".join(_LANGUAGE.format(language=code) for code in centre.languages[1:])
    text = _RULE.format(rule_id=rule_id, day=day.isoformat())
    return f"{text}languages:\n{others}" if others else text
