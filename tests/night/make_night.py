"""Render the night of calls, or check the one that is there.

`python -m tests.night.make_night --models /tmp/night-models` renders,
`python -m tests.night.make_night --check` verifies only.

Rendering needs `requirements-render.txt`; checking needs PyAV and numpy.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.night.check import check_night

if TYPE_CHECKING:
    from tests.night.dialogue import Say
    from tests.night.script import Script

HERE = Path(__file__).parent
CALLS = HERE / "calls"
TRUTH = HERE / "truth"
DUPLICATE = ("lt-0026", "lt-0019")
NO_SIDECAR = ("lt-0029", "lt-0023")
NO_ZONE = ("lt-0031", "lt-0016")


def write_json(path: Path, data: Any) -> None:
    """Write JSON; words and spans of a truth file take one line each."""
    text = json.dumps(data, indent=1, ensure_ascii=False)
    if isinstance(data, dict) and "words" in data:
        lines = []
        for key, value in data.items():
            if isinstance(value, list):
                rows = ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in value)
                lines.append(f' "{key}": [\n{rows}\n ]' if rows else f' "{key}": []')
            else:
                lines.append(f' "{key}": {json.dumps(value, ensure_ascii=False)}')
        text = "{\n" + ",\n".join(lines) + "\n}"
    path.write_text(text + "\n", encoding="utf-8")


def sidecar(script: Script, cast: dict[str, Any]) -> dict[str, Any]:
    """Metadata as the telephone system would write it beside the recording."""
    agent = cast["agents"][script.agent]
    supervisor = cast["supervisors"][agent["supervisor"]]
    left, right = ("customer", "agent") if script.audio.get("swapped") else ("agent", "customer")
    return {
        "call_id": script.call_id,
        "contact_id": f"ct-{7000 + int(script.call_id[-4:])}",
        "agent_id": script.agent,
        "agent_name": agent["name"],
        "team": supervisor["team"],
        "supervisor_id": agent["supervisor"],
        "supervisor_name": supervisor["name"],
        "queue": script.queue,
        "direction": script.direction,
        "language": script.language if script.declare_language else None,
        "started_at": script.started_at,
        "customer_ref": script.customer["ref"],
        "channel_map": {"left": left, "right": right} if script.stereo else {"mono": "mixed"},
    }


def render_call(script: Script, say: Say, stem: str, take: int = 0, kind: str = "") -> Any:
    """Write one recording; return the dialogue on the clock.

    Args:
        script: what is said.
        say: speaks one phrase for a role.
        stem: file name without suffix.
        take: another take has other line noise, so another file of equal words.
        kind: audio format, when not the script's own.
    """
    import numpy as np  # noqa: PLC0415  only needed to render

    from tests.night.codec import SUFFIX, write_audio  # noqa: PLC0415
    from tests.night.dialogue import record  # noqa: PLC0415
    from tests.night.line import to_channels  # noqa: PLC0415

    call = record(script, say)
    seed = np.random.default_rng([int(script.call_id[-4:]), take])
    channels = to_channels(call.sides(), script.audio, seed)
    kind = kind or script.audio["format"]
    write_audio(CALLS / f"{stem}{SUFFIX[kind]}", channels, kind)
    return call


def write_call(script: Script, say: Say, cast: dict[str, Any]) -> None:
    """Write recording, sidecar and truth of one call."""
    call = render_call(script, say, script.call_id)
    meta = sidecar(script, cast)
    if script.language == "es" and not script.declare_language:
        del meta["language"]  # one undeclared language is null, one is absent
    write_json(CALLS / f"{script.call_id}.json", meta)
    truth = {
        "call_id": script.call_id,
        "language": script.language,
        "duration_s": call.duration_s,
        "channels": 2 if script.stereo else 1,
        "words": call.words,
        "pii": call.pii,
        "rules": script.rules,
        "events": call.events,
    }
    write_json(TRUTH / f"{script.call_id}.json", truth)


def later(meta: dict[str, Any], call_id: str, minutes: int) -> dict[str, Any]:
    """Another call's metadata: same people, other ids, some minutes later."""
    started = datetime.fromisoformat(meta["started_at"]) + timedelta(minutes=minutes)
    number = int(call_id[-4:])
    return {
        **meta,
        "call_id": call_id,
        "contact_id": f"ct-{7000 + number}",
        "customer_ref": f"cu-{20010 + number}",
        "started_at": started.isoformat(),
    }


def write_bad_items(scripts: dict[str, Script], says: dict[str, Say], cast: dict[str, Any]) -> None:
    """Add what goes wrong in a real drop folder, one item per reason."""
    import numpy as np  # noqa: PLC0415

    model = sidecar(scripts["lt-0010"], cast)
    copy, original = DUPLICATE
    source = next(p for p in CALLS.glob(f"{original}.*") if p.suffix != ".json")
    shutil.copyfile(source, CALLS / f"{copy}{source.suffix}")
    write_json(CALLS / f"{copy}.json", later(sidecar(scripts[original], cast), copy, 0))
    noise = np.random.default_rng(27).integers(0, 256, 20_000, dtype=np.uint8).tobytes()
    (CALLS / "lt-0027.wav").write_bytes(noise)
    write_json(CALLS / "lt-0027.json", later(model, "lt-0027", 8))
    (CALLS / "lt-0028.wav").write_bytes(b"")
    write_json(CALLS / "lt-0028.json", later(model, "lt-0028", 11))
    stem, words_from = NO_SIDECAR
    render_call(scripts[words_from], says[words_from], stem, take=1, kind="opus")
    write_json(CALLS / "lt-0030.json", later(model, "lt-0030", 16))
    stem, words_from = NO_ZONE
    render_call(scripts[words_from], says[words_from], stem, take=1, kind="opus")
    broken = later(sidecar(scripts[words_from], cast), stem, 25)
    write_json(CALLS / f"{stem}.json", {**broken, "started_at": "2026-03-10 22:06:30"})


def write_list(scripts: dict[str, Script]) -> None:
    """Write `truth/night.json`: every item with its expected end."""
    reasons = {
        DUPLICATE[0]: "duplicate",
        "lt-0027": "corrupt_audio",
        "lt-0028": "empty_file",
        NO_SIDECAR[0]: "missing_metadata",
        "lt-0030": "missing_recording",
        NO_ZONE[0]: "invalid_metadata",
    }
    items: list[dict[str, Any]] = []
    for stem in sorted({path.stem for path in CALLS.iterdir()}):
        item: dict[str, Any] = {
            "item": stem,
            "files": sorted(path.name for path in CALLS.glob(f"{stem}.*")),
            "status": "quarantined" if stem in reasons else "evaluated",
            "reason": reasons.get(stem),
            "shows": scripts[stem].shows if stem in scripts else None,
        }
        if stem == DUPLICATE[0]:
            item["duplicate_of"] = DUPLICATE[1]
        items.append(item)
    write_json(TRUTH / "night.json", items)


def render_night(models: Path, cache: Path, only: set[str]) -> None:
    """Render all calls (or `only` some of them) and, when complete, the bad items."""
    from ruamel.yaml import YAML  # noqa: PLC0415  only needed to render

    from tests.night.script import load_scripts  # noqa: PLC0415
    from tests.night.voices import Speaker, Voice  # noqa: PLC0415

    cast = YAML(typ="safe").load(HERE / "cast.yaml")
    voices = {name: Voice(**spec) for name, spec in cast["voices"].items()}
    speaker = Speaker(models, cache)
    scripts = {script.call_id: script for script in load_scripts(HERE / "scripts")}

    def say_for(script: Script) -> Say:
        by_role = {
            "agent": voices[cast["agents"][script.agent]["voice"]],
            "customer": voices[script.customer["voice"]],
        }
        return lambda text, role: speaker.say(text, by_role[role])

    says = {call_id: say_for(script) for call_id, script in scripts.items()}
    CALLS.mkdir(exist_ok=True)
    TRUTH.mkdir(exist_ok=True)
    for call_id, script in scripts.items():
        if not only or call_id in only:
            write_call(script, says[call_id], cast)
    if not only:
        write_bad_items(scripts, says, cast)
    write_list(scripts)


def main() -> int:
    """Render or check; 0 when the night is right."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="verify, render nothing")
    parser.add_argument("--models", type=Path, default=Path("/tmp/night-models"))  # noqa: S108
    parser.add_argument("--cache", type=Path, default=Path("/tmp/night-cache"))  # noqa: S108
    parser.add_argument("--only", nargs="*", default=[], help="call ids; no bad items")
    options = parser.parse_args()
    if not options.check:
        render_night(options.models, options.cache, set(options.only))
    faults = check_night(HERE)
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
