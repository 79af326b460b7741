"""Names as a second opinion: when a window is decoded with them, and when that is believed."""

from __future__ import annotations

import pytest

from models.speech.hotwords import Hotwords

NAMES = Hotwords(["Harbour Lights", "FibraMax"])


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("Welcome to Harper Lights, how can I help?", True),
        ("welcome to the harbor light hotel", True),
        ("I have fibre max at home", True),
        ("I have FibraMax at home", False),  # it is the name
        ("my account ends in four two seven", False),
        ("", False),
    ],
)
def test_text_near_a_name_is_read_again(text: str, *, near: bool) -> None:
    """Another spelling or another division into words is near; the name itself and others not."""
    assert NAMES.is_near(text) is near


@pytest.mark.parametrize(
    ("plain", "prompted", "believed"),
    [
        ("Welcome to Harper lights, hello.", "welcome to Harbour Lights hello", True),
        ("I have fibre max at home", "I have FibraMax at home", True),
        # A misheard name has taken a sound of a neighbour, or words are divided otherwise.
        (
            "Welcome to Harperli, tspeaking is Ann",
            "Welcome to Harbour Lights, speaking is Ann",
            True,
        ),
        ("Hello Harborlight, cethis is Ann", "Hello Harbour Lights, this is Ann", True),
        ("Hello my Harper lights, hello", "Hellomy Harbour Lights, hello", True),
        ("at tenHarper lights", "at ten Harbour Lights", True),
        ("at tenHarper lights", "at two Harbour Lights", False),
        ("Harper lights nine", "Harbour Lights", False),
        ("Harper lights", "Harbour Lights nine", False),
        # Words beyond the names differ: more was lost or invented than a name was gained.
        ("Harper Lights, my number is 4, 4, 9", "Harbour Lights, my number is", False),
        ("Harper Lights, that is four", "Harbour Lights, that is five", False),
        ("Harper Lights", "Harbour Lights Harbour Lights", False),
        ("my number is 4, 4, 9", "FibraMax", False),
        ("Harbour Lights", "Harbour Lights", False),
    ],
)
def test_only_names_may_differ(plain: str, prompted: str, *, believed: bool) -> None:
    """A prompt can cost digits and add names; such a reading is not taken."""
    assert NAMES.are_all_that_differs(plain, prompted) is believed
