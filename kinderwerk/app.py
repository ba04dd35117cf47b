"""The composition root: the only module that knows every feature."""

import os
import signal
from contextlib import nullcontext
from dataclasses import replace
from typing import Final

import click
import waitress
from flask import Flask, current_app
from flask.cli import FlaskGroup, ScriptInfo
from typing_extensions import override
from werkzeug.middleware.proxy_fix import ProxyFix

from kinderwerk import paths
from kinderwerk.absences import jobs as absences_jobs
from kinderwerk.absences import mails as absences_mails
from kinderwerk.absences import views as absences
from kinderwerk.access_requests import jobs as access_requests_jobs
from kinderwerk.access_requests import mails as access_requests_mails
from kinderwerk.access_requests import views as access_requests
from kinderwerk.access_requests.asking import views as your_data
from kinderwerk.accounts import cli as accounts_cli
from kinderwerk.accounts import jobs as accounts_jobs
from kinderwerk.accounts import mails as accounts_mails
from kinderwerk.accounts import views as accounts
from kinderwerk.accounts.areas import areas
from kinderwerk.accounts.carrying import loads
from kinderwerk.accounts.patience import patience
from kinderwerk.accounts.tokens import signer
from kinderwerk.activities import carrying as activities_carrying
from kinderwerk.activities import views as activities
from kinderwerk.activities.ics import views as ics
from kinderwerk.archives import cli as archives_cli
from kinderwerk.archives import views as archives
from kinderwerk.backup import cli as backup_cli
from kinderwerk.children import views as children
from kinderwerk.confided import mails as confided_mails
from kinderwerk.config import Misconfigured, Settings, write_fresh
from kinderwerk.conversations import views as conversations
from kinderwerk.council import views as council
from kinderwerk.demo import cli as demo_cli
from kinderwerk.demo import service as demo_service
from kinderwerk.demo import views as demo
from kinderwerk.demo.rules import NotMadeUp
from kinderwerk.door import mails as door_mails
from kinderwerk.door import views as door
from kinderwerk.door.paper import views as paper_forms
from kinderwerk.doubles import views as doubles
from kinderwerk.draws import cli as draws_cli
from kinderwerk.draws import jobs as draws_jobs
from kinderwerk.draws import views as draws
from kinderwerk.facts import cli as facts_cli
from kinderwerk.families import copies
from kinderwerk.families import views as families
from kinderwerk.families.consents import views as consents
from kinderwerk.families.custody import mails as custody_mails
from kinderwerk.families.custody import views as custody
from kinderwerk.families.persons import views as persons
from kinderwerk.families.youth import jobs as youth_jobs
from kinderwerk.families.youth import mails as youth_mails
from kinderwerk.families.youth import views as youth
from kinderwerk.files.scanner import scanner
from kinderwerk.goals import views as goals
from kinderwerk.helplines import rules as helplines_rules
from kinderwerk.helplines import views as helplines
from kinderwerk.holidays import views as holidays
from kinderwerk.ideas import escalating as ideas_jobs
from kinderwerk.ideas import mails as ideas_mails
from kinderwerk.ideas import views as ideas
from kinderwerk.ideas.board import views as child_board
from kinderwerk.imports import views as imports
from kinderwerk.imports.calendars import views as calendars_in
from kinderwerk.kiosk import jobs as kiosk_jobs
from kinderwerk.kiosk import views as kiosk
from kinderwerk.learning import views as learning
from kinderwerk.learning.consulting import views as consulting
from kinderwerk.learning.library import views as library
from kinderwerk.learning.reviews import carrying as reviews_carrying
from kinderwerk.learning.reviews import views as reviews
from kinderwerk.lessons import views as lessons
from kinderwerk.logbook import views as logbook
from kinderwerk.measuring import views as measuring
from kinderwerk.messages import cli as messages_cli
from kinderwerk.messages import views as messages
from kinderwerk.messages import worker
from kinderwerk.messages.gateway import ways
from kinderwerk.neighbourhood_map import views as neighbourhood_map
from kinderwerk.notes import copying as notes_copying
from kinderwerk.notes import views as notes
from kinderwerk.notices import mails as notices_mails
from kinderwerk.notices import views as notices
from kinderwerk.offline import jobs as offline_jobs
from kinderwerk.offline import views as offline
from kinderwerk.operation import figures, serving, taking
from kinderwerk.operation import views as operation
from kinderwerk.operation.doctor import examine
from kinderwerk.papers import views as papers
from kinderwerk.partners import cli as partners_cli
from kinderwerk.partners import views as partners
from kinderwerk.places import cli as places_cli
from kinderwerk.places import queries as place_queries
from kinderwerk.places import views as places
from kinderwerk.planner import views as planner
from kinderwerk.privacy import cli as privacy_cli
from kinderwerk.privacy import jobs as privacy_jobs
from kinderwerk.privacy import mails as privacy_mails
from kinderwerk.privacy import views as privacy
from kinderwerk.privacy.own import views as own
from kinderwerk.referrals import carrying as referrals_carrying
from kinderwerk.referrals import dossier as referrals_dossier
from kinderwerk.referrals import jobs as referrals_jobs
from kinderwerk.referrals import mails as referrals_mails
from kinderwerk.referrals import views as referrals
from kinderwerk.referrals.answers import views as answers
from kinderwerk.referrals.own import views as handed
from kinderwerk.registers import copying as registers_copying
from kinderwerk.registers import views as registers
from kinderwerk.reporting_code import carrying as code_carrying
from kinderwerk.reporting_code import dossier as code_dossier
from kinderwerk.reporting_code import jobs as code_jobs
from kinderwerk.reporting_code import mails as code_mails
from kinderwerk.reporting_code import views as reporting_code
from kinderwerk.reports import cli as reports_cli
from kinderwerk.reports import mails as reports_mails
from kinderwerk.reports import views as reports
from kinderwerk.safety import carrying as safety_carrying
from kinderwerk.safety import jobs as safety_jobs
from kinderwerk.safety import mails as safety_mails
from kinderwerk.safety import views as safety
from kinderwerk.school_year import views as school_year
from kinderwerk.signals import carrying as signals_carrying
from kinderwerk.signals import joining as signals_jobs
from kinderwerk.signals import mails as signals_mails
from kinderwerk.signals import views as signals
from kinderwerk.signups import copying as signups_copying
from kinderwerk.signups import mails as signups_mails
from kinderwerk.signups import views as signups
from kinderwerk.staffing import leaving as staffing_leaving
from kinderwerk.staffing import mails as staffing_mails
from kinderwerk.staffing import views as staffing
from kinderwerk.storage.sealing import keyring
from kinderwerk.stories import copying as stories_copying
from kinderwerk.stories import views as stories
from kinderwerk.support import carrying as support_carrying
from kinderwerk.support import dossier as support_dossier
from kinderwerk.support import mails as support_mails
from kinderwerk.support import views as support
from kinderwerk.support.concern import views as concern
from kinderwerk.support.plan import views as plan
from kinderwerk.talks import carrying as talks_carrying
from kinderwerk.talks import jobs as talks_jobs
from kinderwerk.talks import mails as talks_mails
from kinderwerk.talks import views as talks
from kinderwerk.talks.child import views as asking
from kinderwerk.team import jobs as team_jobs
from kinderwerk.team import mails as team_mails
from kinderwerk.team import views as team
from kinderwerk.today import views as today
from kinderwerk.trail import cli as trail_cli
from kinderwerk.trail import copying as trail_copying
from kinderwerk.trail import jobs as trail_jobs
from kinderwerk.trail import mails as trail_mails
from kinderwerk.trail import views as trail
from kinderwerk.web import (
    access,
    alike,
    compiled,
    headers,
    health,
    languages,
    logs,
    navigation,
    once,
    pages,
    periods,
    pieces,
    routes,
    signing,
    weak_spots,
)
from kinderwerk.web.access import public, undeclared
from kinderwerk.web.extensions import as_system, babel, csrf, db, login_manager

#: What goes into the copy that a family takes away, in this order.
COPIES: Final = (
    copies, signups_copying, registers_copying, notes_copying, stories_copying, trail_copying,
)  # fmt: skip
#: What makes the text of mails.
MAILS: Final = (
    accounts_mails,
    custody_mails,
    youth_mails,
    signups_mails,
    notices_mails,
    reports_mails,
    signals_mails,
    ideas_mails,
    confided_mails,
    support_mails,
    code_mails,
    safety_mails,
    talks_mails,
    referrals_mails,
    trail_mails,
    access_requests_mails,
    door_mails,
    privacy_mails,
    team_mails,
    staffing_mails,
    absences_mails,
)
#: What is never without somebody who carries it.
LOADS: Final = (
    activities_carrying.LOAD,
    signals_carrying.LOAD,
    support_carrying.LOAD,
    code_carrying.LOAD,
    safety_carrying.LOAD,
    talks_carrying.LOAD,
    referrals_carrying.LOAD,
    reviews_carrying.LOAD,
)
#: What adds to the copy of a case that goes onto paper.
DOSSIERS: Final = (code_dossier, referrals_dossier, support_dossier)
#: What the worker does by itself.
JOBS: Final = (
    accounts_jobs,
    team_jobs,
    absences_jobs,
    youth_jobs,
    draws_jobs,
    privacy_jobs,
    trail_jobs,
    code_jobs,
    safety_jobs,
    talks_jobs,
    signals_jobs,
    ideas_jobs,
    referrals_jobs,
    offline_jobs,
    kiosk_jobs,
    access_requests_jobs,
)
#: In the order of the layers; a feature brings a blueprint, and commands if it has any.
FEATURES: Final = (
    health,
    weak_spots,
    messages,
    accounts,
    places,
    partners,
    goals,
    helplines,
    holidays,
    children,
    families,
    consents,
    persons,
    custody,
    youth,
    notes,
    signups,
    notices,
    draws,
    team,
    absences,
    staffing,
    registers,
    logbook,
    measuring,
    kiosk,
    ideas,
    child_board,
    stories,
    door,
    offline,
    paper_forms,
    papers,
    activities,
    ics,
    signals,
    reporting_code,
    support,
    plan,
    concern,
    safety,
    talks,
    asking,
    conversations,
    council,
    lessons,
    referrals,
    answers,
    handed,
    learning,
    consulting,
    reviews,
    library,
    today,
    neighbourhood_map,
    planner,
    demo,
    reports,
    privacy,
    access_requests,
    your_data,
    own,
    trail,
    doubles,
    school_year,
    operation,
    archives,
    imports,
    calendars_in,
)
COMMANDS: Final = (
    accounts_cli.group,
    messages_cli.worker,
    messages_cli.mail,
    places_cli.group,
    facts_cli.group,
    reports_cli.group,
    demo_cli.group,
    draws_cli.group,
    privacy_cli.keys,
    backup_cli.group,
    backup_cli.restore,
    trail_cli.group,
)

places_cli.group.add_command(partners_cli.partners)
places_cli.group.add_command(archives_cli.archive)


def create_app(settings: Settings | None = None) -> Flask:
    settings = settings or Settings.from_environment()
    settings.instance.mkdir(parents=True, exist_ok=True)
    app = routes.App(
        __name__,
        template_folder=str(paths.resource("templates")),
        static_folder=str(paths.resource("static")),
        instance_path=str(settings.instance),
    )
    app.config.from_mapping(settings.for_flask())
    equip(settings)
    app.extensions["kinderwerk_settings"] = settings
    app.jinja_env.globals["demo"] = settings.demo
    for extension in (
        logs,
        db,
        login_manager,
        csrf,
        access,
        pages,
        headers,
        languages,
        navigation,
        once,
        periods,
        pieces,
        routes,
        figures,
        alike,
        signing,
    ):
        extension.init_app(app)
    babel.init_app(app, locale_selector=languages.select_locale)
    languages.speak(app)
    for feature in FEATURES:
        app.register_blueprint(feature.bp)
    for command in COMMANDS:
        app.cli.add_command(command)
    public(app.view_functions["static"])
    if missing := undeclared(app):
        raise RuntimeError(f"views that do not declare access: {', '.join(missing)}")
    if n := settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, n, n, n)  # type: ignore[method-assign]
    return app


def equip(settings: Settings) -> None:
    """Tell this process what there is one of, however many apps it makes."""
    keyring.load(settings.sealing_keys)
    signer.load(settings.link_key)
    patience.load(0 if settings.demo else settings.idle_days)
    scanner.load(settings.clamd)
    ways.load(settings.sms.country if settings.sms else None)
    areas.learn(place_queries.choices)
    loads.learn(*LOADS)
    loads.let_go("shifts", staffing_leaving.open_again)
    helplines_rules.book.load(settings.instance / helplines_rules.FILE)


#: What is opened once before processes are forked: they share what that leaves behind.
OPENED: Final = ("/", "/sign-in")
#: The command that changes the schema.
MIGRATIONS: Final = "db"


class CannotStart(click.ClickException):
    """Tells what to set in one sentence; exit status 2, as for other wrong usage."""

    exit_code = 2


class Commands(FlaskGroup):
    """Lists its commands without settings, so that `--help` works before there are any."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*click.Group.list_commands(self, ctx), MIGRATIONS])

    @override
    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name != MIGRATIONS:
            return super().get_command(ctx, name)
        from kinderwerk.web import migrating  # noqa: PLC0415 (heavy, and only who migrates needs it)

        info = ctx.ensure_object(ScriptInfo)
        info.create_app = lambda: migrating.bind(create_app(read_settings()))
        found: click.Command = migrating.commands
        return found


def read_settings() -> Settings:
    try:
        return Settings.from_environment()
    except Misconfigured as error:
        raise CannotStart(str(error)) from None


def at_home(settings: Settings, port: int) -> Settings:
    """Let links in mails lead to this port where nobody said how the outside names it."""
    if settings.public_url != Settings.public_url:
        return settings
    return replace(settings, public_url=f"http://127.0.0.1:{port}")


def check_start(app: Flask, host: str) -> None:
    """Refuse to open the demo to the world, or real data through the doors of the demo."""
    settings: Settings = app.extensions["kinderwerk_settings"]
    with app.app_context():
        try:
            demo_service.check_start(as_system(), demo=settings.demo, host=host)
        except NotMadeUp as error:
            raise CannotStart(str(error)) from None


@click.group(
    cls=Commands, create_app=lambda: create_app(read_settings()), add_version_option=False
)  # fmt: skip
@click.version_option(package_name="kinderwerk")
def main() -> None:
    """Run and look after a Kinderwerk installation."""


for command in COMMANDS:
    main.add_command(command)


@main.command(with_appcontext=False)
def init() -> None:
    """Write a file with fresh keys for this installation."""
    try:
        click.echo(f"Wrote {write_fresh(paths.instance(os.environ))}.")
    except FileExistsError as error:
        raise CannotStart(
            f"{error.filename} is there already; its keys open what was sealed."
        ) from None


@main.command(with_appcontext=False)
@click.option("--host", default="127.0.0.1", show_default=True, help="Where it listens.")
@click.option("--port", default=5000, show_default=True, help="On which port.")
def run(host: str, port: int) -> None:
    """Serve people."""
    settings = at_home(read_settings(), port)
    logs.to_stderr()
    app = create_app(settings)
    check_start(app, host)
    compiled.aside(app)
    taking.prepare()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # requests that began are finished
    with worker.beside(app) if settings.embedded_worker else nullcontext():
        click.echo(f"Kinderwerk listens on http://{host}:{port}")
        waitress.serve(
            app, host=host, port=port, threads=8, ident=None,
            clear_untrusted_proxy_headers=not settings.proxies,
        )  # fmt: skip


@main.command(with_appcontext=False)
@click.option("--host", default="127.0.0.1", show_default=True, help="Where it listens.")
@click.option("--port", default=5000, show_default=True, help="On which port.")
@click.option(
    "--processes", type=click.IntRange(min=1), default=2, show_default=True,
    help="As many as the machine has cores.",
)  # fmt: skip
@click.option(
    "--threads", type=click.IntRange(min=1), default=4, show_default=True,
    help="In each process, so that a slow line keeps nobody waiting.",
)  # fmt: skip
def serve(host: str, port: int, processes: int, threads: int) -> None:
    """Serve many people, from several processes; `kinderwerk worker` runs beside."""
    settings = read_settings()
    check_start(create_app(settings), host)
    serving.become(host, port, processes, threads, settings.proxies)


def served() -> Flask:
    """Make the application for processes that are forked from this one."""
    logs.to_stderr()
    app = create_app(read_settings())
    compiled.aside(app)
    pages.prepare(app, OPENED)
    alike.clear(app)
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()
    return app


@main.command()
def doctor() -> None:
    """Say whether this installation is well: settings, keys, clock, mail, disk, worker."""
    marks = {"well": "  ", "look": "? ", "ill": "! "}
    found = list(examine(as_system(), current_app.extensions["kinderwerk_settings"]))
    for each in found:
        click.echo(f"{marks[each.state]}{each.about}: {each.told}")
    if any(each.state == "ill" for each in found):
        raise SystemExit(1)
