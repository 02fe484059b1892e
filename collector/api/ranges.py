"""Parts of files over HTTP: `Range` requests (RFC 9110, section 14)."""

from __future__ import annotations

import re
from http import HTTPStatus

from fastapi.responses import Response, StreamingResponse
from starlette.exceptions import HTTPException

from collector.api.library import pieces
from collector.dataset import Dataset
from collector.dataset.reader import Place

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def parse(header: str | None, size: int) -> tuple[int, int] | None:
    """(start, stop) of the bytes that are asked for, None for all of them.

    Several ranges at once, and other units, are answered with everything, as the standard allows.

    Raises:
        HTTPException: 416, the range lies outside.
    """
    match = _RANGE.fullmatch(header.strip()) if header else None
    if match is None or not any(match.groups()):
        return None
    first, last = match.groups()
    if first:
        start, stop = int(first), min(int(last) + 1, size) if last else size
    else:
        start, stop = max(0, size - int(last)), size
    if start >= stop:
        raise HTTPException(
            HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
            f"the file has {size} bytes; {header} lies outside",
            {"Content-Range": f"bytes */{size}"},
        )
    return start, stop


def send(dataset: Dataset, place: Place, header: str | None, media_type: str, filename: str) -> Response:
    """A member of an episode, or the part of it that was asked for."""
    part = parse(header, place.bytes)
    start, stop = part or (0, place.bytes)
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Length": str(stop - start),
        "Content-Disposition": f'inline; filename="{filename}"',
        "ETag": f'"{place.sha256}"',
        "Cache-Control": "private, max-age=86400, immutable",
    }
    if part:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{place.bytes}"
    return StreamingResponse(
        pieces(dataset, place, start, stop),
        status_code=HTTPStatus.PARTIAL_CONTENT if part else HTTPStatus.OK,
        media_type=media_type,
        headers=headers,
    )
