"""The reason of a result: a declared code and values, in English or in a reader's language."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from models.reasons.codes import ReasonCode
from models.reasons.value_kinds import VALUE_KINDS, ValueKind
from models.timecode import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason as data.

    Attributes:
        code: One of those declared.
        values: By name, just those that the code's message names, each of its kind. Parts that are
            reasons themselves are such records.

    Raises:
        ValueError: The code is not declared, or its message names other values.
    """

    code: ReasonCode
    values: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        """Reject what could not be rendered."""
        if not isinstance(self.code, ReasonCode):
            raise ValueError(f"{self.code!r}: expected a code of ReasonCode")  # noqa: TRY004  data
        if self.values.keys() != self.code.names:
            known, given = sorted(self.code.names), sorted(self.values)
            raise ValueError(f"{self.code}: expected the values {known}, not {given}")
        for name, value in self.values.items():
            if not isinstance(value, _TYPES[VALUE_KINDS[name]]):
                raise ValueError(  # noqa: TRY004  it may come from a file
                    f"{self.code}: expected a {VALUE_KINDS[name].name} as {name}, not"
                    f" {type(value).__name__}"
                )

    def about(self, facts: tuple[Reason, ...]) -> Reason:
        """The same reason, of these facts."""
        return Reason(self.code, {**self.values, "facts": facts})

    @property
    def english(self) -> str:
        """The reason in English, as tables, terminals and logs have it."""
        return told(self, _ENGLISH, lambda one, many, count: one if count == 1 else many or one)

    @property
    def plain_values(self) -> dict[str, Any]:
        """The values as JSON may hold them; a part that is a reason has its `code` and `values`."""
        return {name: _plain(value) for name, value in self.values.items()}


def reason_from(code: str, plain_values: Mapping[str, Any]) -> Reason:
    """The reason of a code and `plain_values`.

    Raises:
        ValueError: There is no such reason.
    """
    if code not in _CODES:
        raise ValueError(f"{code!r}: expected a code of ReasonCode")
    return Reason(_CODES[code], {name: _unplain(value) for name, value in plain_values.items()})


def uncertain(code: ReasonCode, **values: Any) -> Reason:
    """Why facts are uncertain; `Reason.about` adds the facts."""
    return Reason(code, {**values, "facts": ()})


def rounded(value: float) -> float:
    """A measured number as people read it, with four significant digits."""
    return float(f"{value:.4g}")


def as_written(text: str) -> Reason:
    """A reason of which only the English text is known."""
    return Reason(ReasonCode.AS_WRITTEN, {"text": text})


def told(
    reason: Reason,
    shown: Mapping[ValueKind, Callable[[Any], str]],
    message: Callable[[str, str, int], str],
) -> str:
    """A reason in words.

    Args:
        reason: The reason to render.
        shown: For each kind, the function that renders its values.
        message: Translates a message, given its two forms and the count that chooses between
            them; a message without a count has an empty second form.
    """
    values = {name: shown[VALUE_KINDS[name]](value) for name, value in reason.values.items()}
    count = reason.values.get("more", 1)
    assert isinstance(count, int), "a count is whole"
    return message(reason.code.message, reason.code.plural, count) % values


def sentence_of(reasons: tuple[Reason, ...]) -> str:
    """Several facts in English, each as the start of a sentence."""
    sentences = [reason.english for reason in reasons]
    return " and ".join(sentence[:1].upper() + sentence[1:] for sentence in sentences)


_ENGLISH: dict[ValueKind, Callable[[Any], str]] = {
    ValueKind.SECOND: clock,
    ValueKind.NUMBER: "{:g}".format,
    ValueKind.SHARE: "{:.0%}".format,
    ValueKind.COUNT: str,
    ValueKind.ROLE: str,
    ValueKind.CHANNEL: lambda channel: str(channel + 1),
    ValueKind.METRIC: str,
    ValueKind.NAME: str,
    ValueKind.TERM: lambda term: term.replace("_", " "),
    ValueKind.TERMS: " or ".join,
    ValueKind.REASON: lambda reason: reason.english,
    ValueKind.REASONS: sentence_of,
    ValueKind.TEXT: str,
}
"""How values of each kind are rendered in English."""

_CODES = {str(code): code for code in ReasonCode}

_TYPES: dict[ValueKind, type | tuple[type, ...]] = {
    ValueKind.SECOND: (float, int),
    ValueKind.NUMBER: (float, int),
    ValueKind.SHARE: (float, int),
    ValueKind.COUNT: int,
    ValueKind.ROLE: str,
    ValueKind.CHANNEL: int,
    ValueKind.METRIC: str,
    ValueKind.NAME: str,
    ValueKind.TERM: str,
    ValueKind.TERMS: tuple,
    ValueKind.REASON: Reason,
    ValueKind.REASONS: tuple,
    ValueKind.TEXT: str,
}


def _plain(value: Any) -> Any:
    if isinstance(value, Reason):
        return {"code": str(value.code), "values": value.plain_values}
    return [_plain(part) for part in value] if isinstance(value, tuple) else value


def _unplain(value: Any) -> Any:
    if isinstance(value, dict):
        return reason_from(value["code"], value["values"])
    return tuple(map(_unplain, value)) if isinstance(value, list) else value
