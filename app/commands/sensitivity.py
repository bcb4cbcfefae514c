"""``handshake sensitivity``: find which assumption decides which conclusion."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from analysis.figures.labels import Labels
from analysis.figures.style import save_all
from analysis.sensitivity.estimates import Sample, leading, screened
from analysis.sensitivity.figures import Words, figures
from analysis.sensitivity.findings import SensitivityFindings, sensitivity_findings
from analysis.sensitivity.page import sensitivity_page
from analysis.sensitivity.runs import Case, case_of, conclusions, indices_plan, screening_plan
from app.terminal.complaints import said, whole_number
from app.terminal.page import show_page
from app.terminal.reports import REPORT, check_report, report_folder
from app.terminal.running import Numbers, find_scenario, neutral_scenario
from app.terminal.screen import Screen
from app.terminal.sweeping import RunOptions
from app.terminal.sweeps import announce, finished, room_for, runs_left, share_left
from experiments.plan.plan import Plan
from sim.errors import BadInputError, unknown_name

METHODS: Final = ("morris", "sobol", "both")
MOST_CLOSER: Final = 16
"""Most factors that indices are estimated for after a screening."""
_MOST_SAMPLES: Final = 2**16
_MOST_TRAJECTORIES: Final = 10_000
_OPTIONS: Final = {"factors": "--factors", "design.samples": "--samples", "design.trajectories": "--trajectories"}


@dataclass(frozen=True, slots=True)
class SensitivityOptions:
    """What to analyse.

    Attributes
    ----------
    case
        The scenario with levers and without; a preset is called by its id, so that folders do not depend on the
        language.
    method
        One of :data:`METHODS`.
    factors
        Targets, perhaps with stars.
    samples, trajectories
        Sizes of the designs.
    numbers
        Companies, seed and horizon.
    """

    case: Case
    method: str
    factors: tuple[str, ...]
    samples: int
    trajectories: int
    numbers: Numbers

    @classmethod
    def read(
        cls, screen: Screen, name: str, method: str, factors: str, samples: str, trajectories: str, numbers: Numbers
    ) -> SensitivityOptions:
        """Return the options as they were given on the command line.

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
        scenario = neutral_scenario(find_scenario(name, screen, argument="metavar.scenario"), name)
        targets = tuple(part.strip() for part in factors.split(",") if part.strip())
        found = cls(case_of(scenario), method, targets, *sizes, numbers)
        # Both plans are made now, so that their errors come before anything is computed.
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
            assert plan.points  # a plan checks its factors when they are first needed
        except BadInputError as error:
            key = str(error.key)
            option = _OPTIONS.get(key) or (_OPTIONS["factors"] if key.startswith("factors.") else None)
            raise (error.at(said("bad.option", name=option)) if option else error) from None
        return plan


def analyse_sensitivity(
    screen: Screen, options: SensitivityOptions, *, out: Path | None, run_options: RunOptions, as_json: bool
) -> None:
    """Run a sensitivity analysis, show its findings, and write them beside its sweeps if a folder is named.

    Parameters
    ----------
    screen
        Where to print.
    options
        What to analyse.
    out
        Folder for the sweeps ``morris`` and ``sobol`` and for ``report``: new, or one to go on with; None for none.
    run_options
        Where to run.
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
        findings = _analysed(screen, options, room, run_options, kept=out is not None)
        if out is not None:
            with report_folder(out / REPORT) as draft:
                findings.save(draft)
                save_all(figures(findings, Words.of_findings(findings, screen.texts.language)), draft)
    if as_json:
        screen.emit(findings.to_json())
        return
    show_page(screen, sensitivity_page(findings, Labels(screen.texts.language), most=1))
    if out is not None:
        screen.say(screen.texts("runs.written", folder=out))


def _analysed(
    screen: Screen, options: SensitivityOptions, room: Path, run_options: RunOptions, *, kept: bool
) -> SensitivityFindings:
    """Run a screening, indices, or both, and return the findings."""
    case = options.case

    def sample(plan: Plan, name: str) -> Sample:
        return Sample(plan, conclusions(finished(screen, plan, room / name, run_options, kept=kept), case))

    if options.method == "sobol":
        plan = options.indices(options.factors)
        announce(screen, plan, run_options, runs_left(plan, room / "sobol"))
        return sensitivity_findings(case, sobol=sample(plan, "sobol"))
    plan = options.screening()
    every = tuple(factor.target for factor in plan.space)
    later = 0
    if options.method == "both":
        # Their number is known, but not yet which factors they will be.
        closer = options.indices(every[:MOST_CLOSER])
        later = round(closer.runs * share_left(room / "sobol"))
    announce(screen, plan, run_options, runs_left(plan, room / "morris") + later)
    screening = sample(plan, "morris")
    if options.method == "morris":
        return sensitivity_findings(case, morris=screening)
    chosen = every
    if len(every) > MOST_CLOSER:
        chosen = leading(screened(screening), MOST_CLOSER) or every[:MOST_CLOSER]
    return sensitivity_findings(case, morris=screening, sobol=sample(options.indices(chosen), "sobol"))


__all__ = ["METHODS", "MOST_CLOSER", "SensitivityOptions", "analyse_sensitivity"]
