"""A digest as a mail: written once in each language when the digest is made, and kept with it."""

from heapq import nlargest
from operator import attrgetter
from typing import Any

from app.domain.digests import Digest, Week
from app.mail.templates import environment, inliner
from app.settings import Settings
from app.wording import wording

# Mail programs cut a message off beyond about 100 kB. The text part holds more, and the page all the rest.
MOST_ROWS, MOST = 60, 10
MOST_ROWS_IN_TEXT, MOST_IN_TEXT = 1000, 100


def write(settings: Settings, digest: Digest, sentence: tuple[str, str], language: str) -> dict[str, str]:
    """The mail's `subject`, `text` and `html`; `sentence` is the digest's, in its two parts."""
    context: dict[str, Any] = {
        "wording": wording(language),
        "digest": digest,
        "lead": sentence[0],
        "rest": sentence[1],
        "week": Week.parse(digest.week),
        "brand": settings.name,
        "organisation": settings.organisation,
        "contact_email": settings.contact_email,
        "base_url": settings.base_url,
        "groups": _first(digest, MOST_ROWS),
        "left_out": max(0, len(digest.overdue) - MOST_ROWS),
        "most": MOST,
        "text_groups": _first(digest, MOST_ROWS_IN_TEXT),
        "left_out_of_text": max(0, len(digest.overdue) - MOST_ROWS_IN_TEXT),
        "most_in_text": MOST_IN_TEXT,
    }
    templates = environment()
    subject = " ".join(templates.get_template("mail/digest.subject.txt").render(context).split())
    context["subject"] = subject
    text = templates.get_template("mail/digest.txt").render(context)
    html = templates.get_template("mail/digest.html").render(context)
    return {"subject": subject, "text": text.strip() + "\n", "html": inliner().inline(html)}


def _first(digest: Digest, most: int) -> list[tuple[str, int, list[Any]]]:
    """The ministries with how many are late there, and the longest late ones among all that there is room for."""
    longest = nlargest(most, digest.overdue, key=attrgetter("days_late"))
    shown = {one.id for one in longest}
    return [(owner, len(all_late), [one for one in all_late if one.id in shown]) for owner, all_late in digest.by_owner]
