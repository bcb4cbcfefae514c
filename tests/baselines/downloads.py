"""What the studio lets one download, written into the working folder; archives are unpacked."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from app.studio.answer import Answer
from app.studio.downloads import (
    csv_download,
    pair_download,
    parquet_download,
    report_download,
    scenario_download,
    template_download,
)
from app.studio.draft import Draft, Move, baseline, scenario
from experiments.trajectory import simulate_trajectory
from sim.texts import Texts

DRAFTS = {
    "preset": Draft(
        preset="machine_builder", weeks=52, moves={"constructive_conflict": Move(0.8), "eye_level": Move(0.3, 9)}
    ),
    "own": Draft(preset="own_organisation", weeks=52, moves={"joint_planning": Move(0.8)}),
}


def main() -> None:
    """Write them, in German where the texts of files depend on the language."""
    for folder, draft in DRAFTS.items():
        trajectories = [simulate_trajectory(made(draft), 12, seed=draft.seed) for made in (baseline, scenario)]
        answer, texts = Answer(*trajectories, refined=True), Texts("de")
        found = [make(draft, texts) for make in (scenario_download, pair_download)]
        found += [make(answer, draft, texts) for make in (csv_download, parquet_download, report_download)]
        for download in (*found, template_download()):
            place = Path(folder) / download.name
            place.parent.mkdir(exist_ok=True)
            if place.suffix == ".zip":
                with zipfile.ZipFile(io.BytesIO(download.content)) as archive:
                    archive.extractall(place.with_suffix(""))
            else:
                place.write_bytes(download.content)


if __name__ == "__main__":
    main()
