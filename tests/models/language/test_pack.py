"""A language is known by its folder; errors in it are reported by file and line."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from models.errors import DataFilesError
from models.language import pack

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of a centre's own packs."""
    monkeypatch.setenv(pack.OWN_PACKS_VARIABLE, str(tmp_path))
    return tmp_path


def test_a_language_is_known_because_its_folder_is_there(own: Path) -> None:
    """Complete or not; only with spoken numbers can its calls be read."""
    before = {path.name for path in pack.BUILT_IN_PACKS.iterdir()}
    (own / "qy").mkdir()
    assert set(pack.known_languages()) == before | {"qy"}
    assert "qy" not in pack.spoken_languages()
    assert pack.load_role_phrases("qy").agent == ()
    with pytest.raises(DataFilesError, match=r"qy/spoken.yaml:1: no such file; expected it"):
        pack.load_spoken_language("qy")


def test_an_own_pack_takes_the_place_of_ours(own: Path) -> None:
    """A centre's pack replaces the bundled one as a whole; the two are never merged."""
    shutil.copytree(pack.BUILT_IN_PACKS / "it", own / "it")
    (own / "it" / "engine.yaml").write_text("negations: [macché]\n", encoding="utf-8")
    (own / "it" / "roles.yaml").unlink()
    assert pack.load_engine_vocabulary("it").negations == ("macché",)
    assert pack.load_role_phrases("it").agent == ()
    assert pack.load_engine_vocabulary("es").negations


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "negations: [a]\nnegation: [b]\n",
            r":2: unknown key `negation`; expected `negations`, or",
        ),
        ("negations: nope\n", r":1: `negations` is 'nope'; expected a valid tuple"),
        ("negations: [a\n", r":\d: .*; expected valid YAML"),
        ("negations: [a]\nnegations: [b]\n", r":2: .*; expected valid YAML"),
    ],
)
def test_an_error_names_file_and_line(own: Path, text: str, fault: str) -> None:
    """Unknown keys, other kinds of values, keys that come twice."""
    shutil.copytree(pack.BUILT_IN_PACKS / "es", own / "es")
    (own / "es" / "engine.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(DataFilesError, match=r"es/engine.yaml" + fault):
        pack.load_engine_vocabulary("es")
