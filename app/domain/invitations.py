"""How an invitation stands, by what is known of its mail, its link and whether somebody came in since."""

from enum import StrEnum


class Standing(StrEnum):
    """What became of an invitation."""

    IN = "binnen"
    MAIL_FAILED = "mail-mislukt"
    LINK_OVER = "link-voorbij"
    ON_ITS_WAY = "onderweg"
    WAITING = "wacht"


def standing(*, is_in: bool, failed: bool, has_left: bool, link_works: bool | None) -> Standing:
    """How it stands; `link_works` is None for an invitation without a link, to sign in with a code.

    A link that is over is told before a mail that failed: what is needed is a new invitation either way.
    """
    if is_in:
        return Standing.IN
    if link_works is False:
        return Standing.LINK_OVER
    if failed:
        return Standing.MAIL_FAILED
    return Standing.WAITING if has_left else Standing.ON_ITS_WAY
