"""What is done without anybody asking: jobs that run again and again, each by itself and never twice at once.

APScheduler keeps the times. A job that fails is logged and comes again at its next time; a failure ends neither the worker nor another
job. Several workers may run: a job claims what it works on in the store.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from prometheus_client import CollectorRegistry, Counter, Histogram

from bot.services import Services
from bot.shared.errors import BotError

_log = structlog.get_logger(__name__)
_BUCKETS = (0.01, 0.05, 0.25, 1, 5, 30, 120, 600)


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do again and again.

    Attributes:
        name: As the command line and the logs call it.
        every: From one beginning to the next; one that takes longer begins again at the next time after its end.
        run: Does what is due and returns what it did in a few words without names and amounts, or nothing.
    """

    name: str
    every: timedelta
    run: Callable[[Services], str]


def _sync(services: Services) -> str:
    if services.sync is None:
        return ""
    report = services.sync.run(now=services.now(), today=services.today())
    return f"read {report.read} customers, {report.failed} failed, {report.bills} bills"


def _send_mails(services: Services) -> str:
    count = services.outbox.send_due(now=services.now())
    return f"sent {count}" if count else ""


def _carry_out_cases(services: Services) -> str:
    count = services.escalation_runs.carry_out(now=services.now()) if services.escalation_runs else 0
    return f"opened {count}" if count else ""


def _pass_to_helpers(services: Services) -> str:
    gate = services.helper_gate
    count = services.helpers.send_due(gate=gate, now=services.now()) if gate is not None else 0
    return f"passed on {count}" if count else ""


def _follow_cases(services: Services) -> str:
    if services.escalation_runs is not None:
        services.escalation_runs.follow(now=services.now())
    return ""


def _collect(services: Services) -> str:
    today, now = services.today(), services.now()
    services.overdue.check_begun(today=today)
    planned = services.overdue.plan(today=today, now=now)
    done = services.overdue.carry_out(today=today, now=now)
    return f"looked at {planned.looked} invoices, sent {done.notices} notices, proposed {done.proposed} suspensions"


def _warn(services: Services) -> str:
    count = services.payables.warn(today=services.today(), now=services.now())
    return f"wrote {count} warnings" if count else ""


def _suspend(services: Services) -> str:
    services.suspension_runs.run(today=services.today(), now=services.now())
    return ""


# Where somebody waits for it, a job comes every few seconds; it looks into the store and is done when nothing is due.
JOBS: tuple[Job, ...] = (
    Job("mails", timedelta(seconds=3), _send_mails),
    Job("helpers", timedelta(seconds=3), _pass_to_helpers),
    Job("cases-send", timedelta(seconds=3), _carry_out_cases),
    Job("cases-follow", timedelta(seconds=10), _follow_cases),
    Job("suspensions", timedelta(seconds=5), _suspend),
    Job("payables", timedelta(hours=1), _warn),
    Job("overdue", timedelta(hours=1), _collect),
    Job("sync", timedelta(hours=1), _sync),
)


class JobFigures:
    """Counts runs of jobs, and how long they take."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Register with ``registry``."""
        self._seconds = Histogram("clearline_job_seconds", "Time of a job", ["job"], buckets=_BUCKETS, registry=registry)
        self._runs = Counter("clearline_job_runs", "Runs of jobs by how they ended", ["job", "outcome"], registry=registry)

    def ended(self, *, job: str, outcome: str, seconds: float) -> None:
        """Count a run that ended ``done`` or ``failed``."""
        self._seconds.labels(job).observe(seconds)
        self._runs.labels(job, outcome).inc()


def run_job(job: Job, services: Services, figures: JobFigures) -> bool:
    """Run ``job`` once; return False when it failed, which is logged."""
    started = time.monotonic()
    try:
        done = job.run(services)
    except BotError as error:
        # Known: what is wrong stands in the message, and no trace helps.
        _log.warning("job_failed", job=job.name, error=type(error).__name__, reason=str(error))
        outcome = "failed"
    except Exception:
        _log.exception("job_failed", job=job.name)
        outcome = "failed"
    else:
        outcome = "done"
        if done:
            _log.info("job_done", job=job.name, did=done)
    figures.ended(job=job.name, outcome=outcome, seconds=time.monotonic() - started)
    return outcome == "done"


def run_until_stopped(services: Services, jobs: Iterable[Job], *, figures: JobFigures) -> None:
    """Run ``jobs`` at their times, the first time at once, until SIGINT or SIGTERM; what runs then is finished first."""
    listed = tuple(jobs)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stop.set())
    scheduler = BackgroundScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(max(len(listed), 1))},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for job in listed:
        scheduler.add_job(
            run_job,
            "interval",
            args=(job, services, figures),
            seconds=job.every.total_seconds(),
            id=job.name,
            next_run_time=datetime.now(UTC),
        )
    scheduler.start()
    _log.info("worker_started", jobs=[job.name for job in listed])
    stop.wait()
    scheduler.shutdown(wait=True)
    _log.info("worker_stopped")
