"""The parameters: each one declared in full, each one in use, and no number in a rule beside them."""

import ast
import math
import re
import tomllib
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

import experiments
import sim
from sim import BadInputError, Scenario, rules
from sim.evidence.tables import STATEMENT_IDS
from sim.parameters import (
    GROUPS,
    MECHANISMS,
    PROVENANCES,
    Parameter,
    coefficients,
    founding,
    group_values,
    measurement,
    parameters,
    population,
)

UNITS = {"1", "h", "wk", "/h", "/wk", "/yr", "h/wk", "%"}
SIM = Path(sim.__file__).parent
EVERY = [pytest.param(entry, id=f"{group}.{entry.name}") for group in GROUPS for entry in parameters()[group].values()]
TUPLES = {"coefficient": coefficients, "founding": founding, "outcome": measurement, "population": population}


# --- declarations -----------------------------------------------------------------------------------------------------


def test_the_file_holds_the_five_groups_and_no_other() -> None:
    raw = tomllib.loads(files("sim").joinpath("parameters.toml").read_text(encoding="utf-8"))
    assert tuple(raw) == GROUPS == tuple(parameters())
    assert all(list(raw[group]) == list(parameters()[group]) for group in GROUPS)
    assert tuple(raw["mechanism"]) == MECHANISMS


@pytest.mark.parametrize("entry", EVERY)
def test_every_parameter_is_declared_in_full(entry: Parameter) -> None:
    assert entry.unit in UNITS
    # Floats, not whole numbers: a kernel compiled for one type would be compiled again for the other.
    assert [type(value) for value in (entry.low, entry.default, entry.high)] == [float] * 3
    assert -math.inf < entry.low <= entry.default <= entry.high < math.inf
    assert entry.low < entry.high
    assert entry.provenance in PROVENANCES
    assert entry.source in (*STATEMENT_IDS, "MODEL")
    assert entry.en.strip() == entry.en != ""
    assert entry.de.strip() == entry.de != ""
    assert entry.en != entry.de


@pytest.mark.parametrize("entry", EVERY)
def test_provenance_and_source_agree(entry: Parameter) -> None:
    assert (entry.provenance == "literature") == entry.source.startswith("L")
    if entry.source == "MODEL":
        assert entry.provenance == "assumption"


@pytest.mark.parametrize("group", GROUPS)
def test_labels_tell_parameters_of_a_group_apart(group: str) -> None:
    entries = parameters()[group].values()
    for labels in ([entry.en for entry in entries], [entry.de for entry in entries]):
        assert sorted(labels) == sorted(set(labels))


def test_shares_stay_shares() -> None:
    # "between 0 and 1" is what the rules rely on; the two exceptions say in their label or unit what they count.
    beyond = {name for name, entry in parameters()["mechanism"].items() if entry.unit == "1" and entry.high > 1.0}
    assert beyond == {"copies_per_mail", "goal_ambition"}
    assert all(entry.low == 0.0 for entry in parameters()["mechanism"].values())


def declare(**changes: Any) -> Parameter:
    given = {"low": 0.0, "high": 1.0, "default": 0.5, "provenance": "assumption", "source": "MODEL"}
    return Parameter(**{"name": "x", "group": "mechanism", "unit": "1", "en": "X", "de": "Y", **given, **changes})


def test_declarations_that_contradict_themselves_are_refused() -> None:
    assert declare().default == 0.5
    for change in ({"default": 1.5}, {"default": -0.1}, {"default": math.nan}, {"low": 1.0, "default": 1.0}):
        with pytest.raises(BadInputError, match=r"mechanism\.x"):
            declare(**change)
    with pytest.raises(BadInputError, match=r"mechanism\.x\.provenance.*did you mean 'literature'"):
        declare(provenance="literatur")


# --- changed numbers --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("group", GROUPS)
def test_without_changes_the_defaults_are_used(group: str) -> None:
    defaults = {name: entry.default for name, entry in parameters()[group].items()}
    assert group_values(group) == defaults
    if group in TUPLES:
        assert TUPLES[group]()._asdict() == defaults


@pytest.mark.parametrize("group", GROUPS)
def test_a_change_reaches_its_number_and_no_other(group: str) -> None:
    for name, entry in parameters()[group].items():
        for bound in (entry.low, entry.high):
            found = group_values(group, {name: bound})
            assert found[name] == bound
            assert {**found, name: entry.default} == group_values(group)


def test_a_whole_number_becomes_a_float() -> None:
    (found,) = {type(value) for value in group_values("coefficient", {"need_hours": 3}).values()}
    assert found is float


@pytest.mark.parametrize(
    ("group", "name", "nearest"),
    [
        ("mechanism", "disclosur", "disclosure"),
        ("coefficient", "need_hour", "need_hours"),
        ("founding", "turnovers", "turnover"),
        ("outcome", "Quality_Cut", "quality_cut"),
        ("population", "adoption_gamma", "adoption_alpha"),
    ],
)
def test_unknown_names_are_refused_with_the_nearest(group: str, name: str, nearest: str) -> None:
    with pytest.raises(BadInputError) as caught:
        group_values(group, {name: 0.5})
    error = caught.value
    assert (error.problem, error.key, error.value, error.nearest) == ("unknown", f"{group}.{name}", name, nearest)


@pytest.mark.parametrize("value", [1.01, -0.01, math.nan, math.inf, -math.inf, 10**400])
def test_values_out_of_bounds_are_refused(value: float) -> None:
    with pytest.raises(BadInputError) as caught:
        group_values("mechanism", {"voice": value}, key="parameters")
    assert (caught.value.problem, caught.value.key) == ("bounds", "parameters.voice")
    assert "0 to 1" in str(caught.value)


@pytest.mark.parametrize("value", [True, False, "0.5", None, [0.5], {"value": 0.5}, 0.5 + 0j])
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(BadInputError) as caught:
        group_values("mechanism", {"training_hours": value})
    assert (caught.value.problem, caught.value.key) == ("type", "mechanism.training_hours")
    assert "a number, 0 to 4 (unit h/wk)" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("table", "name"), [("parameters", "voice"), ("coefficients", "need_hours")])
@pytest.mark.parametrize("value", [math.nan, True, "0.5", -1.0])
def test_a_scenario_refuses_the_same_and_names_its_own_table(table: str, name: str, value: object) -> None:
    with pytest.raises(BadInputError, match=rf"{table}\.{name}"):
        Scenario(**{table: {name: value}})


# --- no other number in a rule ----------------------------------------------------------------------------------------

RULES = ast.parse((SIM / "rules.py").read_text(encoding="utf-8"))
FUNCTIONS = {node.name: node for node in RULES.body if isinstance(node, ast.FunctionDef)}
HELPERS = {"lower", "upper", "choose"}
ALLOWED_IN_A_RULE = (
    *(ast.Return, ast.Assign, ast.Name, ast.Tuple, ast.Load, ast.Store, ast.Constant, ast.Call, ast.Attribute),
    *(ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.UnaryOp, ast.USub, ast.Compare, ast.Lt, ast.Gt),
)


def body(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """All nodes of a function but its arguments, annotations and docstring."""
    assert ast.get_docstring(function)
    for statement in function.body[1:]:
        yield from ast.walk(statement)


def literals(tree: ast.AST) -> set[float]:
    values = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {value for value in values if isinstance(value, (int, float, complex)) and not isinstance(value, bool)}


def test_the_functions_of_the_rules_are_those_in_the_source() -> None:
    assert FUNCTIONS.keys() == {name for name, value in vars(rules).items() if callable(value)}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_number_but_0_1_2_4_in_a_rule(name: str) -> None:
    # From the source, not from compiled constants: those hold 8.0 for 4.0 * 2.0.
    assert literals(FUNCTIONS[name]) <= {0, 1, 2, 4}


def test_no_number_beside_the_rules_but_hours_and_weeks() -> None:
    beside = [node for node in RULES.body if not isinstance(node, ast.FunctionDef)]
    assert {value for node in beside for value in literals(node)} == {40.0, 52.0}
    assert (rules.WEEK_HOURS, rules.WEEKS_PER_YEAR) == (40.0, 52.0)


@pytest.mark.parametrize("file", ["core/kernel.py", "model.py", *(f"agents/{p.name}" for p in SIM.glob("agents/*.py"))])
def test_the_engines_bring_no_numbers_of_their_own(file: str) -> None:
    found = literals(ast.parse((SIM / file).read_text(encoding="utf-8")))
    # Fractions: 1.0 is somebody, 0.0 nobody. Whole numbers are places in arrays.
    assert {value for value in found if isinstance(value, float)} <= {0.0, 1.0}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_rules_only_add_subtract_multiply_divide_and_call_rules(name: str) -> None:
    function = FUNCTIONS[name]
    arguments = {argument.arg for argument in function.args.args}
    assigned = {node.id for node in body(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    for node in body(function):
        allowed = (*ALLOWED_IN_A_RULE, ast.IfExp) if name in HELPERS else ALLOWED_IN_A_RULE
        assert isinstance(node, allowed), f"{type(node).__name__}, line {getattr(node, 'lineno', '?')}"
        if isinstance(node, ast.Call):
            assert isinstance(node.func, ast.Name), ast.unparse(node)
            assert node.func.id in FUNCTIONS, ast.unparse(node)
            assert not node.keywords, ast.unparse(node)
        elif isinstance(node, ast.Attribute):
            assert isinstance(node.value, ast.Name), ast.unparse(node)
            group = {"c": "coefficient", "f": "founding"}[node.value.id]
            assert node.attr in parameters()[group], ast.unparse(node)
        elif isinstance(node, ast.Name):
            known = {*arguments, *assigned, *FUNCTIONS, "WEEK_HOURS", "WEEKS_PER_YEAR"}
            assert node.id in known, f"{node.id}, line {node.lineno}"


def test_the_rules_import_nothing_that_computes() -> None:
    imported = [node for node in ast.walk(RULES) if isinstance(node, (ast.Import, ast.ImportFrom))]
    names = {getattr(node, "module", None) for node in imported}
    assert names == {"__future__", "typing", "sim.parameters"}


# --- every number is used ---------------------------------------------------------------------------------------------


def attributes(*patterns: str) -> set[str]:
    """Names of all attributes read in some source files: with ``c.x``, x."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for pattern in patterns for path in SIM.glob(pattern)]
    return {node.attr for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def test_every_coefficient_is_used_by_a_rule() -> None:
    # A few are arguments of a rule instead (learning in one's own or the other's field): then in both engines.
    in_both_engines = attributes("core/kernel.py") & attributes("model.py", "agents/*.py")
    unused = set(parameters()["coefficient"]) - attributes("rules.py") - in_both_engines
    assert unused == set()


def mentions(tree: ast.AST) -> Iterator[Callable[[str], object]]:
    """Tests for names: attributes, words in quotes, and formatted ones such as f"staff_{name}"."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node.attr.__eq__
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value.__eq__
        elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
            parts = (re.escape(str(p.value)) if isinstance(p, ast.Constant) else "[a-z0-9_]+" for p in node.values)
            yield re.compile("".join(parts)).fullmatch


@pytest.mark.parametrize("group", ["mechanism", "founding", "outcome", "population"])
def test_every_other_number_is_used_somewhere(group: str) -> None:
    sources = [path for module in (sim, experiments) for path in Path(module.__path__[0]).rglob("*.py")]
    # Declarations of levers name mechanism parameters, and the ensemble what is solved; it takes a reader to use one.
    readers = [path for path in sources if "policies" not in path.parts and path.name != "ensemble.py"]
    found = [test for path in readers for test in mentions(ast.parse(path.read_text(encoding="utf-8")))]
    unused = [name for name in parameters()[group] if not any(test(name) for test in found)]
    assert unused == []
