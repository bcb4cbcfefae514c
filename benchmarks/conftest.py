"""What every measurement needs, and what is noted beside the figures."""

from __future__ import annotations

import os
from typing import Any

import llvmlite.binding
import mesa
import numba
import numpy as np
import pytest

from benchmarks import cases


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
    }
