"""The templates of mails, and what puts their styles where mail programs look for them."""

from functools import cache
from pathlib import Path

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from app.wording import install

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


@cache
def environment() -> Environment:
    """The templates; HTML is escaped, plain text is not."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    install(made)
    return made


@cache
def inliner() -> css_inline.CSSInliner:
    """Puts the styles on each element, as Outlook wants them; what depends on the screen stays in the head."""
    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
