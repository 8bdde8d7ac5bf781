"""``clearline worker``: the process that does what nobody asks for."""

from __future__ import annotations

import sys

import click
from prometheus_client import CollectorRegistry, start_http_server

from bot.settings import Settings
from bot.shared.errors import InvalidInput, Unavailable
from bot.wiring import wire
from bot.worker import JOBS, Job, JobFigures, run_job, run_until_stopped


@click.command()
@click.argument("names", metavar="[JOB]...", nargs=-1)
@click.option("--once", is_flag=True, help="Run each job once, one after the other, and end; exit code 1 when one failed.")
@click.option("--list", "listing", is_flag=True, help="List the jobs and how often they run.")
def worker(*, names: tuple[str, ...], once: bool, listing: bool) -> None:
    """Run the jobs: all, or those named."""
    jobs = _named(names)
    if listing:
        for job in jobs:
            click.echo(f"{job.name}  every {job.every.total_seconds():g} s")
        return
    registry = CollectorRegistry()
    settings = Settings.from_env()
    wired = wire(settings, registry=registry)
    figures = JobFigures(registry)
    try:
        if once:
            outcomes = [run_job(job, wired.services, figures) for job in jobs]
            sys.exit(0 if all(outcomes) else 1)
        if settings.worker_port:
            _show_metrics(settings.worker_port, registry)
        run_until_stopped(wired.services, jobs, figures=figures)
    finally:
        wired.close()


def _show_metrics(port: int, registry: CollectorRegistry) -> None:
    try:
        start_http_server(port, addr="127.0.0.1", registry=registry)
    except OSError as error:
        raise Unavailable(
            f"the worker cannot show its metrics on 127.0.0.1:{port}: {error.strerror}; stop what uses it, or set CLEARLINE_WORKER_PORT"
        ) from error


def _named(names: tuple[str, ...]) -> tuple[Job, ...]:
    known = {job.name: job for job in JOBS}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise InvalidInput(f"there is no job {', '.join(unknown)}; there are: {', '.join(known) or 'none'}")
    return tuple(known[name] for name in names) if names else JOBS
