"""What programs may send: numbers, names and texts within limits, and views as query parameters or as JSON."""

from __future__ import annotations

import re
from typing import Annotated, Final

from fastapi import Depends, Path, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from icp_voice.errors import IcpVoiceError
from icp_voice.model import Kind, View

MOST: Final = 200
_UNSHOWN: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def _plain(text: str) -> str:
    """Refuse what can be neither shown nor kept: control characters and halves of characters."""
    if _UNSHOWN.search(text):
        raise ValueError("It holds control characters.")
    return text


Words = Annotated[str, AfterValidator(_plain)]
Name = Annotated[Words, Field(max_length=200)]
Given = Annotated[Words, Field(min_length=1, max_length=200)]
Question = Annotated[Words, Field(min_length=1, max_length=1_000)]
Long = Annotated[Words, Field(max_length=20_000)]
Day = Annotated[str, Field(pattern=r"^([0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?)?$", examples=["2026-05-12"])]
Whole = Annotated[int, Field(ge=0, le=2_000_000_000)]
Score = Annotated[float, Field(ge=0, le=1)]
Id = Annotated[Words, Field(min_length=1, max_length=200, examples=["00e2f667ae6e"])]
Ids = Annotated[list[Id], Field(min_length=1, max_length=500)]

Cursor = Annotated[
    Words, Query(max_length=2_000, description="`next` or `previous` of another page; empty: the first.")
]
Start = Annotated[Whole, Query(description="The number to start at, from 0.")]
Most = Annotated[int, Query(ge=1, le=MOST, description="How many at most.")]
Search = Annotated[Name, Query(description="Words to look for.")]
Number = Annotated[Whole, Path(description="Its number.")]
Identity = Annotated[Id, Path(description="Its id.")]
Called = Annotated[Id, Path(description="Its id or name.")]
CategoryName = Annotated[str, Path(pattern="^[a-z][a-z0-9_]{0,63}$", examples=["pain_point"])]


class Sent(BaseModel):
    """A body; what it does not know is refused, so that a misspelt key does nothing."""

    model_config = ConfigDict(extra="forbid")


class Filter(Sent):
    """Which passages are meant: those for which everything that is given holds."""

    account_tag: Annotated[Name, Field(description="A tag of accounts, such as ICP.")] = ""
    account: Annotated[Name, Field(description="An account by id, name or domain.")] = ""
    category: Annotated[Name, Field(description="A category of the codebook.")] = ""
    kind: Annotated[Kind | str, Field(max_length=20, description="A kind of document: call, ticket, ...")] = ""
    theme: Annotated[Name, Field(description="A theme by id or name.")] = ""
    since: Annotated[Day, Field(description="The first day, month or year.")] = ""
    until: Annotated[Day, Field(description="The last one.")] = ""
    source: Annotated[Name, Field(description='A connected source, or "files".')] = ""
    role: Annotated[Name, Field(description="The job of who says it.")] = ""
    speaker: Annotated[Name, Field(description="Who says it, by name.")] = ""
    document: Annotated[Name, Field(description="A document by id.")] = ""
    words: Annotated[Name, Field(description="Words that all stand in a passage, in any order and form.")] = ""


class ViewSent(Filter):
    """A view as a body: a filter, attributes of accounts, and a question if one is asked."""

    attributes: Annotated[dict[Name, Name], Field(max_length=20, examples=[{"industry": "Retail"}])] = {}
    question: Annotated[Name, Field(description="What is asked of it.")] = ""

    def view(self, name: str = "") -> View:
        """Return it as the engine says it."""
        return View(**(self.model_dump() | {"name": name, "kind": str(self.kind)}))


class ViewAsked(Filter):
    """A view as query parameters."""

    model_config = ConfigDict(extra="ignore")
    attribute: Annotated[
        list[Name], Field(max_length=20, description="An attribute of the account: industry=Retail; repeat for more.")
    ] = []
    uncoded: Annotated[bool, Field(description="Also passages to which no category holds.")] = False

    def view(self) -> View:
        """Return it as the engine says it."""
        pairs = [one.partition("=") for one in self.attribute]
        for name, sign, _ in pairs:
            if not (name and sign):
                raise IcpVoiceError("An attribute is written as name=value.", hint="Such as industry=Retail.")
        given = self.model_dump(exclude={"attribute", "uncoded"}) | {"kind": str(self.kind)}
        return View(**given, attributes={name: value for name, _, value in pairs}, coded=not self.uncoded)


def _asked_view(asked: Annotated[ViewAsked, Query()]) -> View:
    return asked.view()


AskedView = Annotated[View, Depends(_asked_view)]
