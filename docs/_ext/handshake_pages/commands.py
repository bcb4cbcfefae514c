"""A page for each command, from what ``--help`` shows: the same declarations, the same texts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from analysis.page.markdown import markdown
from app.cli import program
from app.terminal.help import Group, metavar, spelling, usage
from app.terminal.screen import Screen
from sim.texts import Texts


def command_pages() -> dict[str, str]:
    """Return a page for each command, and one that lists them."""
    pages = dict(_pages(_context()))
    names = [name.removesuffix(".md") for name in pages if name != "index.md"]
    pages["index.md"] += "\n```{toctree}\n:hidden:\n\n" + "\n".join(names) + "\n```\n"
    return pages


def _context() -> Any:
    return program().make_context("handshake", [], obj=Screen(Texts("en")), resilient_parsing=True)


def _pages(ctx: Any) -> Iterator[tuple[str, str]]:
    """Yield the page of a command and those of its subcommands; files are called like the words to type."""
    words = ctx.command_path.split()[1:]
    yield f"{'-'.join(words) or 'index'}.md", _page(ctx)
    if isinstance(ctx.command, Group):
        for name in ctx.command.list_commands(ctx):
            command = ctx.command.get_command(ctx, name)
            yield from _pages(command.make_context(name, [], parent=ctx, resilient_parsing=True))


def _page(ctx: Any) -> str:
    texts, command, words = ctx.find_root().obj.texts, ctx.command, ctx.command_path.split()[1:]
    key = ".".join(words) or "handshake"
    title = ctx.command_path if words else "The command line"
    parts = [f"# {title}", f"```text\n{usage(ctx)}\n```", texts(f"help.{key}.says").strip()]
    if isinstance(command, Group):
        rows = [
            (f"[`{name}`]({'-'.join([*words, name])}.md)", texts(f"help.{'.'.join([*words, name])}.short"))
            for name in command.list_commands(ctx)
        ]
        parts += ["## Commands", markdown(("command", "what it does"), rows)]
    parameters = command.get_params(ctx)
    for title, kind, spelt in (("Arguments", "argument", metavar), ("Options", "option", spelling)):
        rows = ((f"`{spelt(one, ctx)}`", _says(one, ctx)) for one in parameters if one.param_type_name == kind)
        if listed := list(rows):
            parts += [f"## {title}", markdown((kind, "meaning"), listed)]
    if example := texts.get(f"help.{key}.example"):
        parts += ["## Example", f"```sh\n{example.strip()}\n```"]
    if machine := texts.get(f"help.{key}.json"):
        parts += ["## Keys of `--json`", f"```text\n{machine.strip()}\n```"]
    return "\n\n".join(parts) + "\n"


def _says(parameter: Any, ctx: Any) -> str:
    texts = ctx.find_root().obj.texts
    if "--help" in parameter.opts:
        return str(texts("option.help"))
    default = parameter.default
    shown = f" Default: `{default}`." if isinstance(default, str) and default else ""
    return f"{texts(parameter.help)}{shown if parameter.param_type_name == 'option' else ''}"
