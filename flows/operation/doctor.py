"""Checks of everything that a run needs."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from flows.errors import FlowsError
from flows.governance.access import open_to_others
from flows.one_recording.single_recording import nobodys_call
from flows.operation.disk_encryption import is_on_encrypted_disk
from flows.settings.centre import CHECKOUT, best_worker_count
from flows.settings.delivery import DeliverySettings
from flows.settings.places import copied_url
from flows.settings.process import AccessSettings
from flows.sources.centre.roster import read_roster
from flows.sources.children import give_up_network, memory_of_machine
from flows.sources.day_folder import day_before, folder_of
from flows.stores.opening import open_store
from flows.workers.listener import listener_of, listening_options, speaker_weights, speech_weights
from models.audio.decoding import probe
from models.catalog import PERSON_WEIGHTS, catalog, resolve
from models.errors import ModelsError
from models.language.pack import load_given_names
from models.language.pipelines import spacy_pipeline
from models.speech.whisper import COMPUTE_TYPES
from qa_rules.errors import RulesError
from qa_rules.rule_files.rulebook import load_rulebook
from warehouse.errors import WarehouseError
from warehouse.files import nearest_existing
from warehouse.lake.encryption import keys
from warehouse.lake.lake import Lake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flows.settings.centre import Settings
    from models.catalog import Weights

SAMPLE_CALL = CHECKOUT / "tests" / "night" / "calls" / "lt-0010.wav"
LEAST_FREE_GB = 1.0  # lake, warehouse snapshots and redacted copies of some hundred hours

_GB = 1e9


class State(StrEnum):
    """The result of a check."""

    OK = "ok"
    NOTE = "note"  # the run will work, but the operator should know
    ERROR = "error"  # the run would fail


@dataclass(frozen=True, slots=True)
class Check:
    """One check and its finding, as text for the operator."""

    title: str
    state: State
    found: str


class _Note(Exception):  # noqa: N818  # carries a message, is not an error
    """Ends a check with a note instead of an error."""


def examine(settings: Settings) -> Iterator[Check]:
    """Run the checks one after the other; the last one measures speed for some seconds."""
    checks: dict[str, Callable[[Settings], str]] = {
        "speech model": lambda settings: _proven(speech_weights(settings)),
        "speaker model": lambda settings: _proven(speaker_weights(settings)),
        "names": _names,
        "rules": _rules,
        "source": _source,
        "roster": _roster,
        "home": _home,
        "access": _access,
        "encryption": _encryption,
        "lake": _lake,
        "delivery": _delivery,
        "workers": _workers,
        "decoders": _decoders,
        "speed": _speed,
    }
    for title, look in checks.items():
        try:
            yield Check(title, State.OK, look(settings))
        except _Note as note:
            yield Check(title, State.NOTE, str(note))
        except (FlowsError, ModelsError, RulesError, WarehouseError) as error:
            yield Check(title, State.ERROR, str(error))


def _proven(weights: Weights) -> str:
    """Read every byte, as a run does, so that checksums are verified."""
    size = sum(len(content) for content in weights.read().values())
    entry = catalog().get(weights.name)
    licence = entry.licence if entry else "licence unknown"
    place = next(iter(weights.files.values()))[0].parent
    checksum = (
        "checksum verified" if entry else "not in the catalog, so the checksum is not verified"
    )
    return (
        f"{weights.pin} from {weights.found_in} {place}, {size / 1e6:.0f} MB, {licence}; {checksum}"
    )


def _names(settings: Settings) -> str:
    """The models and name lists that detect people's names, per language; verifies every file."""
    languages = load_rulebook(settings.rules).centre.languages
    found = [_proven(resolve(PERSON_WEIGHTS))]
    for code in languages:
        pipeline = spacy_pipeline(code)
        if pipeline:
            pipeline.verify()
            found.append(f"{code}: {pipeline.pin}, {pipeline.licence}")
        else:
            given = load_given_names(code)
            found.append(f"{code}: a list of {len(given.names | given.words)} given names")
    return "; ".join(found)


def _rules(settings: Settings) -> str:
    rulebook = load_rulebook(settings.rules)
    return f"valid, {rulebook.sha256[:12]}, in {settings.rules}"


def _source(settings: Settings) -> str:
    source = folder_of(settings.source, day_before(datetime.now(UTC), settings.time_zone))
    if url := copied_url(source):
        count = len(open_store(url).files())
        if not count:
            raise _Note(f"{url}: nothing is there; set CALLQA_SOURCE, or pass a URL to run")
        return f"{url}, {count} files"
    if not source.is_dir():
        raise _Note(f"folder {source} does not exist; set CALLQA_SOURCE, or pass a folder to run")
    if not os.access(source, os.R_OK | os.X_OK):
        raise FlowsError(f"{source} is not readable; check its permissions")
    return str(source)


def _roster(settings: Settings) -> str:
    if settings.roster is None:
        return "none: teams and supervisors are those of the metadata (CALLQA_ROSTER)"
    entries = read_roster(settings.roster, settings.only_limits())
    agents = {entry.agent_id for entry in entries}
    return f"{len(agents)} agents in {len(entries)} lines of {settings.roster}"


def _home(settings: Settings) -> str:
    place = nearest_existing(settings.home)
    if not os.access(place, os.W_OK | os.X_OK):
        raise FlowsError(f"{place} is not writable; check its permissions")
    free_gb = shutil.disk_usage(place).free / _GB
    if free_gb < LEAST_FREE_GB:
        raise FlowsError(
            f"{settings.home}: {free_gb:.1f} GB free; expected {LEAST_FREE_GB} or more"
        )
    return f"{settings.home}, {free_gb:.0f} GB free"


def _access(settings: Settings) -> str:
    access = AccessSettings.read()
    found = open_to_others(settings.home, access.group_id)
    who = f"its owner and the group {access.group}" if access.group else "its owner"
    if found:
        raise _Note(
            f"{len(found)} files and folders of {settings.home} can be read by others than {who},"
            f" such as {found[-1]}; the next run closes those of its user"
        )
    return f"{settings.home} can be read by {who} alone"


def _encryption(settings: Settings) -> str:
    """What protects the home folder if its disk gets into other hands."""
    found = keys()
    tables = f"lake, audio, snapshots by key {found[0].key_id}" if found else "nothing by callqa"
    disk = is_on_encrypted_disk(nearest_existing(settings.home))
    if disk is None:
        return f"{tables}; whether the disk is encrypted cannot be seen from here"
    if not disk:
        what = "pages and lists" if found else "recordings' copies, transcripts and pages"
        raise _Note(
            f"{tables}; Linux does not encrypt this disk: without a provider who does, {what} can"
            " be read on it"
        )
    return f"{tables}; the disk is encrypted"


def _lake(settings: Settings) -> str:
    lake = Lake(settings.lake, settings.time_zone)
    return f"{len(lake.identities())} evaluated calls, time zone {lake.time_zone}"


def _delivery(_: Settings) -> str:
    found = DeliverySettings.read()
    channels = {
        "mail": found.mail.host,
        "webhook": found.webhook.url,
        "drop folder": found.drop_folder,
    }
    chosen = [way for way, is_set in channels.items() if is_set]
    return f"lists are sent by {', '.join(chosen)}" if chosen else "lists stay in the home folder"


def _workers(settings: Settings) -> str:
    cores = len(os.sched_getaffinity(0))
    options = listening_options(settings)
    found = (
        f"{settings.workers} with {options.threads} thread each on {cores} cores,"
        f" {options.device}, {COMPUTE_TYPES[options.device]}"
    )
    best = best_worker_count(settings.device)
    if settings.workers != best:
        raise _Note(f"{found}; {best} would be faster: set CALLQA_WORKERS={best}")
    return found


def _decoders(_: Settings) -> str:
    """Whether what opens recordings can be cut off; tried in a process of its own."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        is_cut_off = pool.submit(give_up_network).result()
    found = f"at most {memory_of_machine() / _GB:.1f} GB of memory each, no core dumps"
    if not is_cut_off:
        raise _Note(f"{found}; this kernel does not cut them off from the network, a firewall can")
    return f"{found}, no network"


def _speed(settings: Settings) -> str:
    if not SAMPLE_CALL.is_file():
        raise _Note("not measured: the bundled call is not in this checkout")
    recording = probe(SAMPLE_CALL)
    listener = listener_of(settings)()
    begun_s, begun_cpu_s = time.perf_counter(), time.process_time()
    listener.listen(nobodys_call(SAMPLE_CALL, None, "en"), recording)
    wall_s, cpu_s = time.perf_counter() - begun_s, time.process_time() - begun_cpu_s
    used = min(settings.workers, len(os.sched_getaffinity(0)))
    return (
        f"about {used * recording.duration_s / wall_s:.0f} hours of calls per hour: one worker"
        f" transcribed a bundled stereo call of {recording.duration_s:.0f} s in {wall_s:.1f} s"
        f" ({cpu_s:.1f} s of processor time), times {used}; calls with more speech, and other"
        " programs running, take longer"
    )
