"""A choice inside a view: round buttons for few things, a list for many."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import solara


@solara.component_vue("choice.vue")
def _Choice(
    label: str,
    values: list[str],
    names: list[str],
    chosen: str,
    event_choose: Callable[[str], None],
) -> None:
    """Declare what the template is given."""


@solara.component
def Choice(label: str, names: Mapping[str, str], chosen: str, choose: Callable[[str], None]) -> None:
    """Let one of several things be chosen.

    Parameters
    ----------
    label
        What is chosen.
    names
        Names of the things by what stands for them.
    chosen
        What is chosen now.
    choose
        Called with another choice; what the browser sends and is no choice is passed over.
    """

    def take(value: str) -> None:
        if value in names:
            choose(value)

    _Choice(label=label, values=list(names), names=list(names.values()), chosen=chosen, event_choose=take)


__all__ = ["Choice"]
