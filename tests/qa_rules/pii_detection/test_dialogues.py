"""Evidence of the dialogue: acts, types by question, harmless numbers; strict loading."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from models.call import Role
from qa_rules.errors import RuleFilesError
from qa_rules.pii_detection.detector import find_pii
from qa_rules.pii_detection.redaction.text import redact
from qa_rules.pii_detection.types.catalogue import load_pii_rules
from qa_rules.results import Act
from tests.qa_rules.pii_detection.written_lines import heard

if TYPE_CHECKING:
    from models.transcript import Transcript
    from qa_rules.results import PiiSpan

FOLDER = Path(__file__).parents[3] / "qa_rules" / "pii"
RULES = load_pii_rules(FOLDER)
ROLES = {"a": Role.AGENT, "c": Role.CUSTOMER, "u": Role.UNKNOWN}


def dialogue(*lines: str, language: str = "en") -> Transcript:
    """Lines such as `a: may I have …`, by the letters of `ROLES`."""
    said = (line.split(": ", 1) for line in lines)
    return heard(language, ((ROLES[side], text) for side, text in said))


def told(transcript: Transcript) -> list[tuple[int, str, Act]]:
    """Turn, type and act of every reported span."""
    return [(span.turn, span.type, span.act) for span in spans_of(transcript) if span.reported]


def spans_of(transcript: Transcript) -> tuple[PiiSpan, ...]:
    """All spans of a transcript."""
    return find_pii(transcript, RULES)


def test_an_answer_is_asked_and_its_read_back_repeated() -> None:
    """The customer's number after a question is asked; the agent's echo of its end is a repeat."""
    transcript = dialogue(
        "a: Can I take the long number on your card?",
        "c: four one one one",
        "a: mm hm",
        "c: one one one one one one one one one one one one",
        "a: So that is the card ending one one one one.",
    )
    assert told(transcript) == [
        (1, "card_number", Act.ASKED),
        (3, "card_number", Act.ASKED),
        (4, "card_number", Act.REPEATED),
    ]


@pytest.mark.parametrize("opener", ["D'accordo,", "D\u2019accordo,", "Certo,"])
def test_a_phrase_with_an_apostrophe_is_compared_as_it_is_recognised(opener: str) -> None:
    """A shortened article is removed from words and phrases, so neither is part of a name."""
    transcript = dialogue("a: Come si chiama?", f"c: {opener} Paolo Ferrero.", language="it")
    answer = redact(transcript, spans_of(transcript)).turns[1]
    assert [word.text for word in answer.words] == [opener, "[person_name]"]


def test_a_language_in_which_a_type_has_no_name_is_read_in_every_language() -> None:
    """Half of the phrases would find half of the values."""
    rules = replace(
        RULES,
        by_id={
            type_: rule.model_copy(update={"languages": {"en": rule.languages["en"]}})
            for type_, rule in RULES.by_id.items()
        },
    )
    transcript = dialogue("u: my card number is 4111 1111 1111 1111", language="es")
    assert not rules.names_all_in("es")
    assert [span.type for span in find_pii(transcript, rules)] == ["card_number"]
    assert "named before" in find_pii(transcript, rules)[0].why
    assert "named before" not in spans_of(transcript)[0].why


def test_unasked_is_volunteered_and_the_agent_first_is_disclosed() -> None:
    """Who says it first, unasked, decides."""
    assert told(dialogue("c: My e-mail is john dot smithers at example dot com.")) == [
        (0, "email", Act.VOLUNTEERED)
    ]
    disclosed = dialogue("a: Your phone number is 415-555-0132, is it?", "c: Yes.")
    assert told(disclosed) == [(0, "phone", Act.DISCLOSED)]


def test_the_question_decides_the_type_of_short_numbers() -> None:
    """Expiry and security code are distinguished by what was asked, even without a checksum."""
    transcript = dialogue(
        "a: And the expiry date?",
        "c: 0.927",
        "a: And the three digits on the back?",
        "c: 3.92",
    )
    assert [kind for _, kind, _ in told(transcript)] == ["card_expiry", "cvv"]


def test_answers_that_run_together_are_cut_by_the_questions() -> None:
    """Card number and security code in one breath are two values, since a question was between."""
    transcript = dialogue(
        "a: Your card number please?",
        "c: 4111-1111-1111-1111",
        "a: And the security code?",
        "c: 482",
    )
    assert [kind for _, kind, _ in told(transcript)] == ["card_number", "cvv"]


def test_two_people_may_ask_one_after_the_other() -> None:
    """A later question of one leaves the answer to an earlier one of another an answer."""
    transcript = dialogue(
        "a: Hello.",
        "u: What's your name, please?",
        "c: Laura Bennett.",
        "a: And the name on the account?",
        "c: Peter Hallworth.",
    )
    assert told(transcript) == [
        (2, "person_name", Act.ASKED),
        (4, "person_name", Act.ASKED),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "a: The visit is on Thursday the twelfth, between eight thirty and eleven.",
        "a: It costs 1,250 dollars or 24 payments of $52.50.",
        "a: We are open from 8:30 to 19:00, since nineteen ninety nine.",
        "a: You get five hundred megabits for one hundred and nineteen pounds.",
    ],
)
def test_prices_times_dates_and_speeds_stay(line: str) -> None:
    """Nothing harmless is masked."""
    assert not spans_of(dialogue(line))


@pytest.mark.parametrize(
    ("language", "question", "answer", "kept"),
    [
        (
            "it",
            "Mi dà il codice fiscale?",
            "Sì, R, S, S, M, R, A, 85, tico medoma dotto, 2, 5, S.",
            "Sì,",
        ),
        (
            "es",
            "¿Me dice su DNI?",
            "Es el 48, 203, 917. Bez de Barcelona, gracias",
            "Es el gracias",
        ),
        ("es", "¿Y los tres números de detrás?", "el código es 719 no", "el código es"),
        (
            "en",
            "Your card number?",
            "It is 4111, 1111, tan 1111, 1111. Is that all?",
            "It is Is that all?",
        ),
    ],
)
def test_what_was_misheard_inside_a_value_is_masked(
    language: str, question: str, answer: str, kept: str
) -> None:
    """Words between two parts of an answer, or clinging to one, are part; other sentences stay."""
    transcript = dialogue(f"a: {question}", f"c: {answer}", language=language)
    words = redact(transcript, spans_of(transcript)).turns[1].words
    assert " ".join(word.text for word in words if not word.text.startswith("[")) == kept


def test_the_rest_of_a_misheard_answer_is_masked() -> None:
    """Right after the question even two digits are masked; elsewhere so few are harmless."""
    asked = dialogue("a: And your card number?", "c: Rice guard 41")
    assert redact(asked, spans_of(asked)).turns[1].words[-1].text.startswith("[")
    assert not spans_of(dialogue("a: How can I help you?", "c: I am at gate 41"))


def test_a_misheard_read_back_is_masked() -> None:
    """The agent's fragments of what the customer dictated are masked with their misheard edge."""
    transcript = dialogue(
        "a: Qual è il nuovo IBAN?",
        "c: IT60X, 05428, 11101, 012345 e 6.",
        "a: Allora, ti sei in 0x e finisce con 456 giusto?",
        language="it",
    )
    words = redact(transcript, spans_of(transcript)).turns[2].words
    harmless = [word.text for word in words if not word.text.startswith("[")]
    assert harmless == ["Allora,", "e", "finisce", "con", "giusto?"]


@pytest.mark.parametrize(
    ("language", "question", "answer", "line"),
    [
        (
            "en",
            "When does the card expire?",
            "February 29.",
            "Thank you, that is all done now, 1850 paid.",
        ),
        (
            "en",
            "And the expiry date?",
            "It's oh eight 27.",
            "Thank you for your patience. So that makes it 1999 in total.",
        ),
        (
            "es",
            "¿Cuándo caduca la tarjeta?",
            "En marzo del 28.",
            "Muchas gracias, ya está todo listo, 1895 cobrados.",
        ),
        (
            "it",
            "Quando scade la carta?",
            "A maggio 28.",
            "La ringrazio molto, adesso è tutto fatto, 1990 pagati.",
        ),
    ],
)
def test_an_amount_is_no_year_in_which_a_card_expires(
    language: str, question: str, answer: str, line: str
) -> None:
    """An amount such as eighteen fifty is written as a year would be, but no card expires then."""
    transcript = dialogue(f"a: {question}", f"c: {answer}", f"a: {line}", language=language)
    assert [span.type for span in spans_of(transcript) if span.turn == 2] == []


def test_a_year_in_which_a_card_expires_is_masked() -> None:
    """Without its month, too."""
    transcript = dialogue("a: And the expiry date?", "c: It's 2029.")
    assert [span.type for span in spans_of(transcript)] == ["card_expiry"]


def test_sentences_between_two_values_stay() -> None:
    """Only words too few for a sentence become part of the numbers around them."""
    transcript = dialogue(
        "a: Your phone number?",
        "c: 415 555 0132. The bill came twice though. And 415 555 0199",
    )
    words = redact(transcript, spans_of(transcript)).turns[1].words
    assert "The bill came twice though." in " ".join(word.text for word in words)


def test_masks_keep_time_and_leave_the_rest_untouched() -> None:
    """A span becomes one word with the span's start and end."""
    transcript = dialogue("a: the security code?", "c: it is four eight two thanks")
    before = transcript.turns[1].words
    after = redact(transcript, spans_of(transcript))
    words = after.turns[1].words
    assert [word.text for word in words] == ["it", "is", "[cvv]", "thanks"]
    assert (words[2].start_s, words[2].end_s) == (before[2].start_s, before[4].end_s)
    assert redact(transcript, ()) == transcript


def test_every_error_of_every_file_is_reported(tmp_path: Path) -> None:
    """A wrong key in one file and a missing language in another are reported with their lines."""
    good = (FOLDER / "cvv.yaml").read_text(encoding="utf-8")
    (tmp_path / "cvv.yaml").write_text(good + "colour: red\n", encoding="utf-8")
    (tmp_path / "pin.yaml").write_text(good, encoding="utf-8")
    with pytest.raises(RuleFilesError) as error:
        load_pii_rules(tmp_path)
    assert any("cvv.yaml" in fault and "colour" in fault for fault in error.value.faults)
    assert any("pin.yaml" in fault and "'pin'" in fault for fault in error.value.faults)


@pytest.mark.parametrize(
    ("lines", "kinds"),
    [
        (
            ["a: Is this still your phone number?", "c: Yes. The card is 4222 222 222 222"],
            ["card_number"],
        ),
        (
            ["a: And the expiry date and the three digits?", "c: 08 27 and 719."],
            ["card_expiry", "cvv"],
        ),
        (["a: Would you try another card?", "c: 5555, 555, 5444."], ["card_number"]),
    ],
)
def test_the_nearest_announcement_decides_the_type(lines: list[str], kinds: list[str]) -> None:
    """What a speaker names outweighs an older question; parts of two answers stay apart."""
    assert [kind for _, kind, _ in told(dialogue(*lines))] == kinds


@pytest.mark.parametrize(
    ("language", "line", "type_"),
    [
        (
            "en",
            "c: no code came to my registered nine zero five six seven four three seven nine three",
            "phone",
        ),
        (
            "en",
            "c: a text about an order on my registered two oh two five five five oh one oh one",
            "phone",
        ),
        (
            "es",
            "a: gracias sigue siendo su número el seis tres cuatro doce noventa cincuenta y cinco",
            "phone",
        ),
        (
            "it",
            "a: grazie è ancora il suo numero il tre tre tre cinque quattro tre sette doppio otto",
            "phone",
        ),
        (
            "en",
            "c: i lost my card forty one eleven eleven eleven eleven eleven eleven one please",
            "card_number",
        ),
        (
            "en",
            "c: they stole my card fifty five fifty five fifty five fifty five forty four forty",
            "card_number",
        ),
        (
            "es",
            "c: he perdido mi tarjeta cuatro uno uno doble uno doble uno doble uno doble uno uno",
            "card_number",
        ),
        (
            "it",
            "c: perso la mia carta quattro uno due doppio uno doppio uno doppio uno doppio uno due",
            "card_number",
        ),
    ],
)
def test_a_number_is_reported_as_what_it_is_called(language: str, line: str, type_: str) -> None:
    """A lost card or a registered phone says what a number is.

    The check digit of a card need not hold: recognition loses digits.
    """
    assert {found for _, found, _ in told(dialogue(line, language=language))} == {type_}


def test_a_number_that_is_confirmed_asks_for_no_other() -> None:
    """The answer to "still your number?" is yes; the pence of an amount are no telephone."""
    transcript = dialogue(
        "a: thanks is oh seven seven double oh nine oh oh two two six still your number",
        "c: it is is it about the eighteen pounds fifty i can pay now",
    )
    assert [turn for turn, _, _ in told(transcript) if turn] == []
