"""The lines of a CSV file, in whatever encoding and with whatever separator its program saved it."""

import csv
from collections.abc import Iterator
from datetime import date
from functools import partial
from io import TextIOWrapper
from itertools import islice
from typing import BinaryIO

from app.domain.errors import Invalid, mark
from app.domain.exchange_columns import LOOKED_THROUGH, MOST_COLUMNS
from app.domain.exchange_tables import Line
from app.domain.exchange_text import LONGEST_LINE, encoding_of, separator_of


class Text:
    """A CSV file: its encoding and separator, and its lines. Raises Invalid as `encoding_of` does."""

    epoch: date | None = None
    tabs = ("",)

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        file.seek(0)
        self.encoding = encoding_of(iter(partial(file.readline, LONGEST_LINE), b""))
        file.seek(0)
        text = TextIOWrapper(file, encoding=self.encoding, newline="")
        self.separator = separator_of(list(islice(text, LOOKED_THROUGH)))
        text.detach()

    def lines(self, _tab: str) -> Iterator[Line]:
        """Lines with their numbers, blank ones left out; a row over several lines has the number of its first.

        Raises Invalid `bad-quotes`, with the line among its facts, `too-many-columns`.
        """
        self._file.seek(0)
        text = TextIOWrapper(self._file, encoding=self.encoding, newline="")
        reader = csv.reader(text, delimiter=self.separator, strict=True)
        line = 1
        try:
            for cells in reader:
                if any(cells):
                    if len(cells) > MOST_COLUMNS:
                        sentence = mark("Rij {number} heeft meer dan {most} kolommen. Haal weg wat niet mee hoeft.")
                        raise Invalid("too-many-columns", sentence, number=line, most=MOST_COLUMNS)
                    yield Line(line, cells)
                line = reader.line_num + 1
        except csv.Error:
            sentence = mark(
                "Vanaf hier is niet te zien waar een cel begint of eindigt. Sluit elk aanhalingsteken, en schrijf "
                "een aanhalingsteken in een tekst dubbel."
            )
            raise Invalid("bad-quotes", sentence, line=line) from None
        finally:
            if not self._file.closed:  # who opened the file closes it, and may have by the time this ends
                text.detach()

    def close(self) -> None:
        """Nothing is kept."""
