"""Every supervisor gets a list that is ranked, short, honest about its gaps, and harmless."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest

from models.call import Quarantined, QuarantineReason, Role
from models.reasons.reason import as_written
from qa_rules.results import CallResult, Evidence, Outcome
from tests.warehouse.factory import (
    CATALOGUE,
    GREETING,
    NIGHT,
    PROMISE,
    TIME_ZONE,
    finding,
    night,
    result,
)
from tests.warehouse.reports.flag_lists import write_flag_lists
from tests.warehouse.reports.written_page import Page
from warehouse.audio_folder import AudioFolder
from warehouse.lake.records import TagTextInfo
from warehouse.lake.upload_records import Review
from warehouse.reports.flags.lists import CAP, SAMPLE_SIZE, FlagListFile
from warehouse.reports.flags.reader import NightReader
from warehouse.reports.publishing import Publisher
from warehouse.reports.site.layout import Site
from warehouse.snapshot.connection import open_database
from warehouse.snapshot.publish import publish

if TYPE_CHECKING:
    from pathlib import Path

    from warehouse.lake.lake import Lake
    from warehouse.reports.flags.records import SupervisorNight

_EVIL = '=HYPERLINK("http://x.example")<script>alert(1)</script>'


def _csv(file: FlagListFile) -> list[dict[str, str]]:
    with file.csv.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def _said(quote: str, why: str, call_id: str = "c1", **of_call: Any) -> CallResult:
    place = Evidence(role=Role.AGENT, turn=0, start_s=75.2, end_s=78.0, quote=quote)
    flag = replace(finding(PROMISE, Outcome.FAIL), evidence=(place,), reason=as_written(why))
    plain = result(call_id, promises=Outcome.FAIL, **of_call)
    long = replace(plain.recording, duration_s=120.0)
    return replace(plain, recording=long, findings=(finding(GREETING), flag))


def _told(lake: Lake, snapshots: Path) -> list[SupervisorNight]:
    """The lists of a lake's last run."""
    with open_database(publish(lake, snapshots), read_only=True) as connection:
        return NightReader(connection, None).supervisors(CAP, SAMPLE_SIZE)


def _review(call_id: str, value: str = "fail") -> Review:
    return Review(
        review_id=call_id,
        call_id=call_id,
        rule_id=PROMISE.rule_id,
        occasion="flag",
        machine_value="fail",
        human_value=value,
        reviewer_id="s1",
        reviewed_at=NIGHT + timedelta(days=2),
        reason="Heard it.",
    )


def test_a_row_says_where_to_listen_and_why(lake: Lake, snapshots: Path, tmp_path: Path) -> None:
    """Call, second, agent, rule, severity, redacted words and reason, on the page and in CSV."""
    night(lake, "night-1", [_said("I promise it on [card_number]", "It promises a refund.")])
    (file,) = write_flag_lists(publish(lake, snapshots), tmp_path / "lists")
    text = Page(file.html).text
    for shown in ("1:15", "Ana Ruiz", PROMISE.title, "critical", "It promises a refund.", "c1"):
        assert shown in text
    assert ("mark", {"title": "masked"}) in Page(file.html).tags
    assert PROMISE.why in text
    (row,) = _csv(file)
    assert (row["call_id"], row["at"], row["severity"]) == ("c1", "1:15", "critical")
    assert row["quote"] == "I promise it on [card_number]"


def test_a_row_leads_to_the_second_of_its_call(lake: Lake, snapshots: Path, tmp_path: Path) -> None:
    """The link opens the call's page where the flag is, wherever the home folder is mounted."""
    night(lake, "night-1", [_said("I promise", "It promises a refund.", call_id="a/b c")])
    site = Site(tmp_path / "home")
    folder = site.lists / "qa-night-1"
    (file,) = write_flag_lists(publish(lake, snapshots), folder, site=site)
    page, _, second = next(
        link for link in Page(file.html).links if link.startswith("../../calls/") and "#" in link
    ).partition("#")
    target = (folder / unquote(page)).resolve()
    assert target == site.call("a/b c", date(2026, 3, 2)).resolve()
    assert second == "t=75.2"


def test_tags_are_shown_in_the_readers_language(
    lake: Lake, snapshots: Path, tmp_path: Path
) -> None:
    """The list narrows to a tag; a tag without a title in that language keeps another one."""
    night(lake, "night-1", [_said("I promise", "It promises a refund.")])
    promise = PROMISE.model_copy(update={"tags": ("complaint", "churn")})
    texts = [
        ("complaint", "en", "Complaint"),
        ("complaint", "it", "Reclamo"),
        ("churn", "en", "Churn"),
    ]
    told = tuple(TagTextInfo(tag=tag, language=code, title=title) for tag, code, title in texts)
    changes = {"rules": (GREETING, promise), "tag_texts": told}
    lake.record_catalogue(CATALOGUE.model_copy(update=changes))
    publisher = Publisher(
        lake=lake,
        site=Site(tmp_path),
        audio=AudioFolder(tmp_path / "audio", TIME_ZONE),
        readers={"s1": "it"},
    )
    (file,) = publisher.publish(publish(lake, snapshots))
    page = file.html.read_text(encoding="utf-8")
    assert 'data-tags="complaint churn"' in page
    assert '<option value="complaint">Reclamo</option>' in page
    badges = '<span class="badge">Reclamo</span> <span class="badge">Churn</span>'
    assert badges in page
    (row,) = _csv(file)
    assert row["rule_tags"] == "complaint churn"
    (flag,) = json.loads(file.json.read_text(encoding="utf-8"))["flags"]
    assert flag["rule_tags"] == ["complaint", "churn"]
    (call,) = tmp_path.glob("calls/*/c1-*.html")
    assert badges in call.read_text(encoding="utf-8")


def test_the_most_urgent_comes_first(lake: Lake, snapshots: Path, tmp_path: Path) -> None:
    """Severity, then confidence, then what the same agent did before decide the order."""
    repeated = [result(f"before-{n}", greeting=Outcome.FAIL, agent_id="a2") for n in range(9)]
    night(lake, "night-1", repeated)
    later: dict[str, Any] = {"started_at": result().call.started_at.replace(day=9)}
    night(
        lake,
        "night-2",
        [
            result("once", greeting=Outcome.FAIL, **later),
            result("again", greeting=Outcome.FAIL, agent_id="a2", **later),
            result("worst", promises=Outcome.FAIL, **later),
        ],
    )
    (file,) = write_flag_lists(publish(lake, snapshots), tmp_path / "lists")
    assert [row["call_id"] for row in _csv(file)] == ["worst", "again", "once"]


def test_a_list_is_short_and_says_what_it_left_out(
    lake: Lake, snapshots: Path, tmp_path: Path
) -> None:
    """A list ends at the cap; the random sample stands beside it and repeats itself."""
    flagged = [result(f"f{number:02}", greeting=Outcome.FAIL) for number in range(CAP + 4)]
    night(lake, "night-1", [*flagged, *(result(f"p{number}") for number in range(9))])
    snapshot = publish(lake, snapshots)
    (file,) = write_flag_lists(snapshot, tmp_path / "lists")
    assert (file.flag_count, file.left_out_count) == (CAP, 4)
    assert "4 more flags are less urgent" in Page(file.html).text
    sample = [row["call_id"] for row in _csv(file) if row["list"] == "sample"]
    assert len(sample) == SAMPLE_SIZE
    assert all(call_id.startswith("p") for call_id in sample)
    (again,) = write_flag_lists(snapshot, tmp_path / "again", run_id="night-1")
    assert again.csv.read_bytes() == file.csv.read_bytes()


def test_each_flag_is_told_by_one_run(lake: Lake, snapshots: Path, tmp_path: Path) -> None:
    """The next night's list holds the next night's calls, also late ones of the same day."""
    night(lake, "night-1", [result("c1", greeting=Outcome.FAIL)])
    night(lake, "night-2", [result("late", greeting=Outcome.FAIL)])
    snapshot = publish(lake, snapshots)
    (last,) = write_flag_lists(snapshot, tmp_path / "last")
    (first,) = write_flag_lists(snapshot, tmp_path / "first", run_id="night-1")
    assert [row["call_id"] for row in _csv(last)] == ["late"]
    assert [row["call_id"] for row in _csv(first)] == ["c1"]


def test_a_list_says_what_is_new_since_the_last_one(
    lake: Lake, snapshots: Path, tmp_path: Path
) -> None:
    """Rules new for an agent, calls listed before, reviews of the last list."""
    later = NIGHT + timedelta(days=1)
    night(lake, "night-1", [result("c1"), result("c2", promises=Outcome.FAIL, agent_id="a2")])
    again = replace(
        result("c2", promises=Outcome.FAIL, greeting=Outcome.FAIL, agent_id="a2"), results_version=2
    )
    other = result("c3", greeting=Outcome.FAIL, started_at=later)
    night(lake, "night-2", [other, again])
    lake.uploads.add("review", [_review("c2")])
    (file,) = write_flag_lists(publish(lake, snapshots), tmp_path / "lists")
    flagged = [row for row in _csv(file) if row["list"] == "flagged"]
    assert [row["rule_id"] for row in flagged if row["call_id"] == "c2"] == ["script-greeting"]
    rows = {row["call_id"]: row for row in flagged}
    assert [rows[call_id]["listed_before"] for call_id in ("c2", "c3")] == ["True", "False"]
    text = Page(file.html).text
    assert "new for this agent" in text
    assert "evaluated again" in text
    assert "since the list of 3 March 2026" in text


def test_what_no_list_told_of_is_not_told_again(
    lake: Lake, snapshots: Path, tmp_path: Path
) -> None:
    """A call that a killed run evaluated, and the next one again, is new to its supervisor."""
    lake.commit("killed", [result("c1", greeting=Outcome.FAIL)])
    night(lake, "night-1", [replace(result("c1", greeting=Outcome.FAIL), results_version=2)])
    (file,) = write_flag_lists(publish(lake, snapshots), tmp_path / "lists")
    assert [row["listed_before"] for row in _csv(file)] == ["False"]


def test_a_judgement_of_a_flag_makes_no_other_list(
    lake: Lake, snapshots: Path, tmp_path: Path
) -> None:
    """What is delivered is the same, to the byte: nothing is sent twice."""
    night(lake, "night-1", [result("c1", promises=Outcome.FAIL)])
    night(lake, "night-2", [result("c2", promises=Outcome.FAIL)])
    (before,) = write_flag_lists(publish(lake, snapshots), tmp_path / "before")
    lake.uploads.add("review", [_review("c1"), _review("c2")])
    (after,) = write_flag_lists(publish(lake, snapshots), tmp_path / "after")
    assert after.html.read_bytes() != before.html.read_bytes()
    for name in ("json", "mail", "csv"):
        assert getattr(after, name).read_bytes() == getattr(before, name).read_bytes()


def test_flags_stand_by_call_the_worst_first(lake: Lake, snapshots: Path) -> None:
    """The call with the most urgent flag comes first; one with two flags stands once."""
    calls = [
        result("a", greeting=Outcome.FAIL),
        result("b", promises=Outcome.FAIL, greeting=Outcome.FAIL),
        result("c", promises=Outcome.FAIL, agent_id="a2", agent_name="Ben"),
        result("d"),
    ]
    night(lake, "night-1", calls)
    (told,) = _told(lake, snapshots)
    groups = [[(flag.call_id, flag.rank) for flag in flags] for flags in told.flags_by_call]
    assert sorted(rank for group in groups for _, rank in group) == [1, 2, 3, 4]
    assert groups[0][0][1] == 1
    assert {call_id: len(group) for group in groups for call_id in dict(group)} == {
        "a": 1,
        "b": 2,
        "c": 1,
    }
    assert groups[-1][0][0] == "a"
    for group in groups:
        assert [rank for _, rank in group] == sorted(rank for _, rank in group)
    assert [call.call_id for call in told.calls_to_hear] == [
        *(group[0][0] for group in groups),
        "d",
    ]


def test_a_dismissed_flag_takes_its_call_to_the_end(lake: Lake, snapshots: Path) -> None:
    """A call with another flag that stands keeps the place of that flag."""
    calls = [
        result("a", greeting=Outcome.FAIL),
        result("b", promises=Outcome.FAIL),
        result("c", promises=Outcome.FAIL, greeting=Outcome.FAIL),
    ]
    night(lake, "night-1", calls)
    publish(lake, snapshots)
    lake.uploads.add("review", [_review("b", "pass"), _review("c", "pass")])
    (told,) = _told(lake, snapshots)
    assert [flags[0].call_id for flags in told.flags_by_call][-1] == "b"
    assert [flag.rule_id for flag in told.flags_by_call[1]][-1] == PROMISE.rule_id


def test_nothing_to_hear_is_said(lake: Lake, snapshots: Path, tmp_path: Path) -> None:
    """A supervisor without flags or without calls gets a page that says so."""
    night(lake, "night-1", [result("c0", agent_id="a2", supervisor_id="s2")])
    night(lake, "night-2", [result("c1", greeting=Outcome.CANNOT_TELL)])
    files = write_flag_lists(publish(lake, snapshots), tmp_path / "lists")
    texts = {file.supervisor_id: Page(file.html).text for file in files}
    assert "No finding needs review in 1 call" in texts["s1"]
    assert "Inconclusive" in texts["s1"]
    assert "Your agents had no new calls" in texts["s2"]


def test_the_index_links_every_list_and_names_what_was_quarantined(
    lake: Lake, snapshots: Path, tmp_path: Path
) -> None:
    """Every item seen is accounted for."""
    bad = Quarantined(
        item="b.wav", call_id=None, reason=QuarantineReason.EMPTY_FILE, detail="Export it again."
    )
    calls = [result("c1"), result("c2", agent_id="a2", supervisor_id="s2")]
    night(lake, "night-1", calls, quarantined=(bad,), seen_count=3)
    files = write_flag_lists(publish(lake, snapshots), tmp_path / "lists")
    page = Page(tmp_path / "lists" / "index.html")
    links = {attributes.get("href") for tag, attributes in page.tags if tag == "a"}
    assert {file.html.name for file in files} <= links
    assert "b.wav" in page.text
    assert "Export it again." in page.text
    assert "1 recording of this run was quarantined" in Page(files[0].html).text


def test_hostile_texts_come_out_harmless(lake: Lake, snapshots: Path, tmp_path: Path) -> None:
    """No text becomes markup, script, a formula, a request, or a path out of the folder."""
    evil = _said(_EVIL, _EVIL, agent_name=_EVIL, queue=_EVIL, supervisor_id="../../s<1>")
    night(lake, "night-1", [evil])
    (file,) = write_flag_lists(publish(lake, snapshots), tmp_path / "lists")
    assert file.html.parent == file.csv.parent == tmp_path / "lists"
    for path in tmp_path.glob("lists/*.html"):
        page = Page(path)
        assert len(list(page.attributes("script"))) <= 1
        assert "unsafe" not in path.read_text().partition("<title>")[0]
        assert not [link for link in page.links if ":" in link]
    (row,) = _csv(file)
    assert [name for name, cell in row.items() if cell.startswith(("=", "+", "-", "@"))] == []


@pytest.mark.parametrize("supervisor_id", ["index", "INDEX", "a/b", "a-b"])
def test_no_list_overwrites_another_file(
    lake: Lake, snapshots: Path, tmp_path: Path, supervisor_id: str
) -> None:
    """Ids that would make the same file name make different ones."""
    calls = [
        result("c1", supervisor_id=supervisor_id),
        result("c2", agent_id="a2", supervisor_id="a b"),
    ]
    night(lake, "night-1", calls)
    files = write_flag_lists(publish(lake, snapshots), tmp_path / "lists")
    names = {
        path.name.lower() for file in files for path in (file.html, file.csv, file.mail, file.json)
    }
    assert len(names | {"index.html"}) == 9


def test_an_empty_warehouse_still_makes_an_index(
    lake: Lake, snapshots: Path, tmp_path: Path
) -> None:
    """The very first night may hold nothing at all."""
    assert write_flag_lists(publish(lake, snapshots), tmp_path / "lists") == []
    assert "No call has been evaluated yet." in Page(tmp_path / "lists" / "index.html").text
