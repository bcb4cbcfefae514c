"""What docs/ODD.md says of the model is what the model does."""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from docs.tools import odd
from experiments.anchors import MEDIAN_CONTEXT
from sim import outcomes, rules
from sim.company import ATTRIBUTES, CONTEXT
from sim.draws import Purpose
from sim.parameters import GROUPS, coefficients, founding, measurement

PAGE = odd.PAGE.read_text(encoding="utf-8")
SUBMODELS = PAGE[PAGE.index("## 7. Submodels") : PAGE.index("\n## Evidence")]
RULES = {name: value for name, value in vars(rules).items() if isinstance(value, types.FunctionType)}
GIVEN = {"c": coefficients(), "f": founding(), "m": measurement()}
NUMBERS = {name: value for group in GIVEN.values() for name, value in group._asdict().items()}
HELPERS = {
    **{name: getattr(rules, name) for name in ("clip", "floored", "floored_mean", "WEEK_HOURS", "WEEKS_PER_YEAR")},
    **{"min": min, "max": max, "abs": abs, "__builtins__": {}},
}


def equations() -> Iterator[tuple[str, list[str], list[tuple[str, str]], str]]:
    """Name, arguments, lines under `where`, and result of every equation of the page."""
    for block in re.findall(r"```equations\n(.*?)```", SUBMODELS, re.DOTALL):
        for text in re.split(r"\n(?=\S)", block.strip()):
            head, *rest = text.split("\n")
            name, arguments, result = re.fullmatch(r"(\w+)\(([\w, ]*)\) = (.+)", head).groups()
            assert not rest or rest[0].strip() == "where", text
            where = [tuple(part.strip() for part in line.split("=", 1)) for line in rest[1:]]
            yield name, arguments.split(", "), where, result


EQUATIONS = {name: (arguments, where, result) for name, arguments, where, result in equations()}
OUTCOMES = {name: getattr(outcomes, name) for name in EQUATIONS if name not in RULES}


def evaluated(name: str, values: dict[str, float]) -> Any:
    _, where, result = EQUATIONS[name]
    known = {**HELPERS, **NUMBERS, **values}
    for local, expression in where:
        known[local] = eval(expression, known)
    return eval(result, known)


def own_arguments(function: Callable[..., Any]) -> list[str]:
    return [name for name in inspect.signature(function).parameters if name not in GIVEN]


def test_the_tables_are_those_of_the_model():
    assert odd.renewed(PAGE) == PAGE, f"docs/ODD.md is out of date: {odd.COMMAND}"


def test_every_table_stands_in_the_page_once():
    assert sorted(odd.named(PAGE)) == sorted(odd.TABLES)
    assert PAGE.count("<!-- table:") == len(odd.TABLES)


def test_every_declaration_is_in_its_table():
    for group in GROUPS:
        assert set(re.findall(r"^\| `(\w+)`", odd.group(group), re.MULTILINE)) == set(odd.parameters()[group])
    assert set(odd.PEOPLE) == set(ATTRIBUTES)
    assert set(odd.CONTEXTS) == set(CONTEXT)
    assert set(odd.STREAMS) == {purpose.name for purpose in Purpose}
    assert re.findall(r"^\| (P\d+) ", odd.patterns(), re.MULTILINE) == [f"P{k}" for k in range(1, 20)]


def test_every_rule_has_an_equation():
    assert set(RULES) <= set(EQUATIONS), "a rule of sim/rules.py is missing in section 7 of docs/ODD.md"


@pytest.mark.parametrize("name", EQUATIONS)
def test_equations_give_what_the_model_gives(name):
    function = RULES.get(name) or OUTCOMES[name]
    arguments = own_arguments(function)
    assert EQUATIONS[name][0] == arguments
    rng = np.random.default_rng(1)
    extra = [GIVEN[key] for key in inspect.signature(function).parameters if key in GIVEN]
    undefined = 0
    for k in range(200):
        # Beyond the bounds too, and often at zero, so that every branch and every clip is passed.
        values = {key: float(x) for key, x in zip(arguments, rng.uniform(-0.2, 1.5, len(arguments)), strict=True)}
        if k % 4 == 0:
            values[arguments[k % len(arguments)]] = 0.0
        if k % 5 == 0 and name in ("fixed_load", "reading_hours", "tie_limit"):
            values = {key: 20.0 * value for key, value in values.items()}
        try:
            found = evaluated(name, values)
        except ZeroDivisionError:
            undefined += 1
            continue
        np.testing.assert_allclose(found, function(*values.values(), *extra), rtol=1e-12, atol=1e-14)
    assert undefined < 100


def test_every_coefficient_stands_in_an_equation():
    written = " ".join(part for _, where, result in EQUATIONS.values() for part in (result, *(e for _, e in where)))
    unused = set(coefficients()._asdict()) - set(re.findall(r"\w+", written))
    # Learning rates and product ageing are arguments of `learned`; the text says which goes where.
    assert unused == {"learning_own", "learning_other", "product_ageing"}
    assert all(f"`{name}`" in SUBMODELS for name in unused)


def test_the_reference_company_is_the_one_of_the_anchors():
    section = re.sub(r"\s+", " ", PAGE)
    for name, value in MEDIAN_CONTEXT.items():
        assert f"{name.replace('_', ' ')} {value:g}" in section


def test_the_command_checks_and_renews(tmp_path, capsys):
    page = tmp_path / "ODD.md"
    page.write_text(PAGE.replace("| `voice` |", "| `noise` |"), encoding="utf-8")
    assert odd.main(["--page", str(page)]) == 1
    assert "out of date" in capsys.readouterr().err
    assert odd.main(["--page", str(page), "--write"]) == 0
    assert page.read_text(encoding="utf-8") == PAGE
    assert odd.main(["--page", str(page)]) == 0


def test_a_comment_that_names_no_table_fails():
    with pytest.raises(KeyError):
        odd.renewed("<!-- table: nonsense -->\n<!-- end of table -->")
