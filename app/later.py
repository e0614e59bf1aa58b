"""Modules that load when something in them is first used: what most processes never need costs them nothing.

Where a library weighs much and few acts use it, its users write

    if TYPE_CHECKING:
        import icalendar
    else:
        icalendar = Later("icalendar")

so that mypy and the floors see the import as ever. A name from such a module stands in quotes in a signature, which
would load it at once otherwise.
"""

from importlib import import_module
from typing import Any


class Later:
    """Stands for a module; the first question about it loads it. Safe from several threads, as importing is."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        """What the module has by this name."""
        return getattr(import_module(self._name), attribute)
