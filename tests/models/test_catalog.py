"""Model files are the ones that the catalog pins."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from models.catalog import catalog, resolve
from models.errors import WeightsError

if TYPE_CHECKING:
    from pathlib import Path


def write_model(folder: Path, contents: dict[str, bytes]) -> Path:
    """Make a folder that holds these files."""
    folder.mkdir(parents=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return folder


def test_every_entry_is_pinned() -> None:
    """Each file has a full sha256, each model a licence and an origin."""
    for name, entry in catalog().items():
        assert entry.licence, name
        assert entry.origin, name
        assert all(len(digest) == 64 for digest in entry.sha256.values()), name
        assert not entry.packages or set(entry.packages) == set(entry.sha256), name


def test_the_default_comes_from_the_installed_packages() -> None:
    """A fresh machine has a speech model whose joined parts are the official file."""
    weights = resolve()
    assert weights.found_in == "package"
    assert weights.pin == "whisper-base@d01c3014881c"
    assert len(weights.read()["model.bin"]) == 145_217_532


def test_a_folder_of_weights_goes_before_the_package(tmp_path: Path) -> None:
    """The operator's folder wins over an installed package; a model it lacks is still found."""
    package = resolve("silero-vad")
    (source,) = next(iter(package.files.values()))
    (tmp_path / "silero-vad").mkdir()
    shutil.copy(source, tmp_path / "silero-vad")
    assert resolve("silero-vad", folder=tmp_path).found_in == "folder"
    assert resolve(folder=tmp_path).found_in == "package"


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    """One wrong byte and the model is not loaded; the error names the file."""
    (name, content), *_ = resolve("silero-vad").read().items()
    place = write_model(tmp_path / "silero-vad", {name: content[:-1] + b"\0"})
    with pytest.raises(WeightsError, match=name):
        resolve("silero-vad", path=place).read()


def test_an_own_model_is_pinned_by_what_it_is(tmp_path: Path) -> None:
    """A model that the catalog does not know gets a pin from its largest file."""
    place = write_model(tmp_path / "ours", {"config.json": b"{}", "model.bin": b"tensors"})
    weights = resolve("our-whisper", path=place)
    assert weights.read() == {"model.bin": b"tensors", "config.json": b"{}"}
    (place / "model.bin").write_bytes(b"others!")
    assert resolve("our-whisper", path=place).pin != weights.pin
    with pytest.raises(WeightsError):
        weights.read()


def test_a_model_that_is_nowhere_is_an_error(tmp_path: Path) -> None:
    """An unknown name and an empty path are errors that say what was expected."""
    with pytest.raises(WeightsError, match="whisper-base"):
        resolve("whisper-hug")
    with pytest.raises(WeightsError, match="does not exist"):
        resolve("whisper-base", path=tmp_path / "absent")
