"""Rampart, a small multilingual recogniser of people's names, as a component of spaCy."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import onnxruntime
from spacy.util import filter_spans
from tokenizers import Tokenizer

from models.catalog import PERSON_WEIGHTS, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray
    from spacy.tokens import Doc, Span

PERSON_MODEL = PERSON_WEIGHTS
"""Name of the component, and of the group of spans that it writes."""
MIN_PROBABILITY = 0.3
"""Measured: a higher threshold loses Spanish and Italian surnames."""
WINDOW, OVERLAP = 400, 50
"""Subword tokens of a window, and those that two windows share; the model takes at most 512."""
_NAME_LABELS = ("GIVEN_NAME", "SURNAME")


class PersonModel:
    """Writes the names that it finds to `doc.spans["rampart"]`.

    The weights are those of Rampart (National Design Studio, CC-BY-4.0). It ignores case, so that
    it also finds names in text that has none.

    Raises:
        WeightsError: The weights are missing or not the pinned ones.
    """

    def __init__(self) -> None:
        content = resolve(PERSON_WEIGHTS).read()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # the worker pool distributes the processors
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            content["model_q4.onnx"], options, providers=["CPUExecutionProvider"]
        )
        self._takes = {one.name for one in self._session.get_inputs()}
        self._tokenizer = Tokenizer.from_str(content["tokenizer.json"].decode())
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        labels: dict[str, str] = json.loads(content["config.json"])["id2label"]
        self._columns = [int(at) for at, name in labels.items() if name[2:] in _NAME_LABELS]
        special = (self._tokenizer.token_to_id(token) for token in ("[CLS]", "[SEP]"))
        self._start, self._end = special

    def __call__(self, doc: Doc) -> Doc:
        """Mark the names in a text."""
        found = (
            doc.char_span(first, last, "PERSON", alignment_mode="expand")
            for first, last in _joined(self._pieces(doc.text), doc.text)
        )
        spans: list[Span] = [span for span in found if span is not None]
        doc.spans[PERSON_MODEL] = filter_spans(spans)
        return doc

    def _pieces(self, text: str) -> Iterator[tuple[int, int]]:
        """First and last character of every subword token that belongs to a name."""
        encoded = self._tokenizer.encode(text, add_special_tokens=False)
        ids, offsets = encoded.ids, encoded.offsets
        for start in range(0, max(len(ids) - OVERLAP, 1), WINDOW - OVERLAP):
            window = ids[start : start + WINDOW]
            chances = self._chances(window) if window else ()
            for offset, chance in zip(offsets[start : start + WINDOW], chances, strict=True):
                if chance >= MIN_PROBABILITY:
                    yield offset

    def _chances(self, ids: Sequence[int]) -> NDArray[np.float32]:
        """Probability that each subword token belongs to a name."""
        row = np.array([[self._start, *ids, self._end]], dtype=np.int64)
        inputs = {
            "input_ids": row,
            "attention_mask": np.ones_like(row),
            "token_type_ids": np.zeros_like(row),
        }
        taken = {name: value for name, value in inputs.items() if name in self._takes}
        logits = self._session.run(None, taken)[0][0, 1:-1]
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        share: NDArray[np.float32] = odds[:, self._columns].sum(axis=1) / odds.sum(axis=1)
        return share


def _joined(pieces: Iterator[tuple[int, int]], text: str) -> Iterator[tuple[int, int]]:
    """Tokens joined to names, across the spaces and hyphens between them."""
    current: tuple[int, int] | None = None
    for first, last in sorted(pieces):
        if current and not text[current[1] : first].strip(" -'\u2019"):
            current = current[0], max(current[1], last)
            continue
        if current:
            yield current
        current = first, last
    if current:
        yield current


@cache
def load_person_model() -> PersonModel:
    """The recogniser, loaded once per process."""
    return PersonModel()
