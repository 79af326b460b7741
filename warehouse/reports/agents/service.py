"""Handle time and survey answers of agents and teams in the last four weeks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.reports.site.rows import rows_by, rows_of
from warehouse.sql_files import sql_of

if TYPE_CHECKING:
    from warehouse.snapshot.connection import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class HandleTime:
    """The mean handle time of an agent or a team: the recording and the work after the call.

    Attributes:
        call_count: Calls whose handle time is known.
        margin_s: Half the width of the mean's 95 % interval; None with too few calls.
        others_mean_s: The mean of the others for the same mix of queues; None without others.
        is_comparable: Whether there are enough calls for a comparison.
        is_longer: The 95 % interval of the difference to the others is above 0.
        is_shorter: It is below 0.
    """

    call_count: int
    mean_s: float
    margin_s: float | None
    others_mean_s: float | None
    is_comparable: bool
    is_longer: bool
    is_shorter: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyAnswers:
    """What customers answered to one question about the calls of an agent or a team.

    Attributes:
        scale: Lowest and highest possible answer, such as 1-5.
        top_count: Top answers.
        top_ratio_low: Lower end of the 95 % interval of their share; None with too few answers.
        top_ratio_high: Upper end of it.
        others_top_ratio: Share of top answers of the others; None without answers.
        is_comparable: Whether there are enough answers for a comparison.
        significantly_better: The 95 % interval of the difference to the others is above 0.
        significantly_worse: It is below 0.
    """

    question: str
    scale: str
    top_count: int
    answer_count: int
    top_ratio_low: float | None
    top_ratio_high: float | None
    others_top_ratio: float | None
    is_comparable: bool
    significantly_better: bool
    significantly_worse: bool

    @property
    def top_ratio(self) -> float:
        """Share of top answers."""
        return self.top_count / self.answer_count


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Handle time and survey answers; neither without data."""

    handle_time: HandleTime | None = None
    surveys: tuple[SurveyAnswers, ...] = ()


class ServiceReader:
    """Reads handle times and survey answers of all agents, or of all teams."""

    def __init__(self, connection: Connection, *, by_team: bool) -> None:
        """Read a snapshot with one query for each of the two."""
        times = rows_of(connection, sql_of(__file__, "handle_time"), by_team=by_team)
        self._times = {row.pop("who"): HandleTime(**row) for row in times}
        self._surveys = rows_by(connection, sql_of(__file__, "surveys"), "who", by_team=by_team)

    def of(self, who: str) -> Service:
        """Those of an agent, by id, or of a team."""
        answers = self._surveys.get((who,), ())
        return Service(
            handle_time=self._times.get(who),
            surveys=tuple(SurveyAnswers(**row) for row in answers),
        )
