"""The command line: what the commands are called and take, and what becomes of what goes wrong.

Exit codes: 0 done, 1 the run failed, 2 bad input, 130 interrupted.

The commands are declared here and do their work in :mod:`app.commands`. These modules, and with them the model, are
imported when a command runs: loading them takes seconds, and help should not.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn, TextIO, cast

import typer

from app.terminal.help import Command, Group, MisuseError
from app.terminal.options import (
    All,
    Companies,
    Executor,
    InEnsemble,
    Json,
    Lang,
    Out,
    Scheduler,
    Seed,
    Sets,
    Weeks,
    Workers,
)
from app.terminal.screen import Screen
from app.terminal.streams import Output, OutputError, Unheard, silence
from sim.errors import Words
from sim.texts import Texts, language_of

DONE: Final = 0
FAILED: Final = 1
BAD_INPUT: Final = 2
INTERRUPTED: Final = 130


def root(
    ctx: typer.Context,
    lang: Lang = "",
    version: Annotated[bool, typer.Option("--version", help="option.version")] = False,
) -> None:
    """Print the version, or help if no command is named."""
    screen: Screen = ctx.obj
    if version:
        from sim.version import __version__  # noqa: PLC0415

        screen.say(f"handshake {__version__}")
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


def new(
    ctx: typer.Context,
    file: Annotated[Path | None, typer.Argument(metavar="file", help="new.file")] = None,
    preset: Annotated[str, typer.Option("--preset", metavar="name", help="new.preset")] = "reference",
    listing: Annotated[bool, typer.Option("--list", help="new.list")] = False,
    full: Annotated[bool, typer.Option("--full", help="new.full")] = False,
    lang: Lang = "",
    as_json: Json = False,
) -> None:
    """Write a commented scenario file from a preset."""
    from app.commands import new as work  # noqa: PLC0415

    if listing:
        work.show_presets(ctx.obj, as_json=as_json)
    else:
        work.write_scenario(ctx.obj, file, preset, full=full, as_json=as_json)


def run(
    ctx: typer.Context,
    scenario: Annotated[str, typer.Argument(metavar="scenario", help="run.scenario")],
    companies: Companies = "200",
    seed: Seed = "1",
    weeks: Weeks = "",
    out: Out = None,
    paths: Annotated[bool, typer.Option("--paths", help="run.paths")] = False,
    every: All = False,
    lang: Lang = "",
    as_json: Json = False,
) -> None:
    """Simulate a scenario on many virtual companies."""
    from app.commands.run import run_scenario  # noqa: PLC0415
    from app.terminal.running import Numbers  # noqa: PLC0415

    numbers = Numbers.read(companies, seed, weeks)
    run_scenario(ctx.obj, scenario, numbers, out=out, paths=paths, every=every, as_json=as_json)


def compare(
    ctx: typer.Context,
    a: Annotated[str, typer.Argument(metavar="a", help="compare.a")],
    b: Annotated[str, typer.Argument(metavar="b", help="compare.b")] = "",
    companies: Companies = "500",
    seed: Seed = "1",
    weeks: Weeks = "",
    ensemble: InEnsemble = False,
    sets: Sets = "",
    every: All = False,
    lang: Lang = "",
    as_json: Json = False,
) -> None:
    """Compare two scenarios, or one with itself without its levers."""
    from app.commands.compare import compare_scenarios  # noqa: PLC0415
    from app.terminal.ensembles import chosen_ensemble  # noqa: PLC0415
    from app.terminal.running import Numbers  # noqa: PLC0415

    numbers = Numbers.read(companies, seed, weeks)
    chosen = chosen_ensemble(wanted=ensemble, sets=sets)
    compare_scenarios(ctx.obj, a, b, numbers, ensemble=chosen, every=every, as_json=as_json)


def explain(
    ctx: typer.Context,
    a: Annotated[str, typer.Argument(metavar="a", help="explain.a")],
    b: Annotated[str, typer.Argument(metavar="b", help="explain.b")] = "",
    outcome: Annotated[str, typer.Option("--outcome", metavar="name", help="explain.outcome")] = "return_on_sales",
    companies: Companies = "100",
    seed: Seed = "1",
    weeks: Weeks = "",
    lang: Lang = "",
    as_json: Json = False,
) -> None:
    """Explain why two scenarios differ: by which levers, through which mechanisms."""
    from app.commands.explain import explain_scenarios  # noqa: PLC0415
    from app.terminal.running import Numbers  # noqa: PLC0415

    explain_scenarios(ctx.obj, a, b, Numbers.read(companies, seed, weeks), outcome=outcome, as_json=as_json)


def levers(
    ctx: typer.Context,
    lever: Annotated[str, typer.Argument(metavar="lever", help="levers.lever")] = "",
    lang: Lang = "",
    as_json: Json = False,
) -> None:
    """List the levers, or show one."""
    from app.commands.levers import show_levers  # noqa: PLC0415

    show_levers(ctx.obj, lever, as_json=as_json)


def study(
    ctx: typer.Context,
    out: Out = None,
    companies: Companies = "5000",
    seed: Seed = "1",
    ensemble: InEnsemble = False,
    sets: Sets = "",
    lang: Lang = "",
    as_json: Json = False,
) -> None:
    """Run the virtual study."""
    from app.commands.study import USUAL_SETS, study_companies  # noqa: PLC0415
    from app.terminal.ensembles import chosen_ensemble  # noqa: PLC0415
    from app.terminal.running import Numbers  # noqa: PLC0415

    numbers = Numbers.read(companies, seed)
    chosen = chosen_ensemble(wanted=ensemble, sets=sets, usual=USUAL_SETS)
    study_companies(ctx.obj, numbers, ensemble=chosen, out=out, as_json=as_json)


def plan(
    ctx: typer.Context,
    action: Annotated[str, typer.Argument(metavar="action", help="plan.action")],
    file: Annotated[Path, typer.Argument(metavar="plan", help="plan.file")],
    workers: Workers = "",
    lang: Lang = "",
    as_json: Json = False,
) -> None:
    """Show what a plan is going to run."""
    if action != "show":
        raise MisuseError(
            "unknown", ("bad.argument", {"name": ctx.obj.texts("metavar.action")}), action, names=["show"]
        )
    from app.commands.plan import show_plan  # noqa: PLC0415
    from app.terminal.sweeping import RunOptions  # noqa: PLC0415

    show_plan(ctx.obj, file, RunOptions.read("threads", workers, "").workers, as_json=as_json)


def sweep(
    ctx: typer.Context,
    file: Annotated[Path | None, typer.Argument(metavar="plan", help="plan.file")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="folder", help="sweep.out")] = None,
    status: Annotated[Path | None, typer.Option("--status", metavar="folder", help="sweep.status")] = None,
    executor: Executor = "threads",
    workers: Workers = "",
    scheduler: Scheduler = "",
    lang: Lang = "",
    as_json: Json = False,
) -> None:
    """Run a plan into a folder, or go on with it."""
    from app.commands import sweep as work  # noqa: PLC0415
    from app.terminal.sweeping import RunOptions  # noqa: PLC0415

    if status is not None and (file is not None or out is not None):
        raise MisuseError(
            "invalid", ("bad.option", {"name": "--status"}), str(status), allowed="handshake sweep --status DIR"
        )
    if status is not None:
        work.show_status(ctx.obj, status, as_json=as_json)
    else:
        work.run_sweep(ctx.obj, file, out, RunOptions.read(executor, workers, scheduler), as_json=as_json)


def lattice(
    ctx: typer.Context,
    scenario: Annotated[str, typer.Argument(metavar="scenario", help="lattice.scenario")],
    companies: Companies = "20",
    seed: Seed = "1",
    weeks: Weeks = "",
    levers: Annotated[str, typer.Option("--levers", metavar="a,b,c", help="lattice.levers")] = "",
    most: Annotated[str, typer.Option("--most", metavar="number", help="lattice.most")] = "3",
    order: Annotated[str, typer.Option("--order", metavar="number", help="lattice.order")] = "3",
    ensemble: InEnsemble = False,
    sets: Sets = "",
    out: Annotated[Path | None, typer.Option("--out", metavar="folder", help="lattice.out")] = None,
    workers: Workers = "",
    lang: Lang = "",
    as_json: Json = False,
) -> None:
    """Run all on/off combinations of levers and show what they say."""
    from app.commands.lattice import Options, analyse_lattice  # noqa: PLC0415
    from app.terminal.ensembles import chosen_ensemble  # noqa: PLC0415
    from app.terminal.running import Numbers  # noqa: PLC0415

    options = Options.read(ctx.obj, scenario, Numbers.read(companies, seed, weeks), levers, most, order)
    chosen = chosen_ensemble(wanted=ensemble, sets=sets)
    analyse_lattice(ctx.obj, options, ensemble=chosen, out=out, workers=workers, as_json=as_json)


def roadmap(
    ctx: typer.Context,
    scenario: Annotated[str, typer.Argument(metavar="scenario", help="roadmap.scenario")],
    budget: Annotated[str, typer.Option("--budget", metavar="number", help="roadmap.budget")],
    horizon: Annotated[str, typer.Option("--horizon", metavar="number", help="roadmap.horizon")] = "",
    at_once: Annotated[str, typer.Option("--at-once", metavar="number", help="roadmap.at_once")] = "2",
    outcome: Annotated[str, typer.Option("--outcome", metavar="name", help="roadmap.outcome")] = "return_on_sales",
    levers: Annotated[str, typer.Option("--levers", metavar="a,b,c", help="roadmap.levers")] = "",
    companies: Annotated[str, typer.Option("--companies", metavar="number", help="roadmap.companies")] = "64",
    fresh: Annotated[str, typer.Option("--fresh", metavar="number", help="roadmap.fresh")] = "400",
    effort: Annotated[str, typer.Option("--effort", metavar="number", help="roadmap.effort")] = "",
    seed: Seed = "1",
    check: Annotated[bool, typer.Option("--check", help="roadmap.check")] = False,
    ensemble: InEnsemble = False,
    sets: Sets = "",
    out: Out = None,
    workers: Workers = "",
    lang: Lang = "",
    as_json: Json = False,
) -> None:
    """Find out which lever comes next, and when."""
    from app.commands.roadmap import Options, run_roadmap  # noqa: PLC0415
    from app.terminal.ensembles import chosen_ensemble  # noqa: PLC0415

    options = Options.read(
        ctx.obj,
        scenario,
        budget=budget,
        at_once=at_once,
        horizon=horizon,
        outcome=outcome,
        levers=levers,
        companies=companies,
        fresh=fresh,
        seed=seed,
        effort=effort,
        workers=workers,
        check=check,
    )
    chosen = chosen_ensemble(wanted=ensemble, sets=sets)
    run_roadmap(ctx.obj, options, ensemble=chosen, out=out, as_json=as_json)


def sensitivity(
    ctx: typer.Context,
    scenario: Annotated[str, typer.Argument(metavar="scenario", help="sensitivity.scenario")] = "reference",
    method: Annotated[str, typer.Option("--method", metavar="morris|sobol|both", help="sensitivity.method")] = "both",
    factors: Annotated[str, typer.Option("--factors", metavar="a,b,c", help="sensitivity.factors")] = "coefficients.*",
    samples: Annotated[str, typer.Option("--samples", metavar="number", help="sensitivity.samples")] = "128",
    trajectories: Annotated[
        str, typer.Option("--trajectories", metavar="number", help="sensitivity.trajectories")
    ] = "10",
    companies: Companies = "32",
    seed: Seed = "1",
    weeks: Weeks = "",
    out: Annotated[Path | None, typer.Option("--out", metavar="folder", help="sensitivity.out")] = None,
    executor: Executor = "threads",
    workers: Workers = "",
    scheduler: Scheduler = "",
    lang: Lang = "",
    as_json: Json = False,
) -> None:
    """Show which assumption matters for which conclusion."""
    from app.commands.sensitivity import SensitivityOptions, analyse_sensitivity  # noqa: PLC0415
    from app.terminal.running import Numbers  # noqa: PLC0415
    from app.terminal.sweeping import RunOptions  # noqa: PLC0415

    numbers = Numbers.read(companies, seed, weeks)
    options = SensitivityOptions.read(ctx.obj, scenario, method, factors, samples, trajectories, numbers)
    run_options = RunOptions.read(executor, workers, scheduler)
    analyse_sensitivity(ctx.obj, options, out=out, run_options=run_options, as_json=as_json)


def discover(
    ctx: typer.Context,
    source: Annotated[str, typer.Argument(metavar="source", help="discover.source")] = "reference",
    of: Annotated[str, typer.Option("--of", metavar="kind", help="discover.of")] = "",
    where: Annotated[str, typer.Option("--where", metavar="x<1", help="discover.where")] = "",
    method: Annotated[str, typer.Option("--method", metavar="tree|prim", help="discover.method")] = "tree",
    leaves: Annotated[str, typer.Option("--leaves", metavar="number", help="discover.leaves")] = "",
    companies: Annotated[str, typer.Option("--companies", metavar="number", help="discover.companies")] = "",
    points: Annotated[str, typer.Option("--points", metavar="number", help="discover.points")] = "",
    seed: Seed = "1",
    weeks: Weeks = "",
    out: Annotated[Path | None, typer.Option("--out", metavar="folder", help="discover.out")] = None,
    workers: Workers = "",
    lang: Lang = "",
    as_json: Json = False,
) -> None:
    """Show under which conditions companies block themselves, or something else happens."""
    from app.commands.discover import discover as work  # noqa: PLC0415

    sizes = {"companies": companies, "points": points, "seed": seed, "weeks": weeks, "workers": workers}
    work(ctx.obj, source, of=of, where=where, method=method, leaves=leaves, **sizes, out=out, as_json=as_json)


def validate(
    ctx: typer.Context,
    out: Annotated[Path | None, typer.Option("--out", metavar="folder", help="validate.out")] = None,
    calibration: Annotated[
        Path | None, typer.Option("--calibration", metavar="folder", help="validate.calibration")
    ] = None,
    companies: Companies = "5000",
    seed: Annotated[str, typer.Option("--seed", metavar="number", help="validate.seed")] = "",
    sets: Annotated[str, typer.Option("--sets", metavar="number", help="validate.sets")] = "",
    nulls: Annotated[str, typer.Option("--nulls", metavar="number", help="validate.nulls")] = "20",
    leave_out: Annotated[
        list[str] | None, typer.Option("--leave-out", metavar="pattern", help="validate.leave_out")
    ] = None,
    proposals: Annotated[str, typer.Option("--proposals", metavar="number", help="validate.proposals")] = "",
    no_structure: Annotated[bool, typer.Option("--no-structure", help="validate.no_structure")] = False,
    no_coverage: Annotated[bool, typer.Option("--no-coverage", help="validate.no_coverage")] = False,
    executor: Executor = "threads",
    workers: Workers = "",
    scheduler: Scheduler = "",
    lang: Lang = "",
    as_json: Json = False,
) -> None:
    """Validate the ensemble: what was predicted, what was fitted, what each pattern needs."""
    from app.commands.validate import Options, validate_ensemble  # noqa: PLC0415
    from app.terminal.sweeping import RunOptions  # noqa: PLC0415

    sections = (not no_structure, not no_coverage)
    options = Options.read(companies, seed, sets, nulls, proposals, tuple(leave_out or ()), sections)
    validate_ensemble(
        ctx.obj, out, calibration, options, RunOptions.read(executor, workers, scheduler), as_json=as_json
    )


def calibrate(
    ctx: typer.Context,
    out: Annotated[Path | None, typer.Option("--out", metavar="folder", help="calibrate.out")] = None,
    seed: Annotated[str, typer.Option("--seed", metavar="number", help="calibrate.seed")] = "20337",
    first: Annotated[str, typer.Option("--first", metavar="number", help="calibrate.first")] = "600",
    later: Annotated[str, typer.Option("--later", metavar="number", help="calibrate.later")] = "200",
    waves: Annotated[str, typer.Option("--waves", metavar="number", help="calibrate.waves")] = "10",
    sets: Annotated[str, typer.Option("--sets", metavar="number", help="calibrate.sets")] = "240",
    without: Annotated[list[str] | None, typer.Option("--without", metavar="pattern", help="calibrate.without")] = None,
    near: Annotated[str, typer.Option("--near", metavar="number", help="calibrate.near")] = "50",
    apart: Annotated[bool, typer.Option("--apart", help="calibrate.apart")] = False,
    sharpness: Annotated[str, typer.Option("--sharpness", metavar="number", help="calibrate.sharpness")] = "3",
    coarse: Annotated[str, typer.Option("--coarse", metavar="number", help="calibrate.coarse")] = "1",
    begin: Annotated[Path | None, typer.Option("--begin", metavar="file", help="calibrate.begin")] = None,
    executor: Executor = "threads",
    workers: Workers = "",
    scheduler: Scheduler = "",
    lang: Lang = "",
    as_json: Json = False,
) -> None:
    """Find parameter sets that reproduce the patterns."""
    from app.commands.calibrate import begun_with, read_procedure, run_calibration  # noqa: PLC0415
    from app.terminal.sweeping import RunOptions  # noqa: PLC0415

    known = None if begin is None else begun_with(begin)
    procedure = read_procedure(
        seed, first, later, waves, sets, near, sharpness, coarse, without or [], known, apart=apart
    )
    run_options = RunOptions.read(executor, workers, scheduler)
    run_calibration(ctx.obj, out, procedure, run_options, begin_with=known, as_json=as_json)


def report(
    ctx: typer.Context,
    source: Annotated[str, typer.Argument(metavar="source", help="report.source")],
    other: Annotated[str, typer.Argument(metavar="b", help="report.other")] = "",
    out: Annotated[Path | None, typer.Option("--out", metavar="file", help="report.out")] = None,
    figures: Annotated[Path | None, typer.Option("--figures", metavar="folder", help="report.figures")] = None,
    kind: Annotated[str, typer.Option("--format", metavar="svg|png|pdf", help="report.format")] = "svg",
    companies: Annotated[str, typer.Option("--companies", metavar="number", help="report.companies")] = "",
    seed: Annotated[str, typer.Option("--seed", metavar="number", help="report.seed")] = "",
    weeks: Weeks = "",
    ensemble: InEnsemble = False,
    sets: Sets = "",
    lang: Lang = "",
) -> None:
    """Write a report on a scenario, a comparison, or a folder of another command."""
    from app.commands.report import Options, write_report  # noqa: PLC0415
    from app.terminal.ensembles import chosen_ensemble  # noqa: PLC0415

    options = Options(source, other, out, figures, kind, (companies, seed, weeks))
    write_report(ctx.obj, options, ensemble=chosen_ensemble(wanted=ensemble, sets=sets))


def org(ctx: typer.Context) -> None:
    """Print help on one's own organisation if no command is named."""
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


def check(
    ctx: typer.Context,
    people: Annotated[Path, typer.Argument(metavar="people", help="org.check.people")],
    ties: Annotated[Path, typer.Argument(metavar="ties", help="org.check.ties")],
    out: Annotated[Path | None, typer.Option("--out", metavar="file", help="org.check.out")] = None,
    lang: Lang = "",
    as_json: Json = False,
) -> None:
    """Check the files of an organisation of one's own, and show what is in them."""
    from app.commands.org import check_organisation  # noqa: PLC0415

    check_organisation(ctx.obj, people, ties, out=out, as_json=as_json)


def survey(
    ctx: typer.Context,
    files: Annotated[list[Path] | None, typer.Argument(metavar="forms", help="org.survey.files")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="target", help="org.survey.out")] = None,
    lang: Lang = "",
    as_json: Json = False,
) -> None:
    """Write the form of the questionnaire, or make a starting state from filled ones."""
    from app.commands import org_survey as work  # noqa: PLC0415

    if files:
        work.read_survey(ctx.obj, files, out=out, as_json=as_json)
    else:
        work.write_form(ctx.obj, out, as_json=as_json)


def ui(
    ctx: typer.Context,
    port: Annotated[str, typer.Option("--port", metavar="number", help="ui.port")] = "",
    host: Annotated[str, typer.Option("--host", metavar="address", help="ui.host")] = "127.0.0.1",
    public: Annotated[str, typer.Option("--public", metavar="address", help="ui.public")] = "",
    no_browser: Annotated[bool, typer.Option("--no-browser", help="ui.no_browser")] = False,
    lang: Lang = "",
) -> None:
    """Open the studio."""
    from app.commands.ui import read_address, show_studio  # noqa: PLC0415

    show_studio(ctx.obj, read_address(host, port, public), browser=not no_browser, language=lang)


@cache
def program() -> Any:
    """Return the program with all its commands."""
    app = typer.Typer(cls=Group, add_completion=False, invoke_without_command=True, callback=root)
    for command in (
        new,
        run,
        compare,
        explain,
        levers,
        study,
        plan,
        sweep,
        lattice,
        roadmap,
        sensitivity,
        discover,
        calibrate,
        validate,
        report,
        ui,
    ):
        app.command(command.__name__, cls=Command)(command)
    own = typer.Typer(cls=Group, invoke_without_command=True, callback=org)
    own.command("check", cls=Command)(check)
    own.command("survey", cls=Command)(survey)
    app.add_typer(own, name="org")
    return typer.main.get_command(app)


def call(arguments: Sequence[str]) -> int:
    """Run a command line (without the program's name) and return its exit code; never raises what a user can cause."""
    for stream in (sys.stdout, sys.stderr):
        _never_fail_on_characters(stream)
    out, err = Output(sys.stdout), Unheard(sys.stderr)
    with redirect_stdout(cast("TextIO", out)), redirect_stderr(cast("TextIO", err)):
        return _call(arguments, Screen(Texts(language_of(arguments, os.environ))))


def _call(arguments: Sequence[str], screen: Screen) -> int:
    try:
        with program().make_context("handshake", list(arguments), obj=screen) as ctx:
            ctx.command.invoke(ctx)
        sys.stdout.flush()
    except typer.Exit as stop:
        return stop.exit_code
    except (KeyboardInterrupt, typer.Abort):
        screen.fail(screen.texts("error.interrupted"))
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has closed it, as `| head` does.
        silence(sys.stdout.fileno())
    except Exception as error:
        return _fail(error, screen)
    return DONE


def _fail(error: Exception, screen: Screen) -> int:
    from app.terminal.complaints import as_bad_input  # noqa: PLC0415

    bad = as_bad_input(error)
    if bad is not None:
        screen.fail(screen.texts("error.bad_input", message=bad.render(screen.texts.language)))
        return BAD_INPUT
    if os.environ.get("HANDSHAKE_TRACEBACK"):
        traceback.print_exception(error)
    if why := getattr(error, "why", None):  # a StoppedError; its class comes with the model
        screen.fail(screen.texts("error.stopped", message=why.text(screen.texts.language)))
        return FAILED
    screen.fail(screen.texts("error.failed", message=_what(error, screen.texts)))
    return FAILED


def _what(error: Exception, texts: Texts) -> str:
    """Return what went wrong; in the user's language where the system is the cause."""
    from experiments.files import reason  # noqa: PLC0415

    if isinstance(error, OutputError):
        if getattr(sys.stdout, "closed", True) is False:
            silence(sys.stdout.fileno())
        return texts("error.output", reason=_words(reason(error), texts))
    if isinstance(error, FileNotFoundError) and not _has_folder():
        return texts("error.no_folder")
    if isinstance(error, OSError) and error.errno is not None:
        name = f"{error.filename}: " if error.filename else ""
        return name + _words(reason(error), texts)
    return " ".join(f"{type(error).__name__}: {error}".strip(": ").split())


def _has_folder() -> bool:
    """Return whether the folder that the program was started in is still there."""
    try:
        os.getcwd()
    except OSError:
        return False
    return True


def _words(words: Words, texts: Texts) -> str:
    return words if isinstance(words, str) else words.text(texts.language)


def _never_fail_on_characters(stream: TextIO) -> None:
    # A terminal that knows no umlauts gets question marks instead of a traceback.
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="replace")


def main() -> NoReturn:
    """Run the command line of this process."""
    sys.exit(call(sys.argv[1:]))


__all__ = ["call", "main", "program"]
