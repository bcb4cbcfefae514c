"""Figures for reports, notebooks and slides: one style, two languages, safe for colour-blind readers and in grey.

Each function returns a matplotlib figure and takes tidy frames, such as those of :class:`sim.Results`;
:func:`save` writes one as SVG, PNG or PDF.
"""

from analysis.figures.companies import hours_by_purpose, returns_by_type, type_map
from analysis.figures.images import self_and_other_image
from analysis.figures.levers import interaction_matrix, lever_ranking
from analysis.figures.network import network
from analysis.figures.paths import bands, bands_of_results, time_paths
from analysis.figures.style import save
from analysis.figures.tornado import tornado

__all__ = [
    "bands",
    "bands_of_results",
    "hours_by_purpose",
    "interaction_matrix",
    "lever_ranking",
    "network",
    "returns_by_type",
    "save",
    "self_and_other_image",
    "time_paths",
    "tornado",
    "type_map",
]
