"""Everything that is put on a screen goes through here, measured in cells and never read as markup; the one user of
rich."""

import io
import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, TextIO

from healthcheckd.cli.safe import safe
from healthcheckd.errors import HealthcheckError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.live import Live

_GAP = "  "
_NARROWEST = 8
"""Cells that a column keeps, however narrow the screen."""


class ReaderGone(Exception):
    """Whoever read our output has closed it: `healthcheck … | head`."""


class OutputLost(HealthcheckError):
    """What was to be told could not be written: a full disk."""


class Style(StrEnum):
    PLAIN = ""
    GOOD = "green"
    WARN = "yellow"
    BAD = "bold red"
    DIM = "dim"
    STRONG = "bold"
    QR = "bright_white on black"


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of text and how it looks where there is colour; it must say the same without."""

    text: str
    style: Style = Style.PLAIN


Piece = str | Part


@dataclass(frozen=True, slots=True)
class Column:
    """`cut` columns give way on a narrow screen: names and sentences, never ids."""

    title: str
    cut: bool = False
    right: bool = False


class Screen:
    """One of the two streams, as wide as it is. What goes to no terminal is neither coloured nor cut."""

    def __init__(
        self, stream: TextIO, *, terminal: bool | None = None, width: int = 0, environ: Mapping[str, str] = os.environ
    ) -> None:
        self.terminal = stream.isatty() if terminal is None else terminal
        self.width = width or (shutil.get_terminal_size().columns if self.terminal else 0)
        self._stream = stream
        self._environ = environ

    def say(self, *pieces: Piece) -> None:
        """One line."""
        self._write([_part(piece) for piece in pieces])

    def clear(self) -> None:
        """A terminal begins anew; elsewhere nothing happens."""
        if self.terminal:
            self._console.clear()

    def paragraph(self, text: str) -> None:
        """A sentence or more, broken at the edge of the screen."""
        import textwrap

        for line in textwrap.wrap(text, self.width or sys.maxsize, break_long_words=False) or [""]:
            self.say(line)

    def table(
        self, columns: Sequence[Column], rows: Sequence[Sequence[Piece]], below: Sequence[Sequence[Piece]] = ()
    ) -> None:
        """`below` has a line for each row, put under it. Columns without any title have no head."""
        cells = [[_part(piece) for piece in row] for row in rows]
        titles = [Part(column.title, Style.STRONG) for column in columns]
        widths = _fitted(columns, [titles, *cells], self.width)
        if any(column.title for column in columns):
            self._write(_laid(columns, titles, widths))
        for row, under in zip_longest(cells, below):
            self._write(_laid(columns, row, widths))
            if under:
                self.say(_GAP, *under)

    def listing(
        self, columns: Sequence[Column], rows: Sequence[Sequence[Piece]], below: Sequence[Sequence[Piece]] = ()
    ) -> None:
        """A table, or `none`."""
        if rows:
            self.table(columns, rows, below)
        else:
            self.say("none")

    def has_room(self, columns: Sequence[Column], rows: Sequence[Sequence[Piece]]) -> bool:
        """Whether a table fits with nothing cut."""
        cells = [[_part(piece) for piece in row] for row in rows]
        return not self.width or _total(_fitted(columns, cells, 0)) <= self.width

    def raw(self, text: str) -> None:
        """As it is: for programs, and for pictures drawn in characters."""
        self._put(text)

    def json(self, value: object) -> None:
        """For programs: what ends up there is what the documented contract says, and nothing else."""
        import msgspec

        self._put(msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n")

    def json_line(self, value: object) -> None:
        """The same in one line, for streams."""
        import msgspec

        self._put(msgspec.json.encode(value).decode() + "\n")

    def flush(self) -> None:
        with self._writing():
            self._stream.flush()

    def same(self) -> "tuple[Screen, io.StringIO]":
        """A screen that looks the same and is kept in memory."""
        kept = io.StringIO()
        return Screen(kept, terminal=self.terminal, width=self.width, environ=self._environ), kept

    @contextmanager
    def live(self) -> "Iterator[Live]":
        """A view that is drawn again and again over the whole terminal, and leaves it as it was."""
        from rich.live import Live

        with Live(console=self._console, screen=True, auto_refresh=False) as live:
            yield live

    @contextmanager
    def progress(self) -> Iterator["Bar"]:
        """A bar on a terminal; elsewhere nothing is drawn."""
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        looks = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*looks, console=self._console, transient=True, disable=not self.terminal) as progress:
            yield Bar(progress)

    def _write(self, parts: Sequence[Part]) -> None:
        if not self.terminal:
            self._put("".join(part.text for part in parts).rstrip() + "\n")
            return
        from rich.text import Text

        text = Text.assemble(*((part.text, part.style.value) for part in parts))
        text.rstrip()
        with self._writing():
            self._console.print(text, soft_wrap=True)

    def _put(self, text: str) -> None:
        with self._writing():
            self._stream.write(text)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError as error:
            raise ReaderGone from error
        except OSError as error:
            raise OutputLost(f"the output cannot be written: {error.strerror or error}", hint="df -h") from error

    @cached_property
    def _console(self) -> "Console":
        from rich.console import Console

        class Pipe(Console):
            def on_broken_pipe(self) -> None:
                raise ReaderGone

        return Pipe(
            file=self._stream,
            force_terminal=self.terminal,
            width=self.width or None,
            highlight=False,
            markup=False,
            emoji=False,
            legacy_windows=False,
            _environ=dict(self._environ),
        )


class Bar:
    """The progress of one run, phase after phase."""

    def __init__(self, progress: Any) -> None:
        self._progress = progress
        self._task: Any = None

    def show(self, phase: str, done: int, total: int) -> None:
        if self._task is None:
            self._task = self._progress.add_task("", total=None)
        self._progress.update(self._task, description=safe(phase), completed=done, total=total or None)


def draw(live: "Live", text: str) -> None:
    """The next picture of a live view, from what `Screen.same` kept."""
    from rich.text import Text

    live.update(Text.from_ansi(text, no_wrap=True, overflow="ellipsis"), refresh=True)


def _part(piece: Piece) -> Part:
    return Part(safe(piece)) if isinstance(piece, str) else Part(safe(piece.text), piece.style)


def _cells(text: str) -> int:
    from rich.cells import cell_len

    return len(text) if text.isascii() else cell_len(text)


def _fitted(columns: Sequence[Column], rows: Sequence[Sequence[Part]], width: int) -> list[int]:
    """The widths of the columns; the widest that may be cut gives way first. A width of 0 is an endless screen."""
    widths = [max((_cells(row[place].text) for row in rows), default=0) for place in range(len(columns))]
    excess = _total(widths) - width if width else 0
    for _ in range(excess):
        yielding = [place for place, column in enumerate(columns) if column.cut and widths[place] > _NARROWEST]
        if not yielding:
            break
        widths[max(yielding, key=widths.__getitem__)] -= 1
    return widths


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(_GAP) * (len(widths) - 1)


def _laid(columns: Sequence[Column], row: Sequence[Part], widths: Sequence[int]) -> list[Part]:
    """The cells of one row side by side."""
    laid = []
    for column, part, width in zip(columns, row, widths, strict=True):
        text = _cut(part.text, width)
        padding = " " * (width - _cells(text))
        laid += [Part(padding), Part(text, part.style)] if column.right else [Part(text, part.style), Part(padding)]
        laid.append(Part(_GAP))
    return laid


def _cut(text: str, width: int) -> str:
    if _cells(text) <= width:
        return text
    from rich.cells import set_cell_size

    return set_cell_size(text, width - 1).rstrip() + "…"
