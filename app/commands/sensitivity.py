"""``handshake sensitivity``: which assumption matters for which conclusion."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from analysis.files import save_findings
from analysis.sensitivity.figures import Words, write_figures
from analysis.sensitivity.findings import DECIDES, Sample, SensitivityReport, leading, sensitivity_report
from analysis.sensitivity.runs import Case, case_of, conclusions, indices_plan, screening_plan
from app.terminal.complaints import said, whole_number
from app.terminal.factor_names import FactorNames, declared
from app.terminal.reports import REPORT, check_report, report_folder
from app.terminal.running import Numbers, find_scenario, neutral_scenario
from app.terminal.screen import Screen
from app.terminal.sensitivity_view import conclusion_names, show_sensitivity
from app.terminal.sweeping import Hands
from app.terminal.sweeps import announce, finished, room_for, runs_left, share_left
from experiments.plan.plan import Plan
from sim.errors import BadInputError, unknown_name
from sim.scenario import Scenario
from sim.texts import Texts, languages
from sim.version import __version__

METHODS: Final = ("morris", "sobol", "both")
MOST_CLOSER: Final = 16
"""Most factors that are looked at more closely after a screening."""
_MOST_SAMPLES: Final = 2**16
_MOST_TRAJECTORIES: Final = 10_000
_OPTIONS: Final = {"factors": "--factors", "design.samples": "--samples", "design.trajectories": "--trajectories"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of a sensitivity analysis.

    Attributes
    ----------
    scenario
        As it was found, with its name in the screen's language.
    case
        The same with levers and without; its name is the same in every language, and so are the folders.
    method
        One of :data:`METHODS`.
    factors
        Targets, perhaps with stars.
    samples, trajectories
        Sizes of the designs.
    numbers
        Which companies, and for how long.
    """

    scenario: Scenario
    case: Case
    method: str
    factors: tuple[str, ...]
    samples: int
    trajectories: int
    numbers: Numbers

    @classmethod
    def read(
        cls, screen: Screen, name: str, method: str, factors: str, samples: str, trajectories: str, numbers: Numbers
    ) -> Wanted:
        """Return what the command line asks for.

        Raises
        ------
        BadInputError
            For unknown names, and for numbers out of bounds.
        """
        if method not in METHODS:
            raise unknown_name(method, METHODS, key=said("bad.option", name="--method"))
        sizes = (
            whole_number("--samples", samples, 2, _MOST_SAMPLES),
            whole_number("--trajectories", trajectories, 2, _MOST_TRAJECTORIES),
        )
        scenario = find_scenario(name, screen, argument="metavar.scenario")
        neutral = neutral_scenario(scenario, name)
        targets = tuple(part.strip() for part in factors.split(",") if part.strip())
        found = cls(scenario, case_of(neutral), method, targets, *sizes, numbers)
        # Both plans are made now, so that everything that is wrong with them is said before anything is computed.
        found.screening()
        found.indices(targets)
        return found

    def screening(self) -> Plan:
        """Return the plan of the screening."""
        return self._planned(screening_plan, self.factors, trajectories=self.trajectories)

    def indices(self, factors: tuple[str, ...]) -> Plan:
        """Return the plan of indices for some factors."""
        return self._planned(indices_plan, factors, samples=self.samples)

    def _planned(self, make: Any, factors: tuple[str, ...], **size: int) -> Plan:
        numbers = self.numbers
        try:
            plan: Plan = make(
                self.case, factors, **size, companies=numbers.companies, seed=numbers.seed, weeks=numbers.weeks
            )
            # Factors are looked at when they are asked for.
            assert plan.points
        except BadInputError as error:
            key = str(error.key)
            option = _OPTIONS.get(key) or (_OPTIONS["factors"] if key.startswith("factors.") else None)
            raise (error.at(said("bad.option", name=option)) if option else error) from None
        return plan


def analyse_sensitivity(screen: Screen, wanted: Wanted, *, out: Path | None, hands: Hands, as_json: bool) -> None:
    """Run a sensitivity analysis, show what it says, and write it beside its sweeps if a folder is named.

    Parameters
    ----------
    screen
        Where to show it.
    wanted
        What to run.
    out
        Folder for the sweeps ``morris`` and ``sobol`` and for ``report``: new, or one to go on with; None for none.
    hands
        Who computes.
    as_json
        Whether to print JSON.

    Raises
    ------
    BadInputError
        Before anything is computed.
    StoppedError
        If it could not be finished.
    """
    if out is not None:
        check_report(out / REPORT)
    with room_for(screen, out) as room:
        morris, sobol = _samples(screen, wanted, room, hands, kept=out is not None)
        report = sensitivity_report(morris=morris, sobol=sobol)
        found = described(report, wanted, morris, sobol)
        if out is not None:
            _write(out / REPORT, report, found, screen.texts)
    if as_json:
        screen.emit(found)
    else:
        show_sensitivity(screen, report, found, title=wanted.scenario.name, out=out)


def _samples(
    screen: Screen, wanted: Wanted, room: Path, hands: Hands, *, kept: bool
) -> tuple[Sample | None, Sample | None]:
    """Return the designs with the conclusions at their points: a screening, indices, or both."""
    case = wanted.case

    def sample(plan: Plan, name: str) -> Sample:
        return Sample(plan, conclusions(finished(screen, plan, room / name, hands, kept=kept), case))

    if wanted.method == "sobol":
        plan = wanted.indices(wanted.factors)
        announce(screen, plan, hands, runs_left(plan, room / "sobol"))
        return None, sample(plan, "sobol")
    plan = wanted.screening()
    every = tuple(factor.target for factor in plan.space)
    later = 0
    if wanted.method == "both":
        # Which factors they will be is not known yet, but how many.
        closer = wanted.indices(every[:MOST_CLOSER])
        later = round(closer.runs * share_left(room / "sobol"))
    announce(screen, plan, hands, runs_left(plan, room / "morris") + later)
    screened = sample(plan, "morris")
    if wanted.method == "morris":
        return screened, None
    chosen = every
    if len(every) > MOST_CLOSER:
        chosen = leading(sensitivity_report(morris=screened).morris, MOST_CLOSER) or every[:MOST_CLOSER]
    return screened, sample(wanted.indices(chosen), "sobol")


def described(report: SensitivityReport, wanted: Wanted, morris: Sample | None, sobol: Sample | None) -> dict[str, Any]:
    """Return the report in the shape of ``--json``: nothing in it depends on the language or the machine."""
    given = [sample.plan for sample in (morris, sobol) if sample is not None]
    designs = {
        plan.design.kind.replace("saltelli", "sobol"): {
            **{key: value for key, value in plan.design.model_dump().items() if key != "kind" and value is not None},
            "points": plan.points,
            "runs": plan.runs,
            "factors": [factor.target for factor in plan.space],
        }
        for plan in given
    }
    decided = report.decided()
    return {
        "scenario": wanted.case.name,
        "levers": "scenario" if wanted.case.own else "success_factors",
        "method": wanted.method,
        "companies": given[0].companies,
        "weeks": given[0].horizon,
        "seed": given[0].seed,
        "version": __version__,
        "designs": designs,
        "decides_above": dict(DECIDES),
        "factors": {
            factor.target: {**_described(factor.target, wanted), "decides": list(decided.get(factor.target, ()))}
            | ({"values": list(factor.values)} if factor.values else {"low": factor.low, "high": factor.high})
            for factor in max((plan.space for plan in given), key=len)
        },
        "conclusions": report.to_json(),
    }


def _described(target: str, wanted: Wanted) -> dict[str, Any]:
    """Return what there is to know of a factor."""
    number = declared(target)
    return {
        "name": {language: FactorNames(Texts(language))(target) for language in languages()},
        "unit": number.unit if number else None,
        "default": number.default if number else None,
        "provenance": number.provenance if number else None,
        "source": number.source if number else None,
    }


def _write(folder: Path, report: SensitivityReport, found: dict[str, Any], texts: Texts) -> None:
    names = {target: about["name"][texts.language] for target, about in found["factors"].items()}
    tables = {**report.tables(), "factors": _factor_table(found)}
    words = Words(texts.language, factors=names, conclusions=conclusion_names(texts))
    with report_folder(folder) as draft:
        save_findings(draft, found, tables)
        write_figures(report, draft, words)


def _factor_table(found: dict[str, Any]) -> pd.DataFrame:
    columns = ("unit", "low", "high", "default", "provenance", "source")
    return pd.DataFrame(
        [
            {
                "factor": target,
                **{f"name_{language}": about["name"][language] for language in languages()},
                **{column: about.get(column) for column in columns},
                "decides": "+".join(about["decides"]),
            }
            for target, about in found["factors"].items()
        ]
    )


__all__ = ["METHODS", "MOST_CLOSER", "Wanted", "analyse_sensitivity", "described"]
