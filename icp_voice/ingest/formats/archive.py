"""A ZIP archive: a Slack export, or any files of words; each member is read as if it were added by itself."""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final

from icp_voice.errors import UnreadableFile
from icp_voice.ingest.files import is_secret, shown
from icp_voice.ingest.source import Source
from icp_voice.ingest.vendors import slack_export
from icp_voice.ingest.vendors.collected import told
from icp_voice.ingest.vendors.parts import Left
from icp_voice.ingest.zips import Budget, check_zip
from icp_voice.model import Document

NAME = "ZIP archive"

_BUDGET: Final = Budget(is_xml=lambda name: False, office=False)
_OFFICE: Final = ("word/document", "xl/workbook", "ppt/presentation")
_IGNORED: Final = frozenset(("thumbs.db", "desktop.ini"))
_MOST_TOLD: Final = 20


def matches(source: Source) -> float:
    """Certain for a zip archive that is no Office file."""
    if not source.data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return 0.0
    try:
        with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return 0.4 if source.suffix == ".zip" else 0.0
    return 0.0 if any(name.startswith(_OFFICE) for name in names) else 0.9


def parse(source: Source) -> list[Document]:
    """Return the documents of all members; a member that cannot be read is told of and costs nothing else."""
    check_zip(source.data, _BUDGET, source.limits, what="the archive")
    members = _members(source.data)
    if not members:
        raise UnreadableFile("the archive is empty")
    inside = _without_common_folder(members)
    if slack_export.is_export(inside):
        left = Left()
        return told(slack_export.documents(inside, file=source.file, left=left), left)
    return _documents(source, members)


def _members(data: bytes) -> dict[str, bytes]:
    """Return the files in an archive by name, those of operating systems left out; names lead nowhere."""
    found: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in sorted(archive.infolist(), key=lambda one: one.filename):
                name = _safe(member.filename)
                if member.is_dir() or not name:
                    continue
                # What a member claims to hold was weighed, and no more than that is unpacked.
                with archive.open(member) as part:
                    found[name] = part.read(member.file_size)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, RuntimeError) as error:
        raise UnreadableFile(f"the archive is damaged: {error}") from None
    return found


def _safe(name: str) -> str:
    parts = [part for part in PurePosixPath(name.replace("\\", "/")).parts if part not in ("/", "..", ".")]
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    return "" if hidden or not parts or parts[-1].lower() in _IGNORED else shown("/".join(parts))


def _without_common_folder(members: dict[str, bytes]) -> dict[str, bytes]:
    """Take off the one folder into which some programs pack everything."""
    tops = {name.partition("/")[0] for name in members}
    if len(tops) != 1 or not all("/" in name for name in members):
        return members
    return {name.partition("/")[2]: data for name, data in members.items()}


def _documents(source: Source, members: dict[str, bytes]) -> list[Document]:
    from icp_voice.ingest import formats

    found: list[Document] = []
    refused: list[str] = []
    for name, data in members.items():
        inner = Source(file=f"{source.file}/{name}", data=data, mapping=source.mapping, limits=source.limits)
        try:
            if is_secret(PurePosixPath(name).name):
                raise UnreadableFile("it holds secrets")
            if matches(inner):
                raise UnreadableFile("an archive in an archive")
            found += formats.parse(inner)
        except UnreadableFile as error:
            refused.append(f"{name} left out: {error.message}")
        except MemoryError:  # who asked for the file knows what to do
            raise
        # Whatever a member of an unforeseen shape raises is that member's line; the others are read.
        except Exception as error:
            refused.append(f"{name} left out: could not be read ({type(error).__name__})")
    if not found:
        more = f" and {len(refused) - 1} more" if len(refused) > 1 else ""
        raise UnreadableFile(f"nothing in the archive could be read: {refused[0]}{more}")
    if len(refused) > _MOST_TOLD:
        refused[_MOST_TOLD:] = [f"{len(refused) - _MOST_TOLD} more files left out"]
    return [replace(found[0], warnings=(*found[0].warnings, *refused)), *found[1:]]
