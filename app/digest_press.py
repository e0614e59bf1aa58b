"""Writes out a digest for people: its sentence, its page and its mail, in each language. What comes out is frozen."""

from collections.abc import Callable

from app.domain.digests import Digest
from app.mail import digests as mail
from app.settings import Settings
from app.usecases.digests import Written
from app.web.digests.digest_sheet import sentence, sheet
from app.wording import LANGUAGES

Press = Callable[[Digest], Written]


def press(settings: Settings) -> Press:
    """A press for this register's digests. It reads no clock and no database."""

    def write(digest: Digest) -> Written:
        return {language: _in(settings, digest, language) for language in LANGUAGES}

    return write


def _in(settings: Settings, digest: Digest, language: str) -> dict[str, str]:
    told = sentence(digest, language)
    mailed = mail.write(settings, digest, told, language)
    return {"lead": told[0], "rest": told[1], "page": sheet(digest, language), **mailed}
