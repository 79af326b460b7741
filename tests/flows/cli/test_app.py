"""Commands explain themselves, and their errors say what to do."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import pytest
import typer
from typer.testing import CliRunner

from flows.cli.app import app, main

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def commands(group: object, *names: str) -> Iterator[list[str]]:
    """The names that lead to a command and to every command below it."""
    yield list(names)
    for name, command in getattr(group, "commands", {}).items():
        yield from commands(command, *names, name)


@pytest.mark.parametrize("command", list(commands(typer.main.get_command(app))), ids=" ".join)
def test_every_command_has_help(command: list[str]) -> None:
    """`--help` of each command says in a sentence what it does."""
    result = CliRunner().invoke(app, [*command, "--help"])
    assert result.exit_code == 0
    assert "." in result.stdout.split("Usage", 1)[1].split("Options")[0]


def examples() -> Iterator[str]:
    """Every command line that the help shows."""
    root = typer.main.get_command(app)
    for names in commands(root):
        command = root
        for name in names:
            command = getattr(command, "commands", {})[name]
        yield from re.findall(r"`callqa ([^`]+)`", command.help or "")


@pytest.mark.parametrize("example", sorted(set(examples())))
def test_examples_in_help_can_be_typed(example: str) -> None:
    """Each names a command and options of it."""
    command = typer.main.get_command(app)
    words = shlex.split(re.split(r" [|>] ", example)[0])
    while words and (found := getattr(command, "commands", {}).get(words[0])):
        command = found
        del words[0]
    assert not hasattr(command, "commands"), "a group is no command"
    options = {name for one in command.params for name in one.opts}
    assert {word for word in words if word.startswith("--")} <= options


def test_rules_check_names_file_and_line(tmp_path: Path) -> None:
    """An error in a rule file ends in exit code 1 and `path:line`."""
    rule = tmp_path / "script" / "script-greeting.yaml"
    rule.parent.mkdir()
    rule.write_text("id: script-greeting\nid: twice\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["rules", "check", "--rules", str(tmp_path)])
    assert result.exit_code == 1
    assert f"{rule}:2: " in result.stdout


def test_a_folder_of_other_rules_is_tested_by_its_examples_alone(tmp_path: Path) -> None:
    """A draft has a section per language, and the labels of the bundled night are not used."""
    (tmp_path / "centre.yaml").write_text("languages: [en, es]\n", encoding="utf-8")
    for command in (["new", "script-breakfast-offered"], ["check"], ["test"]):
        result = CliRunner().invoke(app, ["rules", *command, "--rules", str(tmp_path)])
        assert result.exit_code == 0, result.output
    assert "6 of 6 examples passed." in result.stdout
    assert "label" not in result.stdout


def test_our_errors_are_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Our own errors are printed as a sentence, not as a traceback."""
    file = tmp_path / "noise.wav"
    file.write_bytes(b"not a recording at all")
    monkeypatch.setattr("sys.argv", ["callqa", "try", str(file)])
    with pytest.raises(SystemExit) as caught:
        main()
    printed = capsys.readouterr().err
    assert caught.value.code == 1
    assert "error:" in printed
    assert "Traceback" not in printed
