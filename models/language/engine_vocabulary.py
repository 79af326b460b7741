"""Words that mean something to the matching engine itself: the part `engine.yaml` of a pack."""

from __future__ import annotations

from pydantic import Field

from models.data_files.strict_yaml import StrictRecord


class ClauseVocabulary(StrictRecord):
    """The part `polarity` of `engine.yaml`: words that decide how far a negation reaches.

    Words are written as they are said; accents and apostrophes are treated as in phrases ("don't"
    is the two words "don t").
    """

    negators: tuple[str, ...] = Field(
        (), description="Words that deny the verb of their clause; two of them cancel out."
    )
    noun_negators: tuple[str, ...] = Field(
        (), description='Words that deny a noun, never a verb that has its own subject ("without").'
    )
    negative_words: tuple[str, ...] = Field(
        (), description="Words that deny alone, and only once beside a negator (nunca, mai)."
    )
    trailing: tuple[str, ...] = Field(
        (), description="Words that deny a clause that they end (nada, affatto)."
    )
    borders: tuple[str, ...] = Field(
        (), description="Words that begin another clause: but, because, yes, please."
    )
    releasing: tuple[str, ...] = Field(
        (), description="Words that end the reach of a negation: forget, worry."
    )
    openers: tuple[str, ...] = Field(
        (), description="Words that begin a clause without a conjunction: subjects, finite verbs."
    )
    complementizers: tuple[str, ...] = Field(
        (), description="Words between a verb and the clause that it governs: that, whether."
    )
    raising: tuple[str, ...] = Field(
        (), description="Words that pass their negation on into that clause: think, sure, want."
    )
    transparent: tuple[str, ...] = Field(
        (), description="Words between a negation and its verb: clitics, auxiliaries, adverbs."
    )
    idle: tuple[str, ...] = Field(
        (), description="Negated phrases that deny nothing: no problem, isn't it, not only."
    )


class EngineVocabulary(StrictRecord):
    """The part `engine.yaml`: words that mean something to the matching engine itself."""

    negations: tuple[str, ...] = Field((), description="Words that deny what follows.")
    positive: tuple[str, ...] = Field((), description="Words of a positive tone.")
    negative: tuple[str, ...] = Field((), description="Words of a negative tone.")
    currencies: tuple[str, ...] = Field((), description="Words that make a number an amount.")
    polarity: ClauseVocabulary = Field(
        default_factory=ClauseVocabulary, description="What a negation reaches in a clause."
    )
    function_words: tuple[str, ...] = Field(
        (), description="Words that a phrase may lose or gain without changing its meaning."
    )
    inflections: tuple[tuple[str, ...], ...] = Field(
        (),
        description=(
            "Groups of endings by which forms of one word differ where its dictionary separates"
            " them; ^ before one stands for the beginning of the word."
        ),
    )
    sounds: dict[str, str] = Field(
        {},
        description=(
            "Spellings and what they sound like, applied in order to a word without accents"
            " between ^ and $; words that become the same sound alike."
        ),
    )
