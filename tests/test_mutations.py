"""The faults of tests/mutations.py can still be made."""

import pytest

from tests.mutations import FAULTS, changed


def test_there_are_twenty():
    assert len(FAULTS) == 20


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.says)
def test_what_a_fault_changes_stands_in_its_file_once(fault):
    compile(changed(fault), fault.file, "exec")
