"""A stored call as a vCon: its redacted transcript and its evaluation, for other systems.

Members: draft-ietf-vcon-vcon-core-04, and draft-ietf-vcon-cc-extension ("CC"). Of the customer it
holds only that there is one: a reference to them may be a telephone number.
"""

from __future__ import annotations

import secrets
from datetime import UTC
from typing import TYPE_CHECKING, Any
from uuid import UUID

from models.call import UNASSIGNED, Direction, Role

if TYPE_CHECKING:
    from datetime import datetime

    from models.transcript import Turn
    from qa_rules.results import CallResult, Evaluation, Finding

_VENDOR = "callqa"
_PARTIES = {Role.AGENT: 0, Role.CUSTOMER: 1}
_BOTH_SIDES = 2


def vcon_of(result: CallResult, redacted_copy: str | None, now: datetime) -> dict[str, Any]:
    """A call as JSON of a vCon in its unsigned form.

    Args:
        result: The call; its transcript is redacted.
        redacted_copy: Name of the file of its redacted copy, if there is one.
        now: When the vCon is made.
    """
    call, now = result.call, now.astimezone(UTC)
    agent = {
        "name": call.agent_name,
        "validation": "none",
        "uuid": call.agent_id,
        "type": "person",
        "dept": call.team,
        "role": Role.AGENT,
    }
    agent = {name: value for name, value in agent.items() if value != UNASSIGNED}
    return {
        "vcon": "0.4.0",
        "uuid": str(_new_uuid(now)),
        "extensions": ["CC"],
        "created_at": now.isoformat(),
        "redacted": {"type": "personal data"},
        "parties": [agent, {"role": Role.CUSTOMER, "type": "person"}],
        "dialog": [_dialog(result, redacted_copy)],
        "analysis": [_transcript(result), _report(result)],
    }


def _new_uuid(now: datetime) -> UUID:
    """A UUID of version 8 in the form of version 7: milliseconds, then chance."""
    time_ms = int(now.timestamp() * 1000) & ((1 << 48) - 1)
    chance = secrets.randbits(74)
    high, low = chance >> 62, chance & ((1 << 62) - 1)
    return UUID(int=(time_ms << 80) | (8 << 76) | (high << 64) | (0b10 << 62) | low)


def _dialog(result: CallResult, redacted_copy: str | None) -> dict[str, Any]:
    call = result.call
    dialog: dict[str, Any] = {
        "type": "recording",
        "start": call.started_at.isoformat(),
        "duration": result.recording.duration_s,
        "parties": _channels(result),
        "originator": _PARTIES[
            Role.AGENT if call.direction is Direction.OUTBOUND else Role.CUSTOMER
        ],
        "interaction_id": call.contact_id or call.call_id,
    }
    if call.queue != UNASSIGNED:
        dialog["skill"] = call.queue
    if campaign := dict(call.fields).get("campaign"):
        dialog["campaign"] = campaign
    if redacted_copy:
        dialog |= {"filename": redacted_copy, "mediatype": "audio/ogg"}
    return dialog


def _channels(result: CallResult) -> list[Any]:
    """The party of each channel; of a mono recording, and where it is not sure, both as a mix."""
    count = result.recording.channel_count
    if count == _BOTH_SIDES:
        heard: list[set[Role]] = [set() for _ in range(count)]
        for turn in result.transcript.turns:
            if turn.role in _PARTIES and turn.channel < count:
                heard[turn.channel].add(turn.role)
        roles = [found.pop() if len(found) == 1 else Role.UNKNOWN for found in heard]
        if {*roles} == {*_PARTIES}:
            return [[_PARTIES[role]] for role in roles]
        return [[*_PARTIES.values()]] * count
    return [*_PARTIES.values()]


def _transcript(result: CallResult) -> dict[str, Any]:
    transcript = result.transcript
    body = {
        "language": transcript.language,
        "duration_s": transcript.duration_s,
        "turns": [_turn(turn) for turn in transcript.turns],
    }
    return _analysis("transcript", transcript.model_pin, body)


def _turn(turn: Turn) -> dict[str, Any]:
    return {
        "party": _PARTIES.get(turn.role),
        "role": turn.role,
        "channel": turn.channel,
        "start_s": turn.start_s,
        "end_s": turn.end_s,
        "text": turn.text,
    }


def _report(result: CallResult) -> dict[str, Any]:
    body = {
        "call_id": result.call.call_id,
        "rules_sha256": result.rules_sha256,
        "evaluations": [_evaluation(one) for one in result.evaluations],
        "findings": [_finding(one) for one in result.findings],
    }
    return _analysis("report", "evaluation", body)


def _analysis(kind: str, product: str, body: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": kind,
        "dialog": 0,
        "vendor": _VENDOR,
        "product": product,
        "schema": f"callqa-{kind}-1",
        "mediatype": "application/json",
        "encoding": "json",
        "body": body,
    }


def _evaluation(one: Evaluation) -> dict[str, Any]:
    return {
        "scorecard_id": one.scorecard_id,
        "scorecard_version": one.scorecard_version,
        "score": one.score,
        "auto_fail": one.auto_fail,
        "band": one.band,
        "answers": [
            {"question": answer.question, "value": answer.value, "reason": answer.reason.english}
            for answer in one.answers
        ],
    }


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "rule_id": one.rule_id,
        "rule_version": one.rule_version,
        "outcome": one.outcome,
        "severity": one.severity,
        "flagged": one.flagged,
        "confidence": one.confidence,
        "reason": one.reason.english,
        "evidence": [
            {
                "role": evidence.role,
                "turn": evidence.turn,
                "start_s": evidence.start_s,
                "end_s": evidence.end_s,
                "quote": evidence.quote,
            }
            for evidence in one.evidence
        ],
    }
