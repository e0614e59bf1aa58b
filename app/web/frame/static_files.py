"""The files of the style, sent compressed: style sheets and scripts are a third of their size then.

Only these: what a page holds together with something typed by a stranger could be guessed from its compressed size.
"""

import gzip
import os
from functools import lru_cache
from pathlib import PurePath

from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

TEXTS = frozenset({".css", ".js", ".svg"})


class CompressedFiles(StaticFiles):
    """The files of a folder. Each is compressed once, and again when it has changed."""

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """The file, or that it is the same; compressed where it is text and the reader takes that."""
        plain = super().file_response(full_path, stat_result, scope, status_code)
        if PurePath(full_path).suffix not in TEXTS:
            return plain
        plain.headers.add_vary_header("Accept-Encoding")
        asked = Headers(scope=scope)
        # A part of a file is a part of it as it stands on the disk.
        if not isinstance(plain, FileResponse) or "range" in asked or not _takes_gzip(asked):
            return plain
        headers = {name: plain.headers[name] for name in ("last-modified", "vary", "content-type")}
        # Weak: the file is the same, its bytes on the line are not.
        headers |= {"content-encoding": "gzip", "etag": f"W/{plain.headers['etag']}"}
        return Response(_compressed(str(full_path), stat_result.st_mtime_ns), status_code, headers)


def _takes_gzip(asked: Headers) -> bool:
    for offer in asked.get("accept-encoding", "").lower().split(","):
        coding, _, weight = offer.partition(";")
        if coding.strip() == "gzip":
            return weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


@lru_cache(maxsize=128)
def _compressed(path: str, _changed_at: int) -> bytes:
    with open(path, "rb") as file:  # noqa: PTH123  # the path comes from Starlette, which looked it up in the folder
        return gzip.compress(file.read(), mtime=0)
