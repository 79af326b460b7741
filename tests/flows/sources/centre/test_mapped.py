"""A mapping makes calls of any CSV or JSON, and says where it is wrong."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from flows.sources.centre.customers import Customers
from flows.sources.folder import Intake, take_in
from models.call import Call, Direction, QuarantineReason, Role
from models.errors import DataFilesError
from tests.flows.sources.test_folder import reasons, recording

if TYPE_CHECKING:
    from pathlib import Path

TABLE_MAPPING = """\
files: Llamadas*.csv
recording: Archivo
version: Exportado
channel_map: {left: customer, right: agent}
call_id: Id llamada
started_at: {column: Inicio, format: "%d/%m/%Y %H:%M:%S", zone: Europe/Madrid}
agent_id: Extensión
queue: Cola
direction: {column: Tipo, values: {Entrante: inbound, Saliente: outbound}}
language: {value: es}
duration_s: {column: Duración, format: "%H:%M:%S"}
customer_ref: Cliente
fields:
  hold_s: {column: Espera, format: "%M:%S"}
  campaign: Campaña
"""
HEAD = "Id llamada;Archivo;Inicio;Extensión;Cola;Tipo;Duración;Espera;Campaña;Cliente;Exportado\n"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder with a mapping and three recordings."""
    (tmp_path / "callqa-mapping.yaml").write_text(TABLE_MAPPING, encoding="utf-8")
    for seed, name in enumerate(("a", "b", "c")):
        recording(tmp_path, f"{name}.wav", seed)
    return tmp_path


def table(source: Path, *rows: str) -> Intake:
    """What is taken of a table with those rows."""
    text = HEAD + "".join(f"{row}\n" for row in rows)
    (source / "llamadas-marzo.csv").write_bytes(text.encode("utf-16"))
    return take_in(source, {}, zone=UTC)


def by_id(intake: Intake) -> dict[str, Call]:
    """The calls that are ready, by id."""
    return {call.call_id: call for call, _ in intake.ready}


def test_columns_become_our_fields(source: Path) -> None:
    """Local time, value table, constant, lengths of time, custom fields."""
    intake = table(
        source, "9001;a.wav;10/03/2026 09:14:05;1042;facturas;ENTRANTE;00:03:12;01:05;p1;k-1;1"
    )
    call = by_id(intake)["9001"]
    assert call.started_at == datetime(2026, 3, 10, 8, 14, 5, tzinfo=UTC)
    assert (call.agent_id, call.queue, call.direction) == ("1042", "facturas", Direction.INBOUND)
    assert (call.language, call.customer_ref, call.stated_duration_s) == ("es", "k-1", 192)
    assert dict(call.fields) == {"campaign": "p1", "hold_s": "65.0"}
    assert call.channel_roles == (Role.CUSTOMER, Role.AGENT)
    assert not intake.not_kept.ignored


def test_odd_rows(source: Path) -> None:
    """DST changes, a repeated line, a value outside its table, a missing recording."""
    intake = table(
        source,
        "1;a.wav;29/03/2026 02:30:00;1042;q;Entrante;;;;;1",  # a time that the clock skips
        "2;b.wav;25/10/2026 02:30:00;1042;q;Saliente;;;;;1",
        "2;b.wav;25/10/2026 02:30:00;1050;q;Saliente;;;;;2",  # delivered again, corrected
        "3;c.wav;10/03/2026 09:00:00;1042;q;Interna;;;;;1",
        "4;d.wav;10/03/2026 09:00:00;1042;q;Entrante;;;;;1",
    )
    call = by_id(intake)["2"]
    assert call.started_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert call.agent_id == "1050"
    assert reasons(intake) == {
        "a.wav": QuarantineReason.INVALID_METADATA,
        "c.wav": QuarantineReason.INVALID_METADATA,
        "llamadas-marzo.csv:6": QuarantineReason.MISSING_RECORDING,
    }
    details = " ".join(one.detail for one in intake.quarantined)
    assert "llamadas-marzo.csv:2" in details
    assert "Interna" not in details


def test_a_column_that_is_not_there_is_named(source: Path) -> None:
    """The file is reported once, also though it is no JSON, with the column and the mapping."""
    (source / "llamadas.csv").write_text("Id llamada,Archivo\n1,a.wav\n", encoding="utf-8")
    intake = take_in(source, {})
    (item,) = [one for one in intake.quarantined if one.item.endswith(".csv")]
    assert item.reason is QuarantineReason.INVALID_METADATA
    assert "`Inicio`" in item.detail
    assert "callqa-mapping.yaml" in item.detail


def test_json_of_any_shape(tmp_path: Path) -> None:
    """A list inside an object, nested names, numbers, times with and without a zone, epochs."""
    folder = tmp_path / "2026-03-10"  # the mapping lies above the folders of days
    folder.mkdir()
    (tmp_path / "callqa-mapping.yaml").write_text(
        "files: [log.json]\nitems: data.calls\nrecording: media.file\nlists_all_calls: true\n"
        "call_id: id\nstarted_at: begin\nagent_id: agent.login\ndirection: {value: outbound}\n"
        "restricted: secret\n",
        encoding="utf-8",
    )
    calls = [
        {"id": 7, "begin": "2026-03-10T09:00:00+02:00", "agent": {"login": "n"}, "secret": True},
        {"id": 8, "begin": "2026-07-10 09:00:00", "agent": {"login": None}},
        {"id": 9, "begin": "2026-07-10 09:00:00", "agent": {"login": "n"}, "media": {"file": ""}},
    ]
    calls[0]["media"] = {"file": "D:\\rec\\A.WAV"}
    calls[1]["media"] = {"file": "b.wav"}
    (folder / "log.json").write_text(json.dumps({"data": {"calls": calls}}), encoding="utf-8")
    for seed, name in enumerate(("a", "b")):
        recording(folder, f"{name}.wav", seed)
    intake = take_in(folder, {})
    call = by_id(intake)["7"]
    assert call.started_at == datetime(2026, 3, 10, 7, tzinfo=UTC)
    assert call.restricted
    assert call.queue == "unassigned"
    (item,) = intake.quarantined
    assert "log.json, item 2" in item.detail
    assert "agent_id" in item.detail
    assert intake.origins.not_recorded == {"callqa-mapping.yaml": 1}


def test_a_json_file_per_recording_needs_no_name_in_it(tmp_path: Path) -> None:
    """Both spellings of a file beside its recording; seconds since 1970 only where stated."""
    (tmp_path / "callqa-mapping.yaml").write_text(
        "files: '*.json'\ncall_id: uid\nstarted_at: {column: t, format: epoch_ms}\n"
        "agent_id: who\ndirection: way\n",
        encoding="utf-8",
    )
    for seed, (name, file) in enumerate((("x-1", "x-1.json"), ("y-1", "y-1.wav.json"))):
        recording(tmp_path, f"{name}.wav", seed)
        fields = {"uid": name, "t": 1773130445000, "who": "ag-1", "way": "IN_BOUND"}
        (tmp_path / file).write_text(json.dumps(fields), encoding="utf-8")
    calls = by_id(take_in(tmp_path, {}))
    assert calls.keys() == {"x-1", "y-1"}
    assert calls["x-1"].started_at == datetime(2026, 3, 10, 8, 14, 5, tzinfo=UTC)


def test_every_error_of_a_mapping_has_its_line(tmp_path: Path) -> None:
    """Unknown keys and zones, a format that is none, two origins, what is missing."""
    (tmp_path / "callqa-mapping.yaml").write_text(
        "files: '*.csv'\ncall_id: Id\n"
        "started_at:\n  column: Start\n  format: dd/mm/yyyy\n  zone: Madrid\n"
        "agentid: Agent\ndirection: {column: Type, value: inbound}\n",
        encoding="utf-8",
    )
    with pytest.raises(DataFilesError) as raised:
        take_in(tmp_path, {})
    lines = [fault.removeprefix(f"{tmp_path}/") for fault in raised.value.faults]
    told = sorted((int(line.split(":")[1]), line.split("`")[1]) for line in lines)
    assert told == [
        (1, "agent_id"),
        (5, "started_at.format"),
        (6, "started_at.zone"),
        (7, "agentid"),
        (8, "direction"),
    ], lines


@pytest.mark.parametrize("customer", ["Ana Gil", "911230001", "ana@example.com"])
def test_personal_references_are_replaced(source: Path, customer: str) -> None:
    """A column that a mapping names may hold anything, as an export's may."""
    row = f"k-1;a.wav;10/03/2026 09:14:05;1042;;Entrante;00:00:05;;;{customer};"
    intake = table(source, row).hashed(Customers(source / "home"))
    (reference,) = {call.customer_ref for call in by_id(intake).values()}
    assert reference
    assert customer not in reference


JSON_MAPPING = (
    "files: log.json\nitems: data.calls\nrecording: file\ncall_id: id\nstarted_at: begin\n"
    "agent_id: who\ndirection: way\nlanguage: tongue\n"
)


def logged(folder: Path, data: object, mapping: str = JSON_MAPPING) -> Intake:
    """What is taken of a JSON file beside a.wav."""
    (folder / "callqa-mapping.yaml").write_text(mapping, encoding="utf-8")
    (folder / "log.json").write_text(json.dumps(data), encoding="utf-8")
    recording(folder, "a.wav", 1)
    return take_in(folder, {})


CALL = {"id": "1", "file": "a.wav", "begin": "2026-03-10T09:00:00Z", "who": "n", "way": "inbound"}


@pytest.mark.parametrize("data", [{"data": {"rows": [CALL]}}, {"calls": [CALL]}, [CALL]])
def test_items_that_lead_to_no_list_are_told(tmp_path: Path, data: object) -> None:
    """Another name, another depth, the list itself; a list without calls is no error."""
    intake = logged(tmp_path, data)
    assert reasons(intake)["log.json"] is QuarantineReason.INVALID_METADATA
    assert any("`items`" in one.detail for one in intake.quarantined)
    assert intake.not_kept.text == ""  # told once
    assert "log.json" not in reasons(logged(tmp_path, {"data": {"calls": []}}))


def test_what_of_a_mapping_finds_nothing_is_told_once(tmp_path: Path) -> None:
    """A path that no call has; one that only some have is right."""
    with_language = {**CALL, "id": "2", "file": "b.wav", "tongue": "es"}
    intake = logged(tmp_path, {"data": {"calls": [CALL]}})
    assert "`tongue`" in intake.not_kept.text
    assert "`who`" not in intake.not_kept.text
    assert len(intake.ready) == 1
    intake = logged(tmp_path, {"data": {"calls": [CALL, with_language]}})
    assert intake.not_kept.text == ""


def test_a_mapping_for_no_file_is_told(tmp_path: Path) -> None:
    """The form of `files` has to be corrected."""
    other = JSON_MAPPING.replace("log.json", "logs-*.json")
    assert "`files`" in logged(tmp_path, {}, other).not_kept.text


def test_words_for_directions_are_explained_by_values(tmp_path: Path) -> None:
    """Only where the word is the trouble."""
    (item,) = logged(tmp_path, {"data": {"calls": [{**CALL, "way": "Entrante"}]}}).quarantined
    assert "`values`" in item.detail
    assert "Entrante" not in item.detail
    (item,) = logged(tmp_path, {"data": {"calls": [{**CALL, "who": None}]}}).quarantined
    assert "`values`" not in item.detail


@pytest.mark.parametrize("lists_all_calls", ["true", "false"])
def test_a_name_that_fits_two_recordings_is_told_as_that(
    tmp_path: Path, lists_all_calls: str
) -> None:
    """The recording is there, so that exporting it again would not help."""
    for folder in ("mon", "tue"):
        (tmp_path / folder).mkdir()
        recording(tmp_path / folder, "a.wav", len(list(tmp_path.iterdir())))
    (tmp_path / "callqa-mapping.yaml").write_text(
        f"{JSON_MAPPING}lists_all_calls: {lists_all_calls}\n", encoding="utf-8"
    )
    (tmp_path / "log.json").write_text(json.dumps({"data": {"calls": [CALL]}}), encoding="utf-8")
    intake = take_in(tmp_path, {})
    assert reasons(intake)["log.json, item 1"] is QuarantineReason.INVALID_METADATA
    assert any("any of several" in one.detail for one in intake.quarantined)


@pytest.mark.parametrize("data", [{"shop": 1}, [{"uuid": "x"}], "text"])
def test_json_of_nobody_names_the_mapping(tmp_path: Path, data: object) -> None:
    """Neither an export nor a sidecar: what to do with it."""
    (tmp_path / "other.json").write_text(json.dumps(data), encoding="utf-8")
    (item,) = take_in(tmp_path, {}).quarantined
    assert "callqa sources map" in item.detail


@pytest.mark.parametrize(
    ("version", "older", "newer"),
    [
        ("Exportado", "9", "10"),
        ("Exportado", "", "1"),
        ("Exportado", "2026-10-25T11:00:00+01:00", "2026-10-25T10:30:00Z"),
        ("Exportado", "2026-10-25 11:00", "2026-10-25T11:00:00-05:00"),
        ('{column: Exportado, format: "%d/%m/%Y"}', "30/09/2026", "01/11/2026"),
        ('{column: Exportado, format: "%I:%M %p"}', "11:00 AM", "02:00 PM"),
        ("{column: Exportado, format: epoch_s}", "1792926000.35", "1792926000.4"),
        ("{column: Exportado, zone: America/Bogota}", "2026-10-25T14:00Z", "2026-10-25 10:00"),
    ],
)
def test_the_newest_line_counts(source: Path, version: str, older: str, newer: str) -> None:
    """Numbers are in the order of numbers, and times in that of instants, in either order."""
    mapping = TABLE_MAPPING.replace("version: Exportado", f"version: {version}")
    (source / "callqa-mapping.yaml").write_text(mapping, encoding="utf-8")
    line = "{};10/03/2026 09:00:00;{};q;Entrante;;;;;{}"
    lines = [
        *(line.format("1;a.wav", "1042", older), line.format("1;a.wav", "1050", newer)),
        *(line.format("2;b.wav", "1050", newer), line.format("2;b.wav", "1042", older)),
    ]
    calls = by_id(table(source, *lines))
    assert [calls[call_id].agent_id for call_id in "12"] == ["1050", "1050"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("30/09/2026", "01/11/2026"), ("v9", "v10"), ("9", "2026-10-25"), ("1.9", "1.10")],
)
def test_lines_without_an_order_are_refused(source: Path, one: str, other: str) -> None:
    """Both are named with what is expected; a line that stands alone needs no order."""
    line = "{};10/03/2026 09:00:00;1042;q;Entrante;;;;;{}"
    lines = [("1;a.wav", one), ("1;a.wav", other), ("2;b.wav", one)]
    intake = table(source, *(line.format(*of) for of in lines))
    assert list(by_id(intake)) == ["2"]
    (detail,) = (item.detail for item in intake.quarantined if item.item.endswith("a.wav"))
    assert "llamadas-marzo.csv:2 and llamadas-marzo.csv:3" in detail
    assert "`format`" in detail


def test_a_version_is_a_column(source: Path) -> None:
    """One value for all lines would order nothing."""
    mapping = TABLE_MAPPING.replace("version: Exportado", 'version: {value: "1"}')
    (source / "callqa-mapping.yaml").write_text(mapping, encoding="utf-8")
    with pytest.raises(DataFilesError, match=r"callqa-mapping\.yaml:3"):
        table(source)
