"""Links, files up and down, other users; and that nothing anybody types becomes a part of the page."""

from __future__ import annotations

import csv
import zipfile

import pytest

from app.studio.uploads import MAX_BYTES
from app.studio.views import VIEWS

NASTY = "<img src=x onerror=window.hacked=1>"


def test_a_link_leads_back_to_the_same_numbers(user, new_user):
    user.slide("shared_goals", 85)
    user.changes(user.lever("talk_first", "start").select_option, "6")
    numbers = user.changes(user.find("preset").select_option, "brand_maker")
    assert user.changes(user.find("undo").click) != numbers
    user.view("returns")
    link = user.find("link").input_value()
    assert link.startswith(user.url)
    assert len(link) < 300
    other = new_user()
    other.page.goto(link)
    other.settle()
    assert other.figures() == user.figures()
    assert other.find("view-returns").count() == 1
    assert other.find("link").input_value() == link
    user.page.wait_for_url(link)
    user.page.reload()
    user.settle()
    assert user.figures() == other.figures()


def test_links_with_nonsense_lead_to_something_sensible_and_say_so(user):
    usual = user.figures()
    for query in (
        "?v=1&p=no_such_company",
        "?v=99&p=reference",
        f"?v=1&p={NASTY}&l={NASTY}",
        "?v=1&p=ivory_tower&l=1:500,1:1,99:-3@x&s=1e9&w=-1&n=%00%ff",
        "?v=1&l=" + "9" * 5000,
    ):
        user.open(query)
        notice = user.page.locator(".hs-notice.hs-serious")
        notice.wait_for()
        assert len(notice.inner_text()) > 20
        assert user.page.evaluate("window.hacked") is None
        assert user.page.locator("img[src=x]").count() == 0
        assert user.figures().keys() == usual.keys()


def test_two_users_do_not_see_each_other(user, new_user):
    other = new_user()
    other.open()
    numbers = other.figures()
    mine = user.slide("shared_goals", 90)
    assert other.figures() == numbers != mine
    theirs = other.slide("talk_first", 10)
    assert user.figures() == mine
    assert user.lever("talk_first", "value").inner_text() != "10%"
    # Nor does the same person in another tab.
    other.page.context.new_page()
    tab = type(user)(other.page.context.pages[-1], other.url)
    tab.open()
    assert tab.figures() == numbers
    assert other.figures() == theirs


@pytest.fixture
def organisation(cli, tmp_path):
    """Write people.csv and ties.csv as ``handshake new`` does, and return their paths."""
    assert cli("new", "mine.toml", "--preset", "own_organisation").code == 0
    files = {path.name: path for path in tmp_path.glob("*.csv")}
    people = next(path for path in files.values() if "department" in path.read_text().split("\n")[0])
    ties = next(path for path in files.values() if path != people)
    return people, ties


def open_files(user):
    user.find("files").locator("summary").click()
    return user.find("upload")


def test_ones_own_organisation_comes_up(user, organisation):
    people, ties = organisation
    with people.open() as file:
        count = sum(1 for _ in csv.DictReader(file))
    usual = user.figures()
    numbers = user.changes(open_files(user).set_input_files, [people, ties])
    assert numbers != usual
    assert sum(int(user.find(f"set-{side}").input_value()) for side in ("marketing", "sales")) == count
    assert user.find("problem").count() == 0
    assert user.find("link").count() == 0  # what came from files is in no link
    user.view("network").locator("canvas").wait_for()
    assert user.changes(user.find("undo").click) == usual


def test_a_bad_file_is_named_by_row_and_column(user, organisation):
    people, ties = organisation
    lines = people.read_text().splitlines()
    column = lines[0].split(",").index("department")
    cells = lines[2].split(",")
    cells[column] = NASTY
    lines[2] = ",".join(cells)
    people.write_text("\n".join(lines) + "\n")
    usual = user.figures()
    open_files(user).set_input_files([people, ties])
    problem = user.find("problem").first
    problem.wait_for()
    said = problem.inner_text()
    assert people.name in said
    assert "row 3, column department" in said
    assert NASTY in said
    assert user.page.evaluate("window.hacked") is None
    assert user.page.locator("img[src=x]").count() == 0
    assert user.figures() == usual


def test_files_that_are_too_large_are_refused_unread(user, tmp_path):
    large = tmp_path / "people.csv"
    large.write_bytes(b"x" * (MAX_BYTES + 1))
    sizes = []
    user.page.on("websocket", lambda socket: socket.on("framesent", lambda data: sizes.append(len(data))))
    user.page.reload()
    user.settle()
    open_files(user).set_input_files([large])
    problem = user.find("problem").first
    problem.wait_for()
    assert str(MAX_BYTES) in problem.inner_text()
    assert sizes
    assert max(sizes) < 100_000


def test_what_is_typed_stays_text(user, tmp_path):
    file = tmp_path / f"{NASTY}.toml"
    file.write_text(
        f"""
        name = "{NASTY}"
        levers = {{ nasty = 0.5 }}
        [[policies]]
        id = "nasty"
        effects = {{ voice = 0.1 }}
        {"".join(f'{key} = "{NASTY}"' + chr(10) for key in ("en", "de", "says_en", "says_de"))}
        """
    )
    user.changes(open_files(user).set_input_files, [file])
    name = user.lever("nasty", "lever-name")
    assert name.inner_text().strip() == NASTY
    name.click()
    assert NASTY in user.lever("nasty", "about").inner_text()
    for entry in VIEWS:
        user.view(entry.id)
        # A widget that is left while its model is on its way says so on the console, which is no page's fault.
        user.page.wait_for_function("!document.querySelector('.hs-view [role=progressbar]')")
        user.page.wait_for_load_state("networkidle")
    assert user.page.evaluate("window.hacked") is None
    assert user.page.locator("img[src=x]").count() == 0
    with user.page.expect_download() as waiting:
        user.find("download-report").click()
    report = waiting.value.path().read_text()
    assert "&lt;img" in report
    assert "<img src=x" not in report


def test_the_numbers_on_the_screen_are_those_of_handshake_compare(user, cli, tmp_path):
    user.slide("shared_goals", 85)
    with user.page.expect_download() as waiting:
        user.find("download-pair").click()
    archive = tmp_path / "pair.zip"
    waiting.value.save_as(archive)
    with zipfile.ZipFile(archive) as pair:
        pair.extractall(tmp_path)
    companies = user.find("set-companies").input_value()
    seed = user.find("set-seed").input_value()
    found = cli("compare", "baseline.toml", "scenario.toml", "--companies", companies, "--seed", seed, "--json")
    assert found.code == 0, found.err
    told, seen = found.json(), user.figures()
    compared = 0
    for name, row in seen.items():
        kind, _, what = name.partition("-")
        expected = told["types" if kind == "type" else "outcomes"][what]
        assert (row["before"], row["after"], row["difference"]) == (
            expected["a"],
            expected["b"],
            expected["difference"],
        )
        if expected.get("probability") is not None:
            assert row["probability"] == expected["probability"]
        compared += 1
    assert compared >= 8


@pytest.mark.parametrize("kind", ["scenario", "report", "csv", "parquet"])
def test_results_can_be_taken_away(user, kind):
    with user.page.expect_download() as waiting:
        user.find(f"download-{kind}").click()
    content = waiting.value.path().read_bytes()
    assert len(content) > 100
    if kind == "report":
        assert b"<html" in content[:2000]
        assert b"http://" not in content.replace(b"http://www.w3.org", b"")
