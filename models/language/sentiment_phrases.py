"""What customers say when they are content or not: the part `sentiment.yaml` of a pack."""

from __future__ import annotations

from pydantic import Field

from models.data_files.strict_yaml import StrictRecord


class SentimentPhrases(StrictRecord):
    """Phrases as they are said; accents, case and punctuation do not matter."""

    satisfied: tuple[str, ...] = Field(
        (), description="Phrases of a content customer; denied, they say the opposite."
    )
    dissatisfied: tuple[str, ...] = Field((), description="Phrases of a discontented customer.")
