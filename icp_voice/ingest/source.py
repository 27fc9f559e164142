"""One file as bytes, and the text they mean: byte order marks, encodings, line ends, and what is no text at all."""

from __future__ import annotations

import codecs
import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TypeVar, cast

from icp_voice.errors import UnreadableFile
from icp_voice.limits import Limits

T = TypeVar("T")

_MAGIC = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"PK\x03\x04": "a zip archive",
    b"\x1f\x8b": "a gzip archive",
    b"\xd0\xcf\x11\xe0": "an old Office file",
    b"RIFF": "a recording",
    b"ID3": "a recording",
    b"SQLite format 3": "a database",
    b"\x7fELF": "a program",
}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_HIRAGANA = re.compile("[\u3041-\u3096]")
_WESTERN = frozenset("áàâäãåæçéèêëíìîïñóòôöõøœúùûüýÿßÁÀÂÄÃÅÆÇÉÈÊËÍÌÎÏÑÓÒÔÖÕØŒÚÙÛÜÝ‘’“”„‚«»–—…•·€£§°©®™¿¡´½¼×\xa0\xad")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file as bytes. `file` is the name that documents carry; `data` its content.

    `mapping` names the columns of a table: {"text": "Comment", "account": "Company"}.
    """

    file: str
    data: bytes
    mapping: Mapping[str, str] = field(default_factory=dict, hash=False)
    limits: Limits = field(default_factory=Limits)
    _cache: dict[str, object] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, name: str, make: Callable[[], T]) -> T:
        """Return what `make` makes of this file, made once."""
        if name not in self._cache:
            self._cache[name] = make()
        return cast(T, self._cache[name])

    @property
    def suffix(self) -> str:
        """The end of the name, such as `.vtt`, in small letters."""
        return PurePosixPath(self.file.replace("\\", "/")).suffix.lower()

    @property
    def text(self) -> str:
        r"""The text with newlines as `\n` and without a byte order mark; UnreadableFile when it is none."""
        return self.once("text", lambda: _LINE_ENDS.sub("\n", decode(self.data)))

    @property
    def legible(self) -> str:
        """The text, or an empty string when it is none: for those who only want to look at it."""
        if "legible" not in self._cache:
            try:
                self._cache["legible"] = self.text
            except UnreadableFile:
                self._cache["legible"] = ""
        return str(self._cache["legible"])

    @property
    def json(self) -> object:
        """What the text says as JSON; UnreadableFile with the place where it breaks."""
        return self.once("json", lambda: read_json(self.text))

    @property
    def values(self) -> tuple[list[object], int]:
        """What the text says as JSON, as a whole or line by line, and how many lines are broken; else nothing."""
        return self.once("values", lambda: _json_values(self.legible))


def _json_values(text: str) -> tuple[list[object], int]:
    if text.lstrip()[:1] not in ("{", "["):
        return [], 0
    try:
        return [read_json(text)], 0
    except UnreadableFile:
        pass
    values: list[object] = []
    broken = 0
    for line in filter(str.strip, text.split("\n")):
        try:
            values.append(read_json(line))
        except UnreadableFile:
            broken += 1
            if broken > 20 and not values:  # it is no list of lines but one value that breaks
                return [], 0
    return (values, broken) if values and isinstance(values[0], dict | list) else ([], 0)


def read_json(text: str) -> object:
    """Read one JSON value; UnreadableFile tells where it breaks."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise UnreadableFile(
            f"the JSON breaks at line {error.lineno} column {error.colno}: {error.msg.lower()}",
            hint="Was the file cut off? Export it again.",
        ) from None
    except RecursionError:
        raise UnreadableFile("the JSON is nested too deep to be read") from None
    except ValueError as error:
        # Python refuses to read integers of thousands of digits.
        raise UnreadableFile(f"the JSON cannot be read: {error}") from None


def decode(data: bytes) -> str:
    """Turn bytes into text; UnreadableFile says what they are when they are no text."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _plausible(data.decode(encoding, errors="replace").removeprefix("\ufeff"))
    for magic, what in _MAGIC.items():
        if data.startswith(magic):
            raise UnreadableFile(f"it is {what}, not text")
    if b"\0" in data[:65536]:
        return _plausible(_utf16(data))
    try:
        return _plausible(data.decode("utf-8"))
    except UnicodeDecodeError:
        return _plausible(_other(data))


def _plausible(text: str) -> str:
    sample = text[:65536]
    if len(_CONTROLS.findall(sample)) > len(sample) / 50 or sample.count("\ufffd") > len(sample) / 20:
        raise UnreadableFile("it is binary, not text")
    return text


def _utf16(data: bytes) -> str:
    """Text in UTF-16 without a mark: of the two byte orders, the one that reads as words."""
    even, odd = data[0:65536:2].count(0), data[1:65536:2].count(0)
    for encoding in ("utf-16-le", "utf-16-be") if odd >= even else ("utf-16-be", "utf-16-le"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        sample = text[:4096]
        wordlike = sum(unicodedata.category(letter)[0] in "LNPZS" or letter in "\r\n\t" for letter in sample)
        if wordlike >= 0.98 * len(sample) and ("\n" in text or " " in text):
            return text
    raise UnreadableFile("it is binary, not text")


def _other(data: bytes) -> str:
    """Text in an older encoding. Western and Japanese text is told first: short samples mislead the guesser."""
    try:
        western = data.decode("cp1252")
    except UnicodeDecodeError:
        western = ""
    high = [letter for letter in western if letter > "\x7f"]
    letters = sum(letter.isalpha() for letter in western)
    if western and _WESTERN.issuperset(high) and sum(map(str.isalpha, high)) <= letters / 4:
        return western
    for encoding in ("shift_jis", "euc_jp"):
        japanese = data[:65536].decode(encoding, errors="ignore")
        if len(_HIRAGANA.findall(japanese)) > len(japanese) / 10:
            return data.decode(encoding, errors="replace")
    from charset_normalizer import from_bytes

    best = from_bytes(data[:262144]).best()
    for encoding in (best.encoding if best else "cp1252", "cp1252"):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("latin-1")
