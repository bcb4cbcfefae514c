"""The study's figures: the numbers themselves, and that wrong ones are refused."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sim import evidence
from sim.evidence.tables import STATEMENT_IDS, Label

FOLDER = Path(evidence.__file__).parent
INDUSTRIES = {
    "financial_services": (88, "26.1", (55, 22, 23), "safe"),
    "consumer_goods": (63, "18.7", (40, 47, 13), "strong"),
    "chemicals": (40, "11.9", (34, 40, 26), "safe"),
    "energy": (40, "11.9", (45, 35, 20), "by elimination"),
    "automotive": (38, "11.3", (64, 19, 17), "inferred"),
    "machinery": (32, "9.5", (55, 35, 10), "inferred"),
    "electrical": (16, "4.7", (47, 33, 20), "not given"),
    "other": (20, "6", (47, 33, 20), "not given"),
}

Edit = Callable[[str, str, str], Path]


@pytest.fixture
def edited(tmp_path: Path) -> Edit:
    """Return a function that copies the evidence and changes one passage of one file in the copy."""

    def edit(file: str, old: str, new: str) -> Path:
        for source in FOLDER.glob("*.toml"):
            shutil.copy(source, tmp_path)
        text = (tmp_path / file).read_text("utf-8")
        assert old in text
        (tmp_path / file).write_text(text.replace(old, new, 1), "utf-8")
        return tmp_path

    return edit


def refusal(folder: Path) -> str:
    with pytest.raises(ValueError, match=r"\.toml") as caught:
        evidence.load(folder)
    message = str(caught.value)
    assert "\n" not in message
    return message


# Figures


def test_e1_industries_in_the_order_of_the_study() -> None:
    rows = evidence.industries()
    assert [(row.id, row.count, str(row.percent)) for row in rows] == [
        (name, count, percent) for name, (count, percent, _, _) in INDUSTRIES.items()
    ]
    assert sum(row.count for row in rows) == evidence.COMPANIES == 337


def test_e2_revenue_classes() -> None:
    rows = evidence.revenue_classes()
    assert [(row.from_million_eur, row.to_million_eur, row.count, str(row.percent)) for row in rows] == [
        (0, 250, 98, "29.1"),
        (250, 500, 94, "27.9"),
        (500, 1000, 58, "17.2"),
        (1000, None, 87, "25.8"),
    ]
    assert sum(row.count for row in rows) == 337


def test_e3_respondents() -> None:
    assert [row.count for row in evidence.respondents()] == [180, 120, 37]


def test_e4_division_types() -> None:
    assert [(row.number, row.percent) for row in evidence.division_types()] == [(1, 47), (2, 33), (3, 20)]
    assert "service department" in evidence.division_types()[0].label.en


@pytest.mark.parametrize("industry", INDUSTRIES)
def test_e5_shares_and_certainty(industry: str) -> None:
    _, _, percent, certainty = INDUSTRIES[industry]
    assert evidence.type_shares(industry) == pytest.approx([share / 100 for share in percent])
    assert sum(evidence.type_shares(industry)) == pytest.approx(1)
    assert evidence.type_share_row(industry).certainty == certainty


def test_e5_all_companies() -> None:
    assert evidence.type_shares("all") == pytest.approx((0.47, 0.33, 0.20))
    assert evidence.type_share_row("all").certainty == "certain"


@pytest.mark.parametrize(
    ("division_type", "shares"),
    [
        (1, (0.34, 0.38, 0.14, 0.10, 0.80, 0.71)),
        (2, (0.40, 0.87, 0.35, 0.11, 0.82, 0.86)),
        (3, (0.70, 0.80, 0.65, 0.20, 0.90, 0.85)),
    ],
)
def test_e6_e7_e8_marketing_shares(division_type: int, shares: tuple[float, ...]) -> None:
    assert evidence.TASK_AREAS == (
        "strategy",
        "product",
        "price",
        "selling",
        "advertising",
        "market_research",
    )
    assert evidence.marketing_share(division_type) == shares
    assert tuple(row.area for row in evidence.responsibilities(division_type)) == evidence.TASK_AREAS
    assert all(row.marketing + row.sales == 100 for row in evidence.responsibilities(division_type))


def test_e7_lost_label_and_e8_lost_numbers_say_so() -> None:
    unsure = [row.area for row in evidence.responsibilities(2) if row.certainty != "certain"]
    assert unsure == ["advertising"]
    assert {row.certainty for row in evidence.responsibilities(3)} == {"assumption"}


def test_e19_return_on_sales_of_professionals() -> None:
    assert evidence.professional_return_on_sales() == 0.08
    assert evidence.tables()["E19"].role == "OUT"


# Texts


def test_every_table_names_its_source() -> None:
    tables = evidence.tables()
    assert list(tables) == ["E1", "E2", "E3", "E4", "E5", "E6", "E7", "E8", "E19"]
    for name, table in tables.items():
        assert table.source == "S1"
        assert re.search(r"(table|figure) \d", table.place.en)
        assert re.search(r"(Tabelle|Abbildung) \d", table.place.de)
        assert evidence.statement(name).role == table.role
        assert all(row.certainty for row in table.rows)


def test_statements_are_complete() -> None:
    assert len(STATEMENT_IDS) == 48
    assert tuple(entry.id for entry in evidence.statements()) == STATEMENT_IDS
    assert {entry.id for entry in evidence.statements() if entry.role == "OUT"} == {
        *("E9", "E10", "E14", "E15", "E18", "E19", "E35")
    }
    assert {entry.id for entry in evidence.statements() if entry.source == "S2"} == {f"E{n}" for n in range(36, 44)}
    assert {entry.id[0] for entry in evidence.statements() if entry.source == "literature"} == {"L"}


def labels() -> list[Label]:
    tables = evidence.tables().values()
    return [
        *(row.label for row in evidence.industries()),
        *(row.label for row in evidence.revenue_classes()),
        *(row.label for row in evidence.respondents()),
        *(row.label for row in evidence.task_areas()),
        *(row.label for row in evidence.division_types()),
        *(label for table in tables for label in (table.title, table.place)),
        *evidence.statements(),
        *(entry.place for entry in evidence.statements()),
        *(evidence.source(name) for name in ("S1", "S2", "literature")),
    ]


def test_both_languages_everywhere() -> None:
    for label in labels():
        assert label.text("en").strip()
        assert label.text("de").strip()


def test_german_is_written_with_umlauts() -> None:
    german = " ".join(label.de for label in labels())
    assert {"ä", "ö", "ü", "ß", "Ü"} <= set(german)
    assert not re.findall(r"\b(?:fuer|ueber|waere|koenn|moegl|Ueber|gross|groess|schliess)", german)


def test_statements_are_one_sentence_each() -> None:
    for entry in evidence.statements():
        for text in (entry.en, entry.de):
            assert text.endswith(".")
            without_abbreviations = re.sub(r"\b(Mio|Mrd)\.", "", text)
            assert not re.search(r"[.!?] ", without_abbreviations)
        assert entry.en != entry.de


# Names


def test_unknown_names_are_refused_with_the_nearest_one() -> None:
    with pytest.raises(ValueError, match=r"chemicals'\?"):
        evidence.type_shares("chemistry")
    with pytest.raises(ValueError, match=r"machinery'\?"):
        evidence.type_shares("machinary")
    with pytest.raises(ValueError, match="E20x"):
        evidence.statement("E20x")
    with pytest.raises(ValueError, match="S9"):
        evidence.source("S9")
    with pytest.raises(ValueError, match="4"):
        evidence.marketing_share(4)


def test_read_once_and_frozen() -> None:
    assert evidence.evidence() is evidence.evidence()
    with pytest.raises(ValueError, match="frozen"):
        evidence.industries()[0].count = 1  # type: ignore[misc]


# Refusals


@pytest.mark.parametrize(
    ("file", "old", "new", "parts"),
    [
        ("industries.toml", "count = 88", "count = 89", ["rows.0", "percent", "'26.1'", "89 of 337"]),
        ("industries.toml", "percent = 6\n", "percent = 6.0\n", ["rows.7", "'6.0'", "20 of 337"]),
        ("industries.toml", "percent = 26.1", "percent = nan", ["rows.0.percent"]),
        ("industries.toml", 'id = "energy"', 'id = "chemicals"', ["rows.id", "chemicals", "twice"]),
        ("industries.toml", "count = 40", "count = true", ["rows.2.count", "true"]),
        ("industries.toml", "percent = 11.9", "percent = true", ["rows.2.percent", "true"]),
        ("industries.toml", ', de = "Chemie"', "", ["rows.2.label.de", "missing"]),
        ("industries.toml", 'de = "Chemie"', 'de = " "', ["rows.2.label.de"]),
        ("industries.toml", 'certainty = "certain"', 'certainty = "sure"', ["certainty", "sure"]),
        ("industries.toml", 'id = "E1"', 'id = "E2"', ["key id", "E2", "E1"]),
        ("revenue_classes.toml", "to_million_eur = 250", "to_million_eur = 200", ["from_million_eur", "200"]),
        ("respondents.toml", "count = 37", "count = 38", ["sum of rows.count", "338", "337"]),
        ("respondents.toml", "count = 37", "cuont = 37", ["rows.2.count", "missing"]),
        ("division_types.toml", "percent = 33", "percent = 35", ["rows.percent", "102"]),
        ("division_types.toml", "percent = 33", "percent = 34", ["rows[all].percent", "(47, 33, 20)"]),
        ("division_types.toml", "number = 2", "number = 1", ["rows.number", "[1, 1, 3]"]),
        ("type_shares.toml", "[55, 22, 23]", "[55, 22, 25]", ["rows.1", "sum of percent", "102"]),
        ("type_shares.toml", "[47, 33, 20]", "[46, 34, 20]", ["rows[all].percent", "(46, 34, 20)"]),
        ("type_shares.toml", '"machinery"', '"machinry"', ["rows.industry", "machinry", "'machinery'?"]),
        ("type_shares.toml", 'same_as = "all"', 'same_as = "energy"', ["rows.7.same_as", "energy"]),
        ("type_shares.toml", 'same_as = "all"\n', "", ["rows.7", "electrical"]),
        ("type_shares.toml", '"safe"', '"not given"', ["rows.1", "financial_services"]),
        (
            "responsibilities.toml",
            "sales = 86",
            "sales = 87",
            ["tables.0.rows.2", "marketing + sales", "101"],
        ),
        ("responsibilities.toml", 'area = "price"', 'area = "prices"', ["tables[E6].rows.area", "prices"]),
        ("responsibilities.toml", "division_type = 3", "division_type = 2", ["division_type", "('E8', 2)"]),
        ("return_on_sales.toml", 'role = "OUT"', 'role = "IN"', ["statements[E19]", "OUT", "IN"]),
        ("statements.toml", 'id = "E7"', 'id = "E6"', ["statements.id", "E6", "twice"]),
        ("statements.toml", 'id = "L5"', 'id = "L6"', ["statements.id", "L6", "did you mean"]),
        ("statements.toml", 'role = "context"', 'role = "INN"', ["statements.10.role", "INN"]),
        ("statements.toml", "[sources.S2]", "[sources.S3]", ["sources.S2", "missing"]),
    ],
)
def test_a_wrong_figure_or_name_is_refused(edited: Edit, file: str, old: str, new: str, parts: list[str]) -> None:
    message = refusal(edited(file, old, new))
    # Where two files contradict each other, the message names one of them.
    agreement = {"division_types.toml": "type_shares.toml", "return_on_sales.toml": "statements.toml"}
    assert file in message or agreement[file] in message
    for part in parts:
        assert part in message


def test_rounded_shares_may_sum_to_101_and_still_make_one(edited: Edit) -> None:
    loaded = evidence.load(edited("type_shares.toml", "[55, 22, 23]", "[55, 22, 24]"))
    assert loaded.type_shares.rows[1].percent == (55, 22, 24)


def test_a_broken_file_is_named(edited: Edit, tmp_path: Path) -> None:
    assert "respondents.toml" in refusal(edited("respondents.toml", "count = 37", "count = = 37"))
    (tmp_path / "respondents.toml").write_bytes(b'id = "E3\xff"')
    assert "respondents.toml" in refusal(tmp_path)


def test_a_missing_statement_is_named(edited: Edit) -> None:
    last = (FOLDER / "statements.toml").read_text("utf-8").rpartition("[[statements]]")[2]
    assert "L5" in refusal(edited("statements.toml", "[[statements]]" + last, ""))
