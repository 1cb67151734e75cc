"""Files for spreadsheets: RFC 4180 in UTF-8, with no cell that a spreadsheet would calculate."""

import csv
import io
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

# Excel reads a file without it in an encoding of its country.
BOM = "\ufeff".encode()
_FORMULA = ("=", "+", "-", "@")
_BREAKS = ("\t", "\r", "\n")
# What shows nothing: control characters, marks of direction, all kinds of space.
_INVISIBLE = {"Cc", "Cf", "Zl", "Zp", "Zs"}


def encoded(rows: Iterable[Iterable[Any]]) -> bytes:
    """The lines of the rows."""
    lines = io.StringIO(newline="")
    csv.writer(lines).writerows([_cell(value) for value in row] for row in rows)
    return lines.getvalue().encode()


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return f"'{value}" if _may_be_a_formula(value) else value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    return value


def _may_be_a_formula(text: str) -> bool:
    """Whether a spreadsheet may take what somebody has typed for a formula (OWASP).

    Also in another width, such as U+FF1D, or after what it does not show.
    """
    # Compatible characters become one: the full-width and the small ones, superscripts.
    shown = unicodedata.normalize("NFKC", text)
    first = next((c for c in shown if unicodedata.category(c) not in _INVISIBLE), "")
    return first in _FORMULA or text.startswith(_BREAKS)
