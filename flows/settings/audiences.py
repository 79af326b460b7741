"""The centre's file of audiences: who may see which calls, in a folder of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from qa_rules.strict_yaml import StrictRecord, read_record
from warehouse.snapshot.share import Audience

if TYPE_CHECKING:
    from pathlib import Path

_Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
_Id = Annotated[str, StringConstraints(min_length=1)]


class _Access(StrictRecord):
    """What an audience may see."""

    supervisors: tuple[_Id, ...] = ()
    teams: tuple[_Id, ...] = ()
    agents: tuple[_Id, ...] = ()
    all_calls: bool = False
    restricted: bool = False

    @model_validator(mode="after")
    def _names_some_calls(self) -> Self:
        # An empty list must not mean every call.
        if bool(self.supervisors or self.teams or self.agents) == self.all_calls:
            raise ValueError("either supervisors, teams or agents, or all_calls: true")
        return self


class _File(StrictRecord):
    audiences: dict[_Name, _Access] = Field(min_length=1)


def read_audiences(path: Path) -> tuple[Audience, ...]:
    """Read the file.

    Raises:
        RuleFilesError: With every error of the file, each naming path and line.
    """
    file = read_record(path, _File)
    return tuple(
        Audience(
            name=name,
            supervisors=access.supervisors,
            teams=access.teams,
            agents=access.agents,
            restricted=access.restricted,
        )
        for name, access in file.audiences.items()
    )
