"""Custom fields are kept as text, and unknown names and personal data are told, not kept."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from flows.sources.calls_table import read_csv
from flows.sources.custom_fields import FieldCounts, FieldScreen
from flows.sources.documents import MetadataError
from flows.sources.folder import take_in
from flows.sources.metadata import read_sidecar
from models.call import Call
from qa_rules.rule_files.rulebook import load_rulebook
from tests.flows.night.test_rejudging import Centre
from tests.flows.sources.test_metadata import SIDECAR, write
from tests.night.recognitions.recorded_night import CALLS
from tests.qa_rules.rule_folders import RULES
from tests.warehouse.factory import call
from warehouse.query.reader import open_snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from qa_rules.pii_detection.types.catalogue import PiiRules


@pytest.fixture(scope="module")
def pii() -> PiiRules:
    """The bundled types of personal data."""
    return load_rulebook(RULES).pii


def test_fields_of_a_sidecar_are_text_by_name(tmp_path: Path) -> None:
    """Numbers and truth values become text, what is empty is left out, order does not matter."""
    fields = {"wave": 2, "campaign": "Spring Retention", "vip": True, "old": None, "note": ""}
    found = read_sidecar(write(tmp_path, SIDECAR | {"fields": fields}))
    assert found.fields == (("campaign", "Spring Retention"), ("vip", "true"), ("wave", "2"))
    turned = dict(reversed(fields.items()))
    again = read_sidecar(write(tmp_path, SIDECAR | {"fields": turned}))
    assert again.metadata_sha256 == found.metadata_sha256
    assert found.metadata_sha256 != read_sidecar(write(tmp_path, SIDECAR)).metadata_sha256


def test_after_call_work_and_disposition(tmp_path: Path) -> None:
    """Both are optional; no after-call work is something else than an unknown one."""
    known = read_sidecar(write(tmp_path, SIDECAR | {"after_call_work_s": 0, "disposition": "sale"}))
    unknown = read_sidecar(write(tmp_path, SIDECAR))
    assert (known.after_call_work_s, known.disposition) == (0.0, "sale")
    assert (unknown.after_call_work_s, unknown.disposition) == (None, None)
    none = read_sidecar(write(tmp_path, SIDECAR | {"after_call_work_s": 0}))
    assert none.metadata_sha256 != unknown.metadata_sha256


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"fields": "spring"}, "fields"),
        ({"fields": {"campaign": ["a", "b"]}}, "fields.campaign"),
        ({"fields": {"campaign": "x" * 1001}}, "fields.campaign"),
        ({"fields": {"two words": "x"}}, "fields.two words"),
        ({"fields": {f"f{number}": "x" for number in range(51)}}, "fields"),
        ({"after_call_work_s": -1}, "after_call_work_s"),
        ({"after_call_work_s": "soon"}, "after_call_work_s"),
        ({"fields": {"campaign": "\ud800"}}, "fields"),
    ],
)
def test_wrong_values_are_named(tmp_path: Path, change: dict[str, Any], named: str) -> None:
    """The error says which field it is."""
    with pytest.raises(MetadataError) as caught:
        read_sidecar(write(tmp_path, SIDECAR | change))
    assert f"`{named}" in str(caught.value)


def test_columns_of_a_csv_are_the_same_fields(tmp_path: Path) -> None:
    """`fields.campaign` is a field, an empty cell is none, another column is told."""
    path = tmp_path / "calls.csv"
    path.write_text(
        "file;call_id;started_at;agent_id;queue;direction;after_call_work_s;fields.campaign;ani\n"
        "a.wav;c-1;2026-03-10T09:14:05Z;ag-1;billing;inbound;12,5;Spring;x\n"
        "b.wav;c-2;2026-03-10T09:14:05Z;ag-1;billing;inbound;;;\n",
        encoding="utf-8",
    )
    counts = FieldCounts()
    first, second = read_csv(path, counts=counts).values()
    assert isinstance(first, Call)
    assert isinstance(second, Call)
    assert (first.fields, first.after_call_work_s) == ((("campaign", "Spring"),), 12.5)
    assert (second.fields, second.after_call_work_s) == ((), None)
    assert counts.ignored == {"ani": 1}


def test_unknown_names_are_told_once_with_their_count(tmp_path: Path, pii: PiiRules) -> None:
    """A name shows that is no word of a person; a key that looks like data is not repeated."""
    for stem, extra in (("lt-0010", {"agent_nmae": "x"}), ("lt-0016", {"agent_nmae": "x"})):
        shutil.copy(CALLS / f"{stem}.wav", tmp_path)
        data = json.loads((CALLS / f"{stem}.json").read_bytes())
        data |= extra | {"4111 1111 1111 1111": 1, "fields": {"phone": "+39 333 1234567"}}
        (tmp_path / f"{stem}.json").write_text(json.dumps(data))
    intake = take_in(tmp_path, {}).screened(pii)
    assert [call.fields for call, _ in intake.ready] == [(), ()]
    told = intake.not_kept.text
    assert "agent_nmae (2 calls)" in told
    assert "(other) (2 calls)" in told
    assert "phone (2 calls)" in told
    assert "4111" not in told
    assert "333" not in told


KEPT = [
    ("campaign", "spring-2026"),
    ("campaign", "Spring Retention Wave 2"),
    ("product", "FibraMax 600"),
    ("order_id", "A-4471-2290"),
    ("ticket", "INC0012345"),
    ("region", "Madrid Norte"),
    ("opened_on", "2026-03-10"),
    ("skill", "billing_es_l2"),
    ("nps", "9"),
    ("campaign_id", "483920"),
    ("segment", "VIP gold"),
    ("cost", "12.50"),
]
LEFT_OUT = [
    ("phone", "+39 333 1234567"),
    ("ani", "393331234567"),
    ("note", "call me on 07700 900123"),
    ("mail", "ana@example.com"),
    ("customer_name", "Ana Ruiz"),
    ("ref", "4111111111111111"),
    ("ref", "4111-1111-1111-1111"),
    ("ref", "9999 8888 7777 6666 5"),
    ("account", "GB29NWBK60161331926819"),
    ("dni", "12345678Z"),
]


@pytest.mark.parametrize(("name", "value"), KEPT + LEFT_OUT)
def test_personal_data_are_left_out(pii: PiiRules, name: str, value: str) -> None:
    """Codes, campaigns, dates and small numbers stay; of the call nothing else changes."""
    counts = FieldCounts()
    plain = call(fields=((name, value), ("wave", "2")), disposition="refund issued")
    found = FieldScreen(pii, counts).screened(plain)
    is_kept = (name, value) in KEPT
    assert (dict(found.fields).get(name) == value) is is_kept
    assert dict(found.fields)["wave"] == "2"
    assert found.disposition == "refund issued"
    assert counts.withheld == ({} if is_kept else {name: 1})


def test_disposition_is_screened_as_well(pii: PiiRules) -> None:
    """It is free text in many systems."""
    counts = FieldCounts()
    found = FieldScreen(pii, counts).screened(call(disposition="card 4111 1111 1111 1111"))
    assert found.disposition is None
    assert "disposition (1 call)" in counts.text


def test_a_run_keeps_fields_and_tells_of_the_rest(tmp_path: Path) -> None:
    """From the sidecar to the warehouse and to the summary, which names no value."""
    centre = Centre(tmp_path)
    centre.source.mkdir()
    shutil.copy(CALLS / "lt-0010.wav", centre.source)
    data = json.loads((CALLS / "lt-0010.json").read_bytes())
    data |= {"agent_nmae": "x", "after_call_work_s": 42, "disposition": "refund"}
    data |= {"fields": {"campaign": "spring", "mail": "ana@example.com"}}
    (centre.source / "lt-0010.json").write_text(json.dumps(data))
    summary = centre.evaluated().publish()
    told = summary.to_markdown()
    assert "agent_nmae (1 call)" in told
    assert "mail (1 call)" in told
    assert "example.com" not in told
    with open_snapshot(summary.snapshot.parent) as snapshot:
        rows = snapshot.ask(
            "select call.fields, handle_time_s - scored.duration_s, scored.disposition"
            " from core.call as call join core.scored_call as scored using (call_date, call_id)"
        ).rows
        assert list(rows) == [({"campaign": "spring"}, 42.0, "refund")]
