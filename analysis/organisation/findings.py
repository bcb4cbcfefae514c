"""Findings on a real organisation's files: its network, what is known of its people, and what the model draws.

Nothing here judges people. A share of contact or a gap in the network is a property of the organisation's structure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from experiments.pseudonyms import telling_ids
from sim.company import ATTRIBUTES, PROFILE, Organisation, department_profile
from sim.graph import Graph
from sim.organisation import DEPARTMENTS, MOTIVES, TIE_STATES, attribute_bounds
from sim.parameters import Founding, founding
from sim.version import __version__

Floats = NDArray[np.float64]

CROWDED: Final = 0.5
"""From this share of known values at one end of its scale on, a column looks as if it had another scale."""
FEW: Final = 3
"""With fewer known values nothing is said about how they are spread."""
BUSY: Final = 0.5
"""From this share of the interface on, one person is its bottleneck (assumption; with a broker it is 1)."""


@dataclass(frozen=True, slots=True)
class Network:
    """The communication network.

    Dormant team ties are counted, but connect nobody until teams are used.

    Attributes
    ----------
    people, inner_ties
        People, and ties between them, by department.
    interface_ties, team_ties
        Regular and dormant ties between the departments.
    inner_density, interface_density
        Ties in use as a share of all that there could be, by department and between the two.
    components
        Number of people in each part of the network that hangs together, largest first.
    isolated
        People without any tie in use.
    no_interface
        People without a regular tie to the other department, by department.
    bridges
        People without whom the network falls apart (articulation points).
    busiest
        By department: the person with most regular interface ties, and that person's share of them.
    """

    people: dict[str, int]
    inner_ties: dict[str, int]
    interface_ties: int
    team_ties: int
    inner_density: dict[str, float]
    interface_density: float
    components: tuple[int, ...]
    isolated: tuple[str, ...]
    no_interface: dict[str, tuple[str, ...]]
    bridges: tuple[str, ...]
    busiest: dict[str, tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Column:
    """The known values of an attribute.

    Attributes
    ----------
    name
        As in the files.
    known, of
        Number of cells with a value, and of all cells.
    allowed
        Bounds.
    least, median, most
        Of the known values; NaN if there are none.
    drawn
        Bounds between which the model draws unknown values under its defaults, by department; for ties, under
        ``interface``.
    remark
        ``"constant"`` if all known values are the same, ``"crowded"`` if many lie at one end of the scale, else empty.
    """

    name: str
    known: int
    of: int
    allowed: tuple[float, float]
    least: float
    median: float
    most: float
    drawn: dict[str, tuple[float, float]]
    remark: str


@dataclass(frozen=True, slots=True)
class OrganisationFindings:
    """Findings on the files of an organisation.

    Attributes
    ----------
    network
        Who is tied to whom.
    columns
        What is known of each attribute.
    telling_ids
        Ids that look like personal data, by :data:`experiments.pseudonyms.SIGNS`.
    """

    network: Network
    columns: tuple[Column, ...]
    telling_ids: Mapping[str, Sequence[str]]

    def to_json(self) -> dict[str, Any]:
        """Return everything in JSON's types."""
        found = self.network
        return {
            "version": __version__,
            "people": found.people,
            "ties": {**found.inner_ties, "interface": found.interface_ties, "team": found.team_ties},
            "density": {**found.inner_density, "interface": found.interface_density},
            "components": found.components,
            "isolated": found.isolated,
            "no_interface": found.no_interface,
            "bridges": found.bridges,
            "busiest": {side: {"id": name, "share": share} for side, (name, share) in found.busiest.items()},
            "columns": [
                {
                    "name": column.name,
                    "known": column.known,
                    "of": column.of,
                    "low": column.allowed[0],
                    "high": column.allowed[1],
                    "least": column.least,
                    "median": column.median,
                    "most": column.most,
                    "drawn": column.drawn,
                    "remark": column.remark or None,
                }
                for column in self.columns
            ],
            "telling_ids": self.telling_ids,
        }


def organisation_findings(organisation: Organisation) -> OrganisationFindings:
    """Return the findings on an organisation, with the bounds of unknown values under the defaults."""
    graph = organisation.graph
    return OrganisationFindings(network(graph), columns(organisation, founding()), telling_ids(graph.names))


def network(graph: Graph) -> Network:
    """Return the network of a communication graph of real people.

    Parameters
    ----------
    graph
        With the people's ids as names.
    """
    full = graph.to_networkx()
    in_use = nx.restricted_view(full, [], [edge for edge in full.edges if full.edges[edge]["kind"] == "team"])
    names, degree = np.array(graph.names), graph.regular_degree()
    sides = {"marketing": slice(0, graph.marketing), "sales": slice(graph.marketing, graph.people)}
    sizes = {"marketing": graph.marketing, "sales": graph.sales}
    inner = {"marketing": int((graph.inner_a < graph.marketing).sum())}
    inner["sales"] = len(graph.inner_a) - inner["marketing"]
    busiest = {side: int(np.argmax(degree[part])) + part.start for side, part in sides.items()}
    return Network(
        people=sizes,
        inner_ties=inner,
        interface_ties=graph.regular_ties,
        team_ties=graph.ties - graph.regular_ties,
        inner_density={side: _share(inner[side], n * (n - 1) // 2) for side, n in sizes.items()},
        interface_density=_share(graph.regular_ties, graph.marketing * graph.sales),
        components=tuple(sorted((len(part) for part in nx.connected_components(in_use)), reverse=True)),
        isolated=_names(names, list(nx.isolates(in_use))),
        no_interface={
            side: _names(names[part], np.flatnonzero(degree[part] == 0.0).tolist()) for side, part in sides.items()
        },
        bridges=_names(names, sorted(nx.articulation_points(in_use))),
        busiest={side: (str(names[k]), _share(float(degree[k]), graph.regular_ties)) for side, k in busiest.items()},
    )


def columns(organisation: Organisation, founding: Founding) -> tuple[Column, ...]:
    """Return the known values of each attribute of the people and of the interface ties.

    Parameters
    ----------
    organisation
        As read from the files.
    founding
        Parameters of founding, from which the bounds of unknown values follow.
    """
    drawn = drawn_ranges(founding)
    people = [
        _column(name, organisation.people[:, k], attribute_bounds(name), drawn[name])
        for k, name in enumerate(ATTRIBUTES)
    ]
    ties = [_column(name, organisation.ties[:, k], (0.0, 1.0), drawn[name]) for k, name in enumerate(TIE_STATES)]
    return (*people, *ties)


def drawn_ranges(f: Founding) -> dict[str, dict[str, tuple[float, float]]]:
    """Return the bounds between which unknown states are drawn, by column and department (``interface`` for ties).

    As in :func:`sim.company.found`, over all contexts that a company may draw, before any lever.
    """
    profile = department_profile(f)
    spreads = {"marketing": f.motive_spread_marketing, "sales": f.motive_spread_sales}
    found: dict[str, dict[str, tuple[float, float]]] = {}
    for column, name in enumerate(PROFILE):
        low, high = attribute_bounds(name)
        found[name] = {
            side: _around(float(profile[row, column]), spreads[side] if name in MOTIVES else f.person_spread, low, high)
            for row, side in enumerate(DEPARTMENTS)
        }
    regard_low = f.regard_base + f.regard_trust * f.trust_low - f.regard_start_friction * f.friction_high
    regard_high = f.regard_base + f.regard_trust * f.trust_high
    spread = f.tie_spread
    same = {
        "experience": (0.0, min(1.0, 2.0 * f.experience_start)),
        "regard": (max(0.0, regard_low - spread), min(1.0, regard_high + spread)),
        "backlog": (f.backlog_start, f.backlog_start),
    }
    found |= {name: dict.fromkeys(DEPARTMENTS, bounds) for name, bounds in same.items()}
    found["trust"] = {"interface": (max(0.0, f.trust_low - spread), min(1.0, f.trust_high + spread))}
    found["friction"] = {"interface": (0.0, min(1.0, f.friction_high + spread))}
    return found


def _around(middle: float, spread: float, low: float, high: float) -> tuple[float, float]:
    return max(low, middle - spread), min(high, middle + spread)


def _column(name: str, cells: Floats, allowed: tuple[float, float], drawn: dict[str, tuple[float, float]]) -> Column:
    known = cells[~np.isnan(cells)]
    least, median, most = np.quantile(known, (0.0, 0.5, 1.0)).tolist() if len(known) else [float("nan")] * 3
    remark = ""
    if len(known) >= FEW and least == most:
        remark = "constant"
    elif len(known) >= FEW and name != "backlog":
        # Nobody waits for anything where the backlog is empty; elsewhere so many extremes are a matter of the scale.
        remark = "crowded" if max((known == end).mean() for end in allowed) >= CROWDED else ""
    return Column(name, len(known), len(cells), allowed, least, median, most, drawn, remark)


def _share(part: float, of: float) -> float:
    return part / of if of else 0.0


def _names(names: NDArray[np.str_], places: Sequence[int]) -> tuple[str, ...]:
    return tuple(names[list(places)].tolist()) if len(places) else ()


__all__ = [
    "BUSY",
    "Column",
    "Network",
    "OrganisationFindings",
    "columns",
    "drawn_ranges",
    "network",
    "organisation_findings",
]
