"""Help and complaints about the command line, in the chosen language.

Typer wants its help texts when the commands are declared. Here they are declared as keys of the catalogue of texts
(``help="option.seed"``) and looked up when help is asked for, as the language is known only then.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from typer.core import TyperCommand, TyperGroup

from app.terminal.screen import Screen


class MisuseError(Exception):
    """A command line that cannot be understood.

    It stands for a :class:`sim.errors.BadInputError`, which it becomes in :mod:`app.terminal.complaints`: that class
    comes with the model, and the model takes too long to load for a page of help.

    Parameters
    ----------
    problem
        One of the problems of :class:`sim.errors.BadInputError`.
    place
        Key and values of the text that says where.
    value
        What stands there.
    allowed
        What is allowed, in words of no language.
    names
        The valid names, where a name is unknown.
    """

    def __init__(
        self,
        problem: str,
        place: tuple[str, Mapping[str, object]],
        value: str = "",
        *,
        allowed: str = "",
        names: Sequence[str] = (),
    ) -> None:
        super().__init__(problem, place, value)
        self.problem, self.place, self.value, self.allowed, self.names = problem, place, value, allowed, names


class Command(TyperCommand):
    """A command with help in two languages."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse, and refuse words that belong to nothing."""
        ctx.allow_extra_args = True
        with _complaining(ctx):
            given = super().parse_args(ctx, args)
        if ctx.args and not ctx.resilient_parsing:
            raise MisuseError("invalid", ("bad.too_much", {}), ctx.args[0], allowed=usage(ctx))
        return given

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the page of help."""
        formatter.write(page(ctx))


class Group(TyperGroup):
    """The program itself, or a group of its commands, with help in two languages."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the options that stand before the command."""
        with _complaining(ctx):
            return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Find the command, or name the nearest."""
        if self.get_command(ctx, args[0]) is None:
            raise MisuseError("unknown", ("bad.command", {}), args[0], names=self.list_commands(ctx))
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the page of help."""
        formatter.write(page(ctx))


@contextmanager
def _complaining(ctx: Any) -> Iterator[None]:
    """Tell Typer's complaints which command they are about, where the parser has not."""
    try:
        yield
    except Exception as error:
        if getattr(error, "exit_code", None) == 2 and getattr(error, "ctx", ctx) is None:
            error.ctx = ctx  # type: ignore[attr-defined]
        raise


def usage(ctx: Any) -> str:
    """Return one line on how a command is called."""
    texts = _screen(ctx).texts
    parts = [ctx.command_path, texts("help.options_word")]
    if isinstance(ctx.command, Group):
        parts.append(texts("help.command_word"))
    for parameter in ctx.command.get_params(ctx):
        if parameter.param_type_name == "argument":
            name = metavar(parameter, ctx)
            parts.append(name if parameter.required else f"[{name}]")
    return " ".join(parts)


def page(ctx: Any) -> str:
    """Return the page of help for a command."""
    screen = _screen(ctx)
    texts, terminal, command = screen.texts, screen.out.is_terminal, ctx.command
    width = min(screen.out.width, 100)
    console = Console(file=io.StringIO(), width=width, force_terminal=terminal, highlight=False, emoji=False)
    name = _path(ctx)
    console.print(Text.assemble((texts("help.usage"), "bold"), " ", usage(ctx)))
    console.print()
    console.print(Padding(Text(texts(f"help.{name}.says")), (0, 2)))
    parameters = command.get_params(ctx)
    arguments = [p for p in parameters if p.param_type_name == "argument"]
    options = [p for p in parameters if p.param_type_name == "option"]
    if isinstance(command, Group):
        words, within = command.list_commands(ctx), f"{name}." if ctx.parent else ""
        _section(console, texts("help.commands"), [(word, texts(f"help.{within}{word}.short")) for word in words])
    _section(console, texts("help.arguments"), [(metavar(p, ctx), _says(p, ctx)) for p in arguments])
    _section(console, texts("help.options"), [(spelling(p, ctx), _says(p, ctx)) for p in options])
    for title, key in (("help.example", f"help.{name}.example"), ("help.json", f"help.{name}.json")):
        if more := texts.get(key):
            console.print()
            console.print(Text(texts(title), style="bold"))
            console.print(Padding(Text(more.strip()), (0, 2)))
    assert isinstance(console.file, io.StringIO)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines())


def _path(ctx: Any) -> str:
    """Return under which key the texts of a command's help stand, such as ``new``, or ``org.check`` in a group."""
    words = []
    while ctx.parent:
        words.append(ctx.info_name)
        ctx = ctx.parent
    return ".".join(reversed(words)) or "handshake"


def _section(console: Console, title: str, rows: Sequence[tuple[str, str]]) -> None:
    if not rows:
        return
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True, style="cyan")
    grid.add_column()
    for name, says in rows:
        grid.add_row(Text(name), Text(says))
    console.print()
    console.print(Text(title, style="bold"))
    console.print(Padding(grid, (0, 2)))


def _screen(ctx: Any) -> Screen:
    screen: Screen = ctx.find_root().obj
    return screen


def metavar(parameter: Any, ctx: Any) -> str:
    """Return what stands for an argument or for an option's value."""
    key = parameter.metavar or ""
    return _screen(ctx).texts.get(f"metavar.{key}", key)


def spelling(parameter: Any, ctx: Any) -> str:
    """Return how an option is written."""
    names = ", ".join(parameter.opts)
    return f"{names} {metavar(parameter, ctx)}" if parameter.metavar else names


def _says(parameter: Any, ctx: Any) -> str:
    texts = _screen(ctx).texts
    says = texts("option.help") if "--help" in parameter.opts else texts(parameter.help)
    default = parameter.default
    if isinstance(default, str) and default and parameter.param_type_name == "option":
        says += texts("help.default", value=default)
    return says


__all__ = ["Command", "Group", "MisuseError", "metavar", "page", "spelling", "usage"]
