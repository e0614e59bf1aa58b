"""Text that was copied out of a word processor: what such a program adds to it is taken off again."""

import html
import re

# What Word writes along when it copies pages as markup; ordinary letters hold none of these.
_OF_WORD = re.compile(r"<o:p|<w:|<!--\[if|\bmso-|class=\"?Mso", re.IGNORECASE)
_UNSEEN = re.compile(r"(?is)<!--.*?-->|<!\[.*?\]>|<(style|script|xml|head)\b.*?</\1\s*>")
_ITEM = re.compile(r"(?i)<li\b[^>]*>")
_LINE = re.compile(r"(?i)<br\b[^>]*>")
_BLOCK = re.compile(r"(?i)</?(p|div|h[1-6]|li|ul|ol|table|tr|blockquote)\b[^>]*>")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
# Soft hyphens, marks of byte order and zero-width spaces; a joiner (U+200D) holds emoji together and stays.
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
_SPACES = re.compile("[\u00a0\u2007\u202f]")
# Bullets in Word's symbol fonts, and the middle dot it gives plain text.
_BULLET = re.compile("(?m)^([ \t]*)(?:[\uf0b7\uf0a7\uf0d8\uf0fc]|\u00b7(?=[ \t]))[ \t]*")
_EMPTY_LINES = re.compile(r"\n[ \t]*\n(?:[ \t]*\n)+")


def plain(text: str) -> str:
    """The words alone: without markup of a word processor, with ordinary spaces and bullets.

    Markup is only taken for such where the text bears the marks of Word: "a < b" and "<naam>" stay as they are.
    """
    if _OF_WORD.search(text):
        text = _without_markup(text)
    text = _SPACES.sub(" ", _INVISIBLE.sub("", text))
    return _EMPTY_LINES.sub("\n\n", _BULLET.sub(r"\1• ", text))


def _without_markup(text: str) -> str:
    text = re.sub(r"\s+", " ", _UNSEEN.sub("", text))
    text = _BLOCK.sub("\n\n", _LINE.sub("\n", _ITEM.sub("\n\n• ", text)))
    lines = html.unescape(_TAG.sub("", text)).split("\n")
    return "\n".join(" ".join(line.split()) for line in lines).strip()
