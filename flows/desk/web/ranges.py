"""Answers to range requests (RFC 9110, section 14) on content in memory.

Redacted copies may be encrypted, so that they are no files that a framework could send.
"""

from __future__ import annotations

import re
from http import HTTPStatus

from fastapi.responses import Response

_ONE_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def part_of(content: bytes, asked: str | None, media_type: str) -> Response:
    """The content, or the one range of it that is asked for.

    Args:
        content: All of it.
        asked: The header `Range`; what is no single range of bytes is ignored, as it may be.
        media_type: Its type.
    """
    headers = {"Accept-Ranges": "bytes"}
    found = _ONE_RANGE.fullmatch(asked.strip()) if asked else None
    if found is None or not any(found.groups()):
        return Response(content, media_type=media_type, headers=headers)
    first, last = found.groups()
    size = len(content)
    start = int(first) if first else max(size - int(last), 0)
    end = min(int(last), size - 1) if first and last else size - 1
    if start > end:
        headers["Content-Range"] = f"bytes */{size}"
        return Response(status_code=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers=headers)
    headers["Content-Range"] = f"bytes {start}-{end}/{size}"
    part = content[start : end + 1]
    return Response(part, HTTPStatus.PARTIAL_CONTENT, headers, media_type)
