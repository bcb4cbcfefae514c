"""The lattice over an ensemble: in which share of its sets conclusions on levers, pairs and bundles hold.

The lattice is complete under the default alone. Under every set there is a fraction of it
(:func:`analysis.lattice.runs.fraction_plan`), from which main effects and pairs are estimated as if sets of three and
more levers had no effect; :meth:`LatticeEnsemble.off` returns the resulting error under the default. Outcomes are means
over the same companies in every set, so ranges over sets do not include chance among companies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Final

import numpy as np
import pandas as pd

from analysis.lattice.bundles import name_of
from analysis.lattice.conclusions import Bools, Finding, fraction_effects, of_bundles, places, ranks, signs
from analysis.lattice.findings import LatticeFindings, OverSets
from analysis.lattice.runs import PROFESSIONAL, WITH_COST, WITHOUT_COST
from analysis.lattice.walsh import Floats
from analysis.stats.robustness import conclusion_json, deciders, spread, spread_json
from experiments.ensemble import Ensemble

VALUED: Final = (WITH_COST, WITHOUT_COST)
"""Outcomes whose best bundles are run under every set."""
_ROUNDING: Final = 1e-12
"""Effects, and their differences between sets, that are smaller than this, relative to the largest value, are rounding
errors; a rank correlation would count them as large ones."""


@dataclass(frozen=True, slots=True, eq=False)
class LatticeEnsemble:
    """A lattice's conclusions over the sets of an ensemble. Values are in the outcomes' units, shares of one.

    Attributes
    ----------
    levers
        Ids, in the order of the bits.
    sets, points
        Number of sets, and of lever settings under each for effects.
    main, pairs
        Effects by outcome, shapes (sets, levers) and (sets, pairs).
    full_main, full_pairs
        The same in the complete lattice under the default, shapes (levers,) and (pairs,).
    ranks
        Of the levers by main effect, by outcome, shape (sets, levers); 1 is the largest effect.
    bundles
        Means of the default's best bundles and their runners-up by outcome, shape (sets, bundles); 0 is no lever.
    bundle_names
        Their levers, joined by "+".
    higher
        Share of the variance over the lattice's settings that is due to sets of three levers and more under the
        default, by outcome: as it is, and without what chance among companies adds.
    findings
        All conclusions.
    """

    levers: tuple[str, ...]
    sets: int
    points: int
    main: Mapping[str, Floats]
    pairs: Mapping[str, Floats]
    full_main: Mapping[str, Floats]
    full_pairs: Mapping[str, Floats]
    ranks: Mapping[str, Floats]
    bundles: Mapping[str, Floats]
    bundle_names: tuple[str, ...]
    higher: Mapping[str, tuple[float, float]]
    findings: tuple[Finding, ...] = field(repr=False)

    @property
    def pair_names(self) -> tuple[str, ...]:
        """The pairs' levers, joined by "+", in the order of the columns."""
        return tuple("+".join(pair) for pair in combinations(self.levers, 2))

    def of(self, kind: str, outcome: str) -> dict[str, Finding]:
        """Return the conclusions of a kind about an outcome, by levers."""
        return {f.levers: f for f in self.findings if (f.kind, f.outcome) == (kind, outcome)}

    def off(self, outcome: str) -> tuple[float, float]:
        """Return the largest errors of main effects and of pairs from the fraction, under the default.

        NaN for pairs if there are none.
        """
        both = ((self.main, self.full_main), (self.pairs, self.full_pairs))
        main, pairs = (np.abs(found[outcome][0] - full[outcome]).max(initial=-np.inf) for found, full in both)
        return float(main), float(pairs) if np.isfinite(pairs) else np.nan

    def full_rank(self, outcome: str) -> dict[str, int]:
        """Return the levers' ranks in the complete lattice under the default."""
        return dict(zip(self.levers, ranks(self.full_main[outcome][None])[0].astype(int).tolist(), strict=True))

    def bundle(self, outcome: str, name: str) -> Floats:
        """Return an outcome's mean with a bundle, shape (sets,)."""
        return self.bundles[outcome][:, self.bundle_names.index(name)]

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables of :class:`analysis.lattice.findings.OverSets`, by name."""
        return {
            "ensemble": pd.DataFrame([self._row(f) for f in self.findings]),
            "ensemble_deciders": pd.DataFrame(
                [
                    (f.outcome, f.kind, f.levers, one.name, one.rho, one.share_low, one.share_high)
                    for f in self.findings
                    for one in f.decided_by
                ],
                columns=["outcome", "kind", "levers", "coefficient", "rho", "share_low", "share_high"],
            ),
            "ensemble_main_effects": pd.concat(
                [
                    pd.DataFrame(effect, columns=list(self.levers)).assign(outcome=outcome, set=range(self.sets))
                    for outcome, effect in self.main.items()
                ]
            )[["outcome", "set", *self.levers]],
        }

    def _row(self, found: Finding) -> dict[str, Any]:
        told = conclusion_json(found.conclusion, ())
        strength = {f"strength_{name}": value for name, value in told["strength"].items()}
        named = {"outcome": found.outcome, "kind": found.kind, "levers": found.levers}
        numbers = {name: told[name] for name in ("share", "low", "high", "default_holds")}
        return named | {"full": self._full(found)} | numbers | strength

    def _full(self, found: Finding) -> float:
        """Return the effect in the complete lattice; NaN for what is no effect."""
        if found.kind == "effect":
            return float(self.full_main[found.outcome][self.levers.index(found.levers)])
        if found.kind == "pair":
            return float(self.full_pairs[found.outcome][self.pair_names.index(found.levers)])
        return np.nan

    def to_json(self) -> dict[str, Any]:
        """Return everything in the shape of ``--json``, by outcome; sets of levers are lists of ids."""
        return {outcome: self._outcome(outcome) for outcome in self.main}

    def over_sets(self, about: Mapping[str, Any], runs: int) -> OverSets:
        """Return the findings, with facts ``about`` the ensemble and the number of runs."""
        facts = {"sets": self.sets, **about, "settings": self.points, "runs": runs}
        return OverSets(facts | {"outcomes": self.to_json()}, self.tables())

    def _outcome(self, outcome: str) -> dict[str, Any]:
        effect, first, top, pair = (self.of(kind, outcome) for kind in ("effect", "first", "top", "pair"))
        full_rank, (main, pairs) = self.full_rank(outcome), self.off(outcome)
        share, corrected = self.higher[outcome]
        return {
            "higher_orders": {"share": share, "corrected": corrected},
            "fraction_off_by": {"main_effects": main, "pairs": pairs},
            "main_effects": {
                lever: {"full": self._full(effect[lever]), **_told(effect[lever])}
                | {"rank": {"full": full_rank[lever], **spread_json(spread(self.ranks[outcome][:, v]))}}
                | {"first": _told(first[lever]), "among_first_three": _told(top[lever])}
                for v, lever in enumerate(self.levers)
            },
            "pairs": [{"levers": name.split("+"), "full": self._full(f), **_told(f)} for name, f in pair.items()],
            "bundles": [self._bundle(outcome, name) for name in self.of("size", outcome)],
        }

    def _bundle(self, outcome: str, name: str) -> dict[str, Any]:
        beats, size, gains, raises = (self.of(kind, outcome) for kind in ("bundle", "size", "gains", "raises"))
        return {
            "levers": [lever for lever in name.split("+") if lever],
            "value": spread_json(spread(self.bundle(outcome, name))),
            # Without a second set of that size there is nothing to beat.
            "beats_runner_up": _told(beats[name]) if name in beats else None,
            "best_size": _told(size[name]),
            # No lever has no gain over itself.
            "gains": _told(gains[name]) if name in gains else None,
            "professional": spread_json(spread(self.bundle(PROFESSIONAL, name))),
            "raises_professional": _told(raises[name]) if name in raises else None,
        }


def wanted_bundles(findings: LatticeFindings) -> tuple[int, ...]:
    """Return the bundles to run under every set: the best of every size and the runners-up; bit v is lever v."""
    frame = findings.bundles[findings.bundles["outcome"].isin(VALUED)]
    names = {*frame["levers"], *frame["runner_up"], ""}
    return tuple(sorted(sum(1 << findings.levers.index(lever) for lever in name.split("+") if lever) for name in names))


def lattice_ensemble(
    findings: LatticeFindings,
    ensemble: Ensemble,
    *,
    on: Bools,
    fraction: Mapping[str, Floats],
    bundles: Sequence[int],
    bundle_values: Mapping[str, Floats],
) -> LatticeEnsemble:
    """Return the lattice's conclusions over the sets of an ensemble.

    Parameters
    ----------
    findings
        On the complete lattice under the default.
    ensemble
        The sets.
    on
        Which levers are on at which points of the fraction, shape (points, levers).
    fraction
        For each outcome of the findings the mean over companies, shape (sets, points).
    bundles
        From :func:`wanted_bundles`.
    bundle_values
        For each outcome the mean over companies, shape (sets, bundles).
    """
    levers = findings.levers
    pair_names = ["+".join(pair) for pair in combinations(levers, 2)]
    main: dict[str, Floats] = {}
    pairs, full_main, full_pairs = dict(main), dict(main), dict(main)
    higher: dict[str, tuple[float, float]] = {}
    for outcome in findings.outcomes:
        main[outcome], pairs[outcome] = fraction_effects(fraction[outcome], on)
        full_main[outcome] = (
            findings.of("main_effects", outcome).set_index("lever")["effect"].loc[list(levers)].to_numpy()
        )
        known = findings.of("pairs", outcome).set_index("levers")["effect"]
        full_pairs[outcome] = known.loc[pair_names].to_numpy(dtype=np.float64)
        shares = findings.of("spectrum", outcome).query("order > 2")[["share", "corrected"]].to_numpy().sum(axis=0)
        higher[outcome] = float(shares[0]), float(shares[1])
    names = tuple(name_of(bundle, levers) for bundle in bundles)
    by_name = {o: dict(zip(names, values.T, strict=True)) for o, values in bundle_values.items()}
    found: list[Finding] = []
    for outcome in findings.outcomes:
        rounding = _ROUNDING * (float(np.abs(fraction[outcome]).max()) or 1.0)
        judged = [
            *signs("effect", levers, main[outcome], full_main[outcome], rounding),
            *places(levers, main[outcome]),
            *signs("pair", pair_names, pairs[outcome], full_pairs[outcome], rounding),
            *(
                of_bundles(findings.of("bundles", outcome), by_name[outcome], by_name[PROFESSIONAL])
                if outcome in VALUED
                else ()
            ),
        ]
        for kind, name, conclusion in judged:
            strength = rounding * np.round(conclusion.strength / rounding)
            # No coefficient decides what holds nowhere. Of what holds everywhere, pairs are too many to ask for more.
            asked = 0.0 < conclusion.share < 1.0 or (kind != "pair" and conclusion.share == 1.0)
            decided = deciders(ensemble, strength, holds=conclusion.holds) if asked else []
            found.append(Finding(outcome, kind, name, conclusion.under(ensemble), tuple(decided)))
    return LatticeEnsemble(
        levers=levers,
        sets=len(ensemble),
        points=len(on),
        main=main,
        pairs=pairs,
        full_main=full_main,
        full_pairs=full_pairs,
        ranks={outcome: ranks(effect) for outcome, effect in main.items()},
        bundles=dict(bundle_values),
        bundle_names=names,
        higher=higher,
        findings=tuple(found),
    )


def _told(found: Finding) -> dict[str, Any]:
    return conclusion_json(found.conclusion, found.decided_by)


__all__ = [
    "VALUED",
    "LatticeEnsemble",
    "lattice_ensemble",
    "wanted_bundles",
]
