"""Conclusions under a variant of the model's structure, each with its size and whether it holds.

Where a pattern of the scorecard says what is meant, its own judgement is used, bound included (P9 to P11, P16). Of P1
and P2 only the order is asked for: which group is the largest, and which earns most, by however little.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import spearmanr

from analysis.validation.structure_runs import Variant, VariantStudy, varied
from experiments.anchors import reference_world, with_cost_level, with_cut_offs
from experiments.calibration.verdict import exchange_cost_level
from experiments.ensemble import ANCHORS
from experiments.laboratory import FACTORS, Condition, Laboratory
from experiments.patterns import conditions, history
from experiments.patterns.sample import shares
from experiments.population import draw_sample
from experiments.scorecard import BLOCKED, PRO, WEEKS, Line, mean_by_type, middle

Floats = NDArray[np.float64]

CLEAR: Final = 2.0
"""Least number of standard errors of a clear difference."""
ALIKE: Final = 0.7
"""Least rank correlation of effects in the same order (assumption)."""
MANY_TIMES: Final = 3.0
"""Least multiple of the best single lever that the bundle must reach, as in P12 (assumption)."""
HALF: Final = 0.5
"""Least effect of history on quality, in standard deviations, that is called important (assumption)."""
FRICTIONS: Final = (0.05, 0.5)
"""Low and high founding friction, as in P16."""
CONCLUSIONS: Final = {
    "signs_quality": "no lever's effect on cooperation quality clearly changes its sign",
    "signs_return": "no lever's effect on return before lever costs clearly changes its sign",
    "rank_quality": "levers are ordered alike by their effect on quality",
    "rank_return": "levers are ordered alike by their effect on return before lever costs",
    "bundle": "all levers together beat the best single one by far",
    "teams": "teams and their support add up to more than their parts",
    "formality": "efficiency has an interior optimum of clarity and formality",
    "ambition": "quality has an interior optimum of ambition",
    "history": "founding friction decides where companies end",
    "history_quality": "founding friction costs quality, by half a standard deviation of all companies or more",
    "clash": "an early clash changes where companies end",
    "chance": "chance alone moves companies by more than half a standard deviation of all",
    "order_of_types": "the four types keep the order of their shares",
    "self_blockers": "self-blockers are the largest group",
    "professionals": "professionals have the highest return",
}
"""Conclusions by id, in a sentence each."""
SIZES: Final = {
    "signs_quality": "levers with the standard's sign, of 15",
    "signs_return": "levers with the standard's sign, of 15",
    "rank_quality": "rank correlation with the standard",
    "rank_return": "rank correlation with the standard",
    "bundle": "multiple of the best single lever",
    "teams": "interaction in quality",
    "formality": "optimum above both ends, relative to the cut-off",
    "ambition": "optimum above both ends, in quality",
    "history": "more bad endings with high founding friction",
    "history_quality": "quality lost, in standard deviations of the sample",
    "clash": "more bad endings after the clash",
    "chance": "share of companies that four draws move that far",
    "order_of_types": "pairs of types in the standard's order, of 6",
    "self_blockers": "lead over the next group",
    "professionals": "lead over the next group",
}
"""Meaning of the size of each conclusion's effect."""


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Results under a variant.

    Attributes
    ----------
    variant
        The variant.
    effects
        Index: the 15 levers. Columns ``quality`` and ``return_before_levers``: mean change from the middle level to
        full intensity, in matched pairs; and their standard errors, ``..._se``.
    shares, returns
        Share and mean return on sales of the four types, shape (4,); NaN where nobody is of a type.
    sample, companies
        Companies in the sample, and per controlled condition.
    bundle
        Effect of all levers on quality as a multiple of the best single one's, from no lever.
    history
        Mean cooperation quality lost at middling levers where founding friction is high instead of low (the levels of
        P16), in standard deviations of the sample. The share of bad endings, which P16 judges, is soon one or nought:
        the cut-off is that of the reference company at this very level of levers.
    lines
        Patterns that were judged: P9, P10, P11, P16.
    anchors
        :data:`experiments.ensemble.ANCHORS`, solved for the variant.
    """

    variant: Variant
    effects: pd.DataFrame
    shares: Floats
    returns: Floats
    sample: int
    companies: int
    bundle: float
    history: float
    lines: dict[str, Line]
    anchors: dict[str, float]

    def part(self, pattern: str, name: str) -> tuple[float, bool]:
        """Return the value of a pattern's part, and whether it holds."""
        found = next(part for part in self.lines[pattern].parts if part.name == name)
        return found.value, found.margin >= 0.0


def judged(laboratory: Laboratory, variant: Variant, *, companies: int, sample: int) -> Judged:
    """Return the results under a variant.

    Parameters
    ----------
    laboratory
        Parameters, seed and threads; the anchors are solved again.
    variant
        The structure of the model.
    companies, sample
        Companies per controlled condition, before thinning, and in the virtual sample.
    """
    per_condition, steps = max(8, companies // variant.thinned), variant.steps(WEEKS)
    varying = with_cut_offs(varied(laboratory, variant), per_condition, steps)
    drawn = draw_sample(sample, laboratory.seed, laboratory.model.population)
    lanes = np.arange(sample)
    found = varying.run(drawn.settings(), lanes, lanes, steps)
    solved = with_cost_level(varying, drawn, found)
    exchange_cost_level(found, varying.measurement.cost_share, solved.measurement.cost_share)
    study = VariantStudy(
        laboratory=solved, sample=drawn, found=found, others=0, companies=per_condition, brief=True, variant=variant
    )
    return Judged(
        variant=variant,
        effects=lever_effects(study),
        shares=np.array(shares(found["type"])),
        returns=np.array(mean_by_type(found["type"], found["return_on_sales"])),
        sample=sample,
        companies=per_condition,
        bundle=bundle_multiple(study),
        history=friction_cost(study) / float(found["cooperation_quality"].std()),
        lines={
            line.id: line
            for line in (
                conditions.bureaucracy(study),
                conditions.teams(study),
                conditions.goals(study),
                history.history(study),
            )
        },
        anchors={name: float(getattr(solved.measurement, name)) for name in ANCHORS},
    )


def effects_frame(quality: Floats, profit: Floats) -> pd.DataFrame:
    """Return levers' mean effects and standard errors from outcomes, shape (1 + levers, companies), the base first."""
    columns = {}
    for name, values in (("quality", quality), ("return_before_levers", profit)):
        change = values[1:] - values[0]
        columns[name] = change.mean(axis=1)
        columns[f"{name}_se"] = change.std(axis=1, ddof=1) / np.sqrt(change.shape[1])
    return pd.DataFrame(columns, index=pd.Index(FACTORS, name="lever"))


def lever_effects(study: VariantStudy) -> pd.DataFrame:
    """Return the effects of single levers from the middle level."""
    world = reference_world()
    found = study.compare(
        [Condition(levers=middle(), world=world)]
        + [Condition(levers=middle(**{name: 1.0}), world=world) for name in FACTORS]
    )
    return effects_frame(found["cooperation_quality"], found["return_before_levers"])


def bundle_multiple(study: VariantStudy) -> float:
    """Return the effect of all levers on quality as a multiple of the best single one's, from no lever (P12)."""
    world = reference_world()
    singles = [Condition(levers={name: 1.0}, world=world) for name in FACTORS]
    found = study.compare(
        [Condition(world=world), *singles, Condition(levers=middle(1.0), world=world)],
        companies=max(8, study.companies // 2),
    )["cooperation_quality"].mean(axis=1)
    return float((found[-1] - found[0]) / max(1e-9, found[1:-1].max() - found[0]))


def friction_cost(study: VariantStudy) -> float:
    """Return mean quality lost at middling levers where founding friction is high instead of low (P16)."""
    worlds = [reference_world({"founding_friction": friction}) for friction in FRICTIONS]
    found = study.compare([Condition(levers=middle(0.5), world=world) for world in worlds])["cooperation_quality"]
    return float((found[0] - found[1]).mean())


def same_signs(found: pd.DataFrame, standard: pd.DataFrame, outcome: str) -> tuple[int, int]:
    """Return the number of levers with the standard's sign, and of those that clearly have the other one.

    A change of sign is clear if the effect is clear in both, by :data:`CLEAR` standard errors.
    """
    ours, theirs = found[outcome].to_numpy(), standard[outcome].to_numpy()
    clear = (np.abs(ours) > CLEAR * found[f"{outcome}_se"]) & (np.abs(theirs) > CLEAR * standard[f"{outcome}_se"])
    return int((np.sign(ours) == np.sign(theirs)).sum()), int(((ours * theirs < 0.0) & clear).sum())


def same_order(found: Judged, standard: Judged) -> tuple[int, int]:
    """Return the number of pairs of types in the standard's order of shares, and of those clearly in the other one.

    As with signs, the other order is clear if the difference is clear in both, by :data:`CLEAR` standard errors.
    """
    alike = opposite = 0
    for a in range(len(found.shares)):
        for b in range(a):
            (difference, clear), (ahead, clearly_ahead) = (_lead(each, a, b) for each in (found, standard))
            alike += int(np.sign(difference) == np.sign(ahead))
            opposite += int(difference * ahead < 0.0 and clear and clearly_ahead)
    return alike, opposite


def _lead(found: Judged, a: int, b: int) -> tuple[float, bool]:
    """Return the lead of one type's share over another's, and whether it is clear."""
    difference = float(found.shares[a] - found.shares[b])
    # Variance of a difference of two shares of one sample.
    spread = np.sqrt((found.shares[a] + found.shares[b] - difference**2) / found.sample)
    return difference, abs(difference) > CLEAR * float(spread)


def conclusions(found: Judged, standard: Judged) -> pd.DataFrame:
    """Return size and verdict of every conclusion; index: :data:`CONCLUSIONS`, columns ``value``, ``holds``."""
    rows: dict[str, tuple[float, bool]] = {}
    for name, outcome in (("quality", "quality"), ("return", "return_before_levers")):
        alike, opposite = same_signs(found.effects, standard.effects, outcome)
        rows[f"signs_{name}"] = float(alike), opposite == 0
        rank = float(spearmanr(found.effects[outcome], standard.effects[outcome]).statistic)
        rows[f"rank_{name}"] = rank, rank >= ALIKE
    rows["bundle"] = found.bundle, found.bundle >= MANY_TIMES
    rows["teams"] = found.part("P10", "interaction_quality")
    rows["formality"] = found.part("P9", "optimum")
    rows["ambition"] = found.part("P11", "optimum")
    rows["history"] = found.part("P16", "founding_friction")
    rows["history_quality"] = found.history, found.history >= HALF
    rows["clash"] = found.part("P16", "clash")
    rows["chance"] = found.part("P16", "redraws")
    alike, opposite = same_order(found, standard)
    rows["order_of_types"] = float(alike), opposite == 0
    lead = float(found.shares[BLOCKED] - found.shares[:BLOCKED].max())
    rows["self_blockers"] = lead, lead > 0.0
    # Groups that nobody belongs to earn nothing: NaN is left out, unless it is the professionals' own.
    ahead = float(found.returns[PRO] - np.nanmax(found.returns[1:])) if np.isfinite(found.returns[1:]).any() else np.nan
    rows["professionals"] = ahead, ahead > 0.0
    return pd.DataFrame(
        [rows[name] for name in CONCLUSIONS], columns=["value", "holds"], index=pd.Index(CONCLUSIONS, name="conclusion")
    )
