"""Fixtures of all benchmarks, and the facts noted beside the figures."""

from __future__ import annotations

import os
from importlib import metadata
from typing import Any

import llvmlite.binding
import mesa
import numba
import numpy as np
import pyarrow as pa
import pytest

from benchmarks import cases, peers

EXTRAS = {"Dask": "dask", "AgentPy": "agentpy"}
"""Packages that may be missing."""


def installed(package: str) -> str:
    """Return a package's version; nothing if it is not there."""
    found = [*metadata.distributions(name=package), *metadata.distributions(name=package, path=[str(peers.FOLDER)])]
    return found[0].version if found else ""


@pytest.fixture(scope="session", autouse=True)
def compiled() -> None:
    """Compile the kernel, or fetch it from disk, before anything is measured."""
    cases.run(cases.engine(cases.settings(1), weeks=1), cases.one_company(1))


def pytest_benchmark_update_machine_info(config: pytest.Config, machine_info: dict[str, Any]) -> None:
    """Note versions, and how busy the machine was before; leave out its name."""
    del config
    machine_info.pop("node", None)
    machine_info["cores"] = os.cpu_count()
    machine_info["load_before"] = os.getloadavg()[0]
    machine_info["versions"] = {
        "numba": numba.__version__,
        "LLVM": ".".join(map(str, llvmlite.binding.llvm_version_info)),
        "NumPy": np.__version__,
        "Mesa": mesa.__version__,
        "PyArrow": pa.__version__,
        **{name: version for name, package in EXTRAS.items() if (version := installed(package))},
    }
