"""Reading a sweep: pandas frames, all at once or batch by batch, and the files themselves for other programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from experiments.sweep.store import DESIGN, Inventory, Store
from sim.errors import BadInputError, nearest_name, unknown_name


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """A sweep's results.

    Attributes
    ----------
    folder
        Where they are. Any program that reads Parquet can read ``parts/*.parquet`` as it is.
    manifest
        Plan, versions, and the provenance of every number of the model.
    design
        A row per point: its number and the factors' values.
    chunks, stored
        Number of chunks in all, and of those that are stored.
    """

    folder: Path
    manifest: dict[str, Any] = field(repr=False)
    design: pd.DataFrame = field(repr=False)
    chunks: int
    stored: int
    _parts: tuple[Path, ...] = field(repr=False)
    _store: Store = field(repr=False)
    _sound: set[Path] = field(default_factory=set, repr=False)

    @property
    def complete(self) -> bool:
        """Return whether all chunks are stored."""
        return self.stored == self.chunks

    @property
    def dataset(self) -> ds.Dataset:
        """All rows as a dataset of pyarrow, read when asked for and then as they are: see :meth:`verify`.

        Raises
        ------
        BadInputError
            For a part that is damaged so that it cannot even be opened.
        """
        try:
            return ds.dataset([str(part) for part in self._parts], format="parquet")
        except (pa.ArrowInvalid, OSError):
            for part in self._parts:
                self._check(part)
            raise

    @property
    def columns(self) -> list[str]:
        """Names of the columns of rows, without the factors."""
        return list(self.dataset.schema.names) if self._parts else []

    def frame(self, columns: Sequence[str] | None = None, *, factors: bool = True) -> pd.DataFrame:
        """Return all rows.

        Parameters
        ----------
        columns
            Which columns; all if None. Scenario, point and company come with them.
        factors
            Whether the factors' values are joined.
        """
        parts = list(self.batches(columns, factors=factors))
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()

    def batches(self, columns: Sequence[str] | None = None, *, factors: bool = True) -> Iterator[pd.DataFrame]:
        """Return the rows of one chunk after the other, as :meth:`frame` does; memory holds one of them.

        Raises
        ------
        BadInputError
            For an unknown column; while reading, for a part that is damaged.
        """
        known = self.columns
        keys = [name for name in ("scenario", "point", "company", "companies") if name in known]
        wanted = known if columns is None else [*keys, *(name for name in columns if name not in keys)]
        for name in wanted if known else ():
            if name not in known:
                # Whoever asks a row of a point for an outcome means its mean.
                meant = {each: each for each in known} | {each.removesuffix("_mean"): each for each in known}
                nearest = meant.get(nearest_name(name, meant), "")
                allowed = unknown_name(name, known, key="columns").allowed
                raise BadInputError("unknown", key="columns", value=name, allowed=allowed, nearest=nearest)
        return (self._read(part, wanted, factors=factors) for part in self._parts)

    def _read(self, part: Path, wanted: list[str], *, factors: bool) -> pd.DataFrame:
        self._check(part)
        frame: pd.DataFrame = pq.read_table(part, columns=wanted).to_pandas()
        if factors and "point" in frame:
            chosen = self.design.drop(columns="point").iloc[frame["point"].to_numpy()]
            frame = pd.concat([frame, chosen.set_axis(frame.index)], axis=1)
        return frame

    def _check(self, part: Path) -> None:
        # Parquet itself has no checksums: most altered bytes would only make for other numbers.
        if part not in self._sound:
            if not self._store.is_sound(part):
                raise BadInputError("damaged", file=str(part))
            self._sound.add(part)

    def verify(self) -> Inventory:
        """Read every part and compare its checksum."""
        return Store(self.folder).inventory()


def open_sweep(folder: str | Path) -> Sweep:
    """Open a sweep's folder; it may be incomplete, or still growing.

    Raises
    ------
    BadInputError
        If it is no folder of a sweep, or its design is damaged.
    """
    store = Store(Path(folder))
    manifest = store.manifest()
    design = store.design()
    if design is None:
        raise BadInputError("damaged", file=str(store.folder / DESIGN))
    parts = tuple(store.names().values())
    frame = pq.read_table(pa.BufferReader(design)).to_pandas()
    return Sweep(store.folder, manifest, frame, manifest["chunks"], len(parts), parts, store)


__all__ = ["Sweep", "open_sweep"]
