"""What somebody typed: read from the body, up to a limit, only where the form came from one of our own pages."""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from fastapi import Depends, HTTPException, Request
from python_multipart.exceptions import FormParserError
from starlette.datastructures import FormData, Headers, UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser

from app.domain.errors import Invalid, NotAllowed, mark
from app.web.frame import sessions

FIELDS_AT_MOST = 5000
FILES_AT_MOST = 20
FIELD_BYTES = 1024 * 1024
SEAL_DIGITS = 64
_SHORT = 12
_PERSON = re.compile(r"[0-9a-f]{1,14}")
_WHOLE = re.compile(r"[0-9]{1,15}")
# Control characters and lone halves of a pair: PostgreSQL refuses the one, UTF-8 the other.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_LINE_ENDS = str.maketrans("\r\v\f", "\n\n\n")


class Posted:
    """A form as it was sent. Text comes trimmed, with plain line ends, and in one spelling of accents (NFC)."""

    def __init__(self, form: FormData | None = None) -> None:
        self._form = form or FormData()

    def text(self, name: str, default: str = "") -> str:
        """One field; `default` where it is absent."""
        values = self.texts(name)
        return values[0] if values else default

    def texts(self, name: str) -> list[str]:
        """All fields of a name, in order."""
        return [_clean(value) for value in self._form.getlist(name) if isinstance(value, str)]

    def flag(self, name: str) -> bool:
        """Whether a box was ticked."""
        return bool(self.text(name))

    def number(self, name: str) -> int | None:
        """A whole number of at most 15 digits; None where there is none. Raises Invalid (`bad-number`)."""
        text = self.text(name)
        if not text:
            return None
        if not _WHOLE.fullmatch(text):
            raise Invalid("bad-number", mark("Vul hier een getal in, bijvoorbeeld 3."), field=name)
        return int(text)

    def numbers(self, name: str) -> list[int]:
        """All whole numbers of a name, in order; what is no number is left out."""
        return [int(text) for text in self.texts(name) if _WHOLE.fullmatch(text)]

    def files(self, name: str) -> list[UploadFile]:
        """The files somebody chose, in order; an empty file field gives none."""
        return [value for value in self._form.getlist(name) if not isinstance(value, str) and value.filename]

    def day(self, name: str) -> date | None:
        """A date, from `name` (2026-11-30) or from `name-dag`, `-maand`, `-jaar`; None where nothing was typed.

        Raises Invalid (`bad-date`) for what is no day on the calendar.
        """
        text = self.text(name)
        if not text:
            parts = [self.text(f"{name}-{part}") for part in ("jaar", "maand", "dag")]
            if not any(parts):
                return None
            text = f"{parts[0]}-{parts[1]:0>2}-{parts[2]:0>2}"
        try:
            return date.fromisoformat(text)
        except ValueError:
            sentence = mark("Deze dag bestaat niet. Vul dag, maand en jaar in, bijvoorbeeld 30 11 2026.")
            raise Invalid("bad-date", sentence, field=name) from None

    def typed_day(self, name: str) -> Mapping[str, str]:
        """A date as typed, for filling the three boxes again: dag, maand, jaar."""
        parts = self.text(name).split("-")
        if len(parts) == 3:
            return dict(zip(("jaar", "maand", "dag"), parts, strict=True))
        return {part: self.text(f"{name}-{part}") for part in ("dag", "maand", "jaar")}

    def names(self) -> list[str]:
        """The names of all fields that were sent, in order, each once."""
        return list(dict.fromkeys(self._form.keys()))

    def typed_text(self) -> str:
        """What somebody wrote in words, all fields after each other; short values and choices are left out."""
        texts = (text for name in self.names() if name != "form_token" for text in self.texts(name))
        return "\n\n".join(text for text in texts if len(text) > _SHORT and any(sign.isspace() for sign in text))

    async def close(self) -> None:
        """Throw away the temporary files."""
        await self._form.close()


def _clean(value: str) -> str:
    # A vertical tab is how Word copies a line end within a paragraph, a form feed its end of a page.
    lines = value.replace("\r\n", "\n").translate(_LINE_ENDS)
    return unicodedata.normalize("NFC", _UNWRITABLE.sub("", lines)).strip()


def form_token(request: Request) -> str:
    """The token that forms on this page carry: bound to the browser and the person, or to the answer link.

    Not to the session: who was signed out while typing signs in again in another tab, and the form still goes through.
    """
    return next(_form_tokens(request, _person_of(request)))


def _person_of(request: Request) -> int:
    return request.state.visitor.person_id if getattr(request.state, "visitor", None) else 0


def _form_tokens(request: Request, person_id: int) -> Iterator[str]:
    """The token that a form for somebody carries now, then those it would have carried under an older key.

    Each is a seal of 64 digits, and for whom it was made; both hexadecimal.
    """
    link = request.path_params.get("token")
    seed = f"link:{link}" if link else f"browser:{sessions.browser_of(request)}:{person_id}"
    for key in sessions.office_of(request).keys_for("form"):
        seal = hmac.new(key, seed.encode(), hashlib.sha256).hexdigest()
        yield seal if link else f"{seal}{person_id:x}"


def comes_from_us(headers: Headers, base_url: str) -> bool:
    """Whether a browser sent this from one of our own pages, by what it says itself (scripts can't change that).

    Sec-Fetch-Site decides where it is sent; an Origin must be ours in any case. Neither: refused.
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site not in {None, "same-origin", "none"}:
        return False
    if origin in {None, "null"}:
        return site is not None
    # Somebody may have opened 127.0.0.1 where the address says localhost: same origin, says the browser.
    return origin == base_url or (site == "same-origin" and urlsplit(origin).netloc == headers.get("host"))


async def _measured(request: Request, largest: int) -> AsyncGenerator[bytes, None]:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > largest:
            raise HTTPException(413)
        yield chunk


async def _parse(request: Request, largest: int) -> FormData:
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    if int(request.headers.get("content-length", "0")) > largest:
        raise HTTPException(413)
    stream = _measured(request, largest)
    if kind.strip().lower() == "application/x-www-form-urlencoded":
        return await FormParser(request.headers, stream, max_fields=FIELDS_AT_MOST, max_part_size=FIELD_BYTES).parse()
    if kind.strip().lower() == "multipart/form-data" and "charset" not in parameters.lower():
        parser = MultiPartParser(
            request.headers, stream, max_files=FILES_AT_MOST, max_fields=FIELDS_AT_MOST, max_part_size=FIELD_BYTES
        )
        return await _whole(parser)
    raise HTTPException(415)


async def _whole(parser: MultiPartParser) -> FormData:
    """The form, whose files are closed with it. Raises MultiPartException for one that breaks off within a file.

    Starlette closes files for its own errors only, not where a body is too large or just ends.
    """
    files = parser._files_to_close_on_error  # noqa: SLF001  # there is no other way to them
    try:
        form = await parser.parse()
        if sum(isinstance(value, UploadFile) for _, value in form.multi_items()) != len(files):
            raise MultiPartException("the body ends within a file")
    except BaseException:
        for file in files:
            file.close()
        raise
    return form


async def _posted(request: Request) -> AsyncIterator[Posted]:
    largest: int | None = getattr(request.state, "largest_body", None)
    if largest is None:
        raise RuntimeError("declare the policy before the form: nobody's body is read before we know who sends it")
    if not comes_from_us(request.headers, sessions.office_of(request).settings.base_url):
        sentence = mark("Dit formulier kwam niet van deze site. Open de pagina zelf en probeer het weer.")
        raise NotAllowed("cross-site", sentence)
    try:
        posted = Posted(await _parse(request, largest))
    except (MultiPartException, FormParserError, ValueError):
        sentence = mark("Uw browser stuurde iets dat wij niet kunnen lezen. Ga terug en probeer het opnieuw.")
        raise Invalid("bad-form", sentence) from None
    try:
        if not _made_for(request, posted, _person_of(request)):
            raise _not_ours(request, posted)
        yield posted
    finally:
        await posted.close()


def _made_for(request: Request, posted: Posted, person_id: int) -> bool:
    sent = posted.text("form_token").encode()
    return any(hmac.compare_digest(sent, ours.encode()) for ours in _form_tokens(request, person_id))


def _not_ours(request: Request, posted: Posted) -> NotAllowed:
    """Why a form is not taken, with what was typed in it: made for somebody else who was signed in here, or too old."""
    kept, visitor = posted.typed_text(), getattr(request.state, "visitor", None)
    made_for = posted.text("form_token")[SEAL_DIGITS:]
    if visitor and _PERSON.fullmatch(made_for) and _made_for(request, posted, int(made_for, 16)):
        sentence = mark(
            "Deze pagina werd geopend toen hier iemand anders was aangemeld, of niemand. Nu bent u dat: {name}. "
            "Er is niets opgeslagen. Open de pagina opnieuw als u dit zelf wilt doen."
        )
        return NotAllowed("form-of-another", sentence, name=visitor.name, kept=kept)
    sentence = mark("Dit formulier is verlopen. Ga terug, ververs de pagina en verstuur het opnieuw.")
    return NotAllowed("form-token", sentence, kept=kept)


POSTED: Any = Depends(_posted)
