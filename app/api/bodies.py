"""What a client sends and wants back: JSON in, JSON out, read only after the route's policy let somebody in."""

from typing import Any, Generic, TypeVar

from fastapi import Depends, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

LARGEST_BODY = 8 * 1024 * 1024
"""Bytes. The longest letter fits: half a million characters, and 200 questions."""

JSON = "application/json"
Shape = TypeVar("Shape", bound=BaseModel)


class Body(Generic[Shape]):
    """A dependency that reads the body as JSON of one shape. With `optional` it may be left out.

    Put it after the policy: FastAPI's own bodies are read before anybody asks who sends them.
    """

    def __init__(self, shape: type[Shape], *, optional: bool = False) -> None:
        self.shape = shape
        self.optional = optional

    async def __call__(self, request: Request) -> Shape:
        """The body. Raises HTTPException 413 or 415, RequestValidationError with everything that is wrong."""
        kind = request.headers.get("content-type")
        if not _is_json(kind or "") and not (kind is None and self.optional):
            raise HTTPException(415, headers={"Accept": JSON})
        text = await _read(request)
        if not text and self.optional:
            text = b"{}"
        try:
            return self.shape.model_validate_json(text)
        except ValidationError as error:
            wrong = error.errors(include_url=False, include_input=False)
            raise RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in wrong]) from None


def body(shape: type[BaseModel], *, optional: bool = False) -> Any:
    """`new: Annotated[NewLetter, body(NewLetter)]`."""
    return Depends(Body(shape, optional=optional))


def _is_json(content_type: str) -> bool:
    kind, _, parameters = content_type.lower().partition(";")
    charset = parameters.replace('"', "").strip()
    return kind.strip() == JSON and charset in {"", "charset=utf-8"}


async def _read(request: Request) -> bytes:
    length = request.headers.get("content-length", "0")
    if length.isdecimal() and int(length) > LARGEST_BODY:
        raise HTTPException(413)
    text = bytearray()
    async for chunk in request.stream():
        text += chunk
        if len(text) > LARGEST_BODY:
            raise HTTPException(413)
    return bytes(text)


def _acceptable(request: Request) -> None:
    ranges = ",".join(request.headers.getlist("accept"))
    if ranges.strip() and not any(_takes_json(one) for one in ranges.split(",")):
        raise HTTPException(406)


def _takes_json(media_range: str) -> bool:
    kind, *parameters = (part.strip().lower() for part in media_range.split(";"))
    refused = any(part.replace(" ", "") in {"q=0", "q=0.0", "q=0.00", "q=0.000"} for part in parameters)
    return kind in {JSON, "application/*", "*/*"} and not refused


ACCEPTABLE: Any = Depends(_acceptable)
"""For a router: refuse (406) whoever takes no JSON."""
