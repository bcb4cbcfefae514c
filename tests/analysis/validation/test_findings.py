from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.stats.intervals import share_interval
from analysis.validation.document import validation_document
from analysis.validation.findings import FILE, ValidationFindings, validation_findings
from analysis.validation.runs import OWNER, LeftOut, mechanisms
from experiments.as_json import json_text
from experiments.calibration.verdict import FULL, parts
from experiments.ensemble import Ensemble, shipped
from experiments.scorecard import catalogue
from sim import evidence
from sim.parameters import parameters
from tests.analysis.stats.relatives import related
from tests.analysis.validation.synthetic import judged


@pytest.fixture(scope="module")
def ensemble() -> Ensemble:
    return shipped().first(20)


def validation(ensemble: Ensemble, **changes: Any) -> ValidationFindings:
    given = {"whole": ensemble, "unseen": judged(len(ensemble)), **changes}
    return validation_findings(ensemble, seed=1, sizes=FULL, **given)


def test_a_pattern_holds_only_where_all_of_its_parts_do() -> None:
    found = judged(4)
    found.margins[1, np.flatnonzero(OWNER == "P2")[0]] = -0.1
    assert found.holds("P2").tolist() == [True, False, True, True]
    assert found.weakest("P2")[0] == parts()[np.flatnonzero(OWNER == "P2")[0]]
    found.margins[2, OWNER == "P17"] = np.nan
    assert found.judged("P17").tolist() == [True, True, False, True]
    assert not found.holds("P17")[2]


def test_every_pattern_has_parts() -> None:
    assert list(dict.fromkeys(OWNER.tolist())) == list(catalogue())


def test_what_holds_in_too_few_sets_or_not_in_the_default_is_named(ensemble: Ensemble) -> None:
    two_missing = np.where(np.arange(20) < 18, 1.0, -1.0)
    only_default_missing = np.where(np.arange(20) == 0, -1.0, 1.0)
    found = validation(ensemble, unseen=judged(20, P7=two_missing, P3=only_default_missing))
    rows = found.patterns.set_index("pattern")
    assert rows.loc["P7", "share"] == 0.9
    assert found.failing == ["P3", "P7"]
    page = validation_document(found, ensemble)
    assert "18 of 19 patterns hold" in page
    assert "In the default these fail: P3." in page
    assert "P7 holds in 90% of the ensemble" in page


def test_predictions_fits_and_what_holds_anyway_are_told_apart(ensemble: Ensemble) -> None:
    left_out = [
        LeftOut("P1", 60, 30, 0.97, 20.0),
        LeftOut("P2", 60, 30, 0.4, 20.0),
        LeftOut("P3", 60, 30, 0.4, 20.0),
        LeftOut("P4", 60, 3, 1.0, 2.0),
    ]
    left_out.append(LeftOut("P5", 60, 30, 0.97, 20.0))
    left_out.append(LeftOut("P6", 60, 3, 1.0, 2.0))
    prior = judged(100, P1=-1.0, P2=-1.0, P4=-1.0)
    found = validation(ensemble, left_out=left_out, prior=prior)
    # One that holds under the priors and yet not where all others do has to be fitted.
    verdicts = ["prediction", "fit", "fit", "unknown", "any", "any"]
    assert found.predictions["verdict"].tolist() == verdicts
    assert found.predictions["prior"].tolist() == [0.0, 0.0, 1.0, 0.0, 1.0, 1.0]
    page = validation_document(found, ensemble, priors=100)
    assert "- P2, P3: fitted." in page
    assert "in at least 95% of 100 sets drawn from the priors" in page
    # Worth two and a half sets, not two or three: the interval is that of the very share.
    few = validation(ensemble, left_out=[LeftOut("P2", 60, 3, 0.3, 2.5)]).predictions.iloc[0]
    assert (few["low"], few["high"]) == share_interval(0.3 * 2.5, 2.5)


def test_a_pattern_needs_the_mechanisms_without_which_it_rarely_holds(ensemble: Ensemble) -> None:
    names = list(mechanisms())
    switched = {"": judged(10)} | {name: judged(10) for name in names}
    switched["regard_lens"] = judged(10, P17=-1.0, P16=np.where(np.arange(10) < 6, 1.0, -1.0))
    found = validation(ensemble, switched=switched)
    assert found.needed("P17") == ["regard_lens"]
    assert found.needed("P16") == []
    page = validation_document(found, ensemble)
    assert "**0**" in page
    assert "**60**" not in page
    assert "regard_lens" not in found.idle
    assert len(found.idle) == len(names) - 1


def test_a_pattern_that_fails_with_all_mechanisms_needs_none(ensemble: Ensemble) -> None:
    switched = {name: judged(10, P17=-1.0) for name in ("", *mechanisms())}
    found = validation(ensemble, switched=switched)
    assert found.needed("P17") == []
    # What it cannot be asked about is not said to be idle.
    assert found.idle == []
    page = validation_document(found, ensemble)
    assert "**P17** holds in too few of these sets" in page
    # What nothing can be said of is not marked as what a pattern needs either.
    assert "**0**" not in page


def test_intervals_count_families() -> None:
    sets = related(5, 4)
    row = validation(sets).patterns.iloc[0]
    assert (row["low"], row["high"]) == share_interval(5, 5)
    assert "the 20 sets count as the 5 families" in validation_document(validation(sets), sets)


def test_what_is_said_of_coefficients_is_of_the_whole_ensemble(ensemble: Ensemble) -> None:
    few, whole = (
        validation(shipped().first(8), whole=shipped(), unseen=judged(8)),
        validation(shipped(), unseen=judged(len(shipped()))),
    )
    assert few.coefficients.equals(whole.coefficients)
    assert few.to_json()["fingerprint"] == shipped().fingerprint


def test_the_page_says_how_its_ensemble_was_sought_and_what_was_asked(ensemble: Ensemble) -> None:
    def page(**procedure: object) -> str:
        facts = {**ensemble.facts, "procedure": {**ensemble.facts["procedure"], **procedure}}
        sets = Ensemble(ensemble.names, ensemble.values, ensemble.anchors, facts)
        return validation_document(validation(sets), sets)

    near = page(without=[], near=100, begun="abc", apart=False)
    assert "All of its patterns P1 to P19 were asked for" in near
    assert "100% of each later wave was sought near" in near
    assert "whether they emerge when they are not asked for" not in near
    assert "of them confirmed on a second sample" in near
    far = page(without=["P7", "P17"], near=0, begun="abc", apart=True)
    assert "P6, P8, P9" in far
    assert "All of its patterns" not in far
    assert "was sought near" not in far
    assert "was begun with an earlier ensemble" in far
    assert "one of each family" in far
    assert "begun with" not in page(near=0, begun="")


def test_the_report_is_plain_json_and_names_the_ensemble(ensemble: Ensemble) -> None:
    found = validation(ensemble)
    text = json.dumps(found.to_json(), allow_nan=False)
    assert ensemble.fingerprint in text
    assert ensemble.fingerprint in validation_document(found, ensemble)


def test_what_is_saved_is_what_is_printed_and_is_read_again(ensemble: Ensemble, tmp_path: Path) -> None:
    switched = {name: judged(10) for name in ("", *mechanisms())}
    left_out = [LeftOut("P2", 60, 30, 0.4, 20.0), LeftOut("P5", 0, 0, float("nan"), 0.0)]
    for k, found in enumerate((validation(ensemble), validation(ensemble, switched=switched, left_out=left_out))):
        folder = tmp_path / str(k)
        folder.mkdir()
        found.save(folder)
        assert (folder / FILE).read_text(encoding="utf-8") == json_text(found.to_json())
        again = ValidationFindings.load(folder)
        assert json_text(again.to_json()) == json_text(found.to_json())
        assert again.failing == found.failing
        names = {path.stem for path in (folder / "tables").iterdir()}
        assert names == {"patterns", "coefficients", "mechanisms"} | ({"predictions"} if k else set())


def test_mechanisms_are_coefficients_with_evidence_and_both_languages() -> None:

    known = {statement.id for statement in evidence.statements()} | {"MODEL"}
    for about in mechanisms().values():
        assert set(about["off"]) <= set(parameters()["coefficient"])
        assert about["source"] in known
        assert about["en"] != about["de"]
