"""Lists as files: rows are written as they are read, so that a long list takes no more memory than a short one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from starlette.responses import Response, StreamingResponse

from icp_voice.publish.records import as_csv
from icp_voice.publish.tables import Row

AT_ONCE = 500


def csv_file(name: str, rows: Iterable[Row]) -> Response:
    """Return rows, all of the same columns, as a CSV file to be kept; an error in the first of them is still told."""
    parts = _parts(iter(rows))
    first = next(parts, "")
    headers = {"content-disposition": f'attachment; filename="{name}.csv"'}
    return StreamingResponse(chain([first], parts), media_type="text/csv; charset=utf-8", headers=headers)


def _parts(rows: Iterator[Row]) -> Iterator[str]:
    headed = False
    while some := list(islice(rows, AT_ONCE)):
        head, _, body = as_csv(some).partition("\n")
        yield f"{body}\n" if headed else f"{head}\n{body}\n"
        headed = True
