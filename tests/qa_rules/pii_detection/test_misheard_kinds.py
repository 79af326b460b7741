"""Kinds of recognition errors in and around personal data, in invented lines.

What stands in braces is a value that must be masked whole. The other words of a line may be masked
where they touch the value, and are not reported; lines without a value stay readable.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from models.call import Role
from qa_rules.pii_detection.context.sounds import sound_of
from qa_rules.pii_detection.detector import find_pii
from qa_rules.pii_detection.types.catalogue import load_pii_rules
from tests.qa_rules.pii_detection.written_lines import heard

RULES = load_pii_rules(Path(__file__).parents[3] / "qa_rules" / "pii")

DOTTED_DIGITS = [
    ("it", "", "il mio numero di telefono è {3.4 7.5 2.2 8.1 9.0}"),
    ("it", "", "il mio cellulare {3.471, 5.283, 9.6}"),
    ("en", "", "my account number is {4.1 5.5 8.2 9.9}"),
    ("es", "", "mi teléfono es el {6.12 3.45 7.89}"),
    ("es", "", "el código postal es el {28.01.5} si le sirve"),
    ("es", "", "y es el {4.5 6.7 8.9 1.2} apunte"),
    ("it", "", "la mia data di nascita è {9 del 12.68.}"),
    ("it", "quando è nato?", "il {7 del 3.82.}"),
]
SIGNS_OF_ADDRESSES = [
    ("es", "", "Mi correo es {pedro luna roba hotmail punto com}"),
    ("es", "", "mándelo a {marta rey a roa ya o punto es}"),
    ("es", "¿Cuál es su correo electrónico?", "{luis vega arrobo g mail punto com}"),
    ("it", "", "la mail è {rossi un der score marco chi occiola hot mail punto it}"),
    ("it", "mi ripete l'indirizzo email?", "sì {paolo neri chiò ciola tin punto it}"),
    ("it", "", "scrivo a {vanni punto neri chioc ciola studio neri punto it}"),
    ("it", "", "la mail è {vanni chiocciala gmail}"),
    ("en", "", "my email is {jane fox hat gmail dot com}"),
    ("en", "Can I take your email?", "{sarah under score lee at hot mail dot com}"),
]
LETTERS_OF_CODES = [
    ("es", "", "mi NIE es {el 4567891R}"),
    ("es", "", "el nie es {ex 123 4567 erre}"),
    ("es", "", "la matrícula es {sesenta y siete cuarenta ele i griega be}"),
    ("it", "", "la targa è {effe già 417 zeta kappa}"),
    ("it", "", "la targa è {piacca nove, se tanta seti zetaca}"),
    ("it", "", "la mia macchina è targata {bi accanove 77 zeta acca}"),
    ("en", "", "my number plate is {K T 52 said said X}"),
    ("en", "", "the postcode is {Emma 20 for QX}"),
]
EXPLAINED_LETTERS = [
    ("es", "¿Su número de identidad?", "{X274, 9-015, debe de dinamarca,} gracias"),
    ("es", "¿Me da su DNI?", "{12345678 vez de Barcelona} y llamo por la factura"),
    ("es", "¿Su DNI?", "{23456789, debe de Dolores,} si quiere lo repito"),
    ("es", "¿Su DNI?", "{23456789 debe de Dorotea,} si quiere lo repito"),
    ("es", "¿Su DNI?", "{12345678 seta de Zacarías,} si quiere lo repito"),
    ("es", "¿Su DNI?", "{23456789, llevé de Burgos,} si quiere lo repito"),
    ("es", "", "mi DNI es {12345678 be, Barcelona,} y quería cambiarlo"),
    ("es", "", "mi NIE es {equis uno dos tres cuatro cinco seis siete ele, Lorenzo} y vale"),
    ("it", "Mi dice il codice fiscale?", "{RSSMRA85T10H501S Savona} va bene così"),
    ("it", "Il codice fiscale?", "{RSSMRA85T10H501 essere di Savona} va bene così o cosa serve"),
    ("en", "What's your national insurance number?", "{AB 12 34 56 C Charlie} is that all"),
    ("en", "What's your national insurance number?", "{AB 12 34 56, sir, for Charlie} is it"),
]
SPELLED_ABBREVIATIONS = [
    ("es", "", "el ce uve ube es {5 4 4}"),
    ("es", "", "el sube uve es {5 4 4}"),
    ("es", "", "El C V B es {544}"),
    ("es", "", "El CBV es {5-4-4}"),
    ("it", "", "il cibuvù è {3 1 7}"),
    ("it", "", "il CVU è {317}"),
    ("en", "", "the see vee vee is {6 6 8}"),
    ("it", "", "il mio cefiscale è {erre esse esse emme erre a ottantacinque ti}"),
    ("it", "Il codi fiscale?", "{erre esse esse emme erre a}"),
]
NAMES = [
    ("en", "", "my husband {Alastair pemberton} rang you yesterday"),
    ("es", "", "mi marido {Gonzalo echevarría} les llamó ayer"),
    ("it", "", "mio marito {fulvio zanetti} ha chiamato ieri"),
    ("en", "Can I take your surname?", "{Will}"),
    ("it", "Con chi parlo?", "{Quercia.}"),
    ("es", "¿Con quién hablo?", "Con {Llanos Cabeza.}"),
    ("it", "A chi è intestata la linea?", "A {Lo Bianco Salvatore.}"),
    ("it", "Cognome?", "{Van den Berg.}"),
    ("it", "Cognome?", "{De Luca, D E L U C A,} con la a finale."),
    ("it", "Mi fa lo spelling del cognome?", "{Pi come Palermo, a come Ancona, enne, o.}"),
]
READABLE = [
    ("en", "What's your postcode?", "I don't have it, sorry."),
    ("en", "And your email?", "Just a second please."),
    ("en", "Can I take your name?", "Sure."),
    ("it", "Come si chiama?", "Perché?"),
    ("es", "¿Cómo se llama?", "Un momento."),
    ("en", "", "my phone bill was 48.8 last month and 51.20 before"),
    ("en", "", "my account was charged 18.50 and 20.75"),
    ("es", "", "pagué 12.50, 13.20 y 14.75 este año"),
    ("es", "", "en la cuenta me cobraron 18.50 y 20.75"),
    ("it", "A chi è intestato il contratto?", "A mio marito."),
    ("it", "", "il mio conto è in rosso di 4.50"),
    ("it", "", "la carta è scaduta da 2 mesi"),
    ("es", "", "la matrícula es nueva"),
    ("es", "", "la línea de Barcelona va mal y la de Dinamarca también"),
    ("es", "¿Me da su DNI?", "Se lo di a su compañero de Barcelona."),
    ("en", "", "the email is not working"),
    ("en", "", "I went to the yahoo dot com page"),
]


def masked_and_gold(
    language: str, question: str, line: str
) -> tuple[set[int], set[int], list[str]]:
    """Words of the customer's line that are masked, those of its value, and all reported ones."""
    gold, inside = set(), False
    for place, word in enumerate(line.split()):
        inside = inside or word.startswith("{")
        if inside:
            gold.add(place)
        inside = inside and "}" not in word
    said = line.replace("{", "").replace("}", "")
    transcript = heard(language, [(Role.AGENT, question), (Role.CUSTOMER, said)])
    spans = [
        span for span in find_pii(transcript, RULES) if transcript.turns[span.turn].role != "agent"
    ]
    words = said.split()
    masked = {word for span in spans for word in range(span.first, span.last)}
    reported = {word for span in spans if span.reported for word in range(span.first, span.last)}
    return masked, gold, [words[word] for word in sorted(reported - gold)]


@pytest.mark.parametrize(
    ("language", "question", "line"),
    [
        *DOTTED_DIGITS,
        *SIGNS_OF_ADDRESSES,
        *LETTERS_OF_CODES,
        *EXPLAINED_LETTERS,
        *SPELLED_ABBREVIATIONS,
        *NAMES,
    ],
)
def test_misheard_values_are_masked_whole(language: str, question: str, line: str) -> None:
    """A value is masked to the last word, and hardly a word around it."""
    masked, gold, _ = masked_and_gold(language, question, line)
    assert gold
    assert gold <= masked
    assert len(masked - gold) <= 1


@pytest.mark.parametrize(("language", "question", "line"), READABLE)
def test_lines_without_a_value_stay_readable(language: str, question: str, line: str) -> None:
    """Amounts, refusals and counter-questions are not masked."""
    assert masked_and_gold(language, question, line)[0] == set()


@pytest.mark.parametrize(
    "line",
    [
        "el pedido {12345} llegó de Barcelona ayer",
        "tengo {12345} puntos y llegué de Barcelona ayer",
        "mi DNI es {12345678Z} Barcelona es mi ciudad",
    ],
)
def test_a_place_after_a_number_is_no_letter_of_it(line: str) -> None:
    """A word of the spelling alphabet explains a letter only where one is missing or precedes."""
    masked, gold, _ = masked_and_gold("es", "", line)
    assert masked == gold


def test_names_of_firms_are_not_reported() -> None:
    """The second half of a firm's name is no person's."""
    line = "I'm calling from Marks and Spencer about the contract."
    assert masked_and_gold("en", "", line)[2] == []


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("it", "La fattura scade il 30/09/2026 per noi."),
        ("it", "L'offerta scade il trenta settembre."),
        ("en", "The offer expires on the thirtieth of September."),
        ("es", "La oferta vence el treinta de septiembre."),
    ],
)
def test_days_are_not_reported_as_expiry_of_a_card(language: str, line: str) -> None:
    """A card expires in a month; what ends on a day is an offer or an invoice."""
    assert masked_and_gold(language, "", line)[2] == []


@pytest.mark.parametrize(
    ("one", "other"),
    [("arroba", "a rroba"), ("iban", "ivan"), ("yahoo", "ya o"), ("ce uve", "seube")],
)
def test_words_that_sound_alike_have_one_key(one: str, other: str) -> None:
    """Neither divisions nor letters that sound alike tell two words apart."""
    assert sound_of(one) == sound_of(other)


@pytest.mark.parametrize(("one", "other"), [("roba", "ropa"), ("chiave", "chi"), ("dni", "nie")])
def test_words_that_sound_different_have_two(one: str, other: str) -> None:
    """Other consonants and vowels do."""
    assert sound_of(one) != sound_of(other)
