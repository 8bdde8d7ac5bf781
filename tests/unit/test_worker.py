"""The worker: jobs come again, a failure ends nothing, and stopping waits for what runs."""

from __future__ import annotations

import os
import signal
import threading
from datetime import timedelta
from typing import cast

import pytest
from prometheus_client import CollectorRegistry

from bot.services import Services
from bot.shared.errors import Unavailable
from bot.worker import Job, JobFigures, run_job, run_until_stopped

_SERVICES = cast("Services", object())


def _counted(registry: CollectorRegistry, job: str, outcome: str) -> float:
    return registry.get_sample_value("clearline_job_runs_total", {"job": job, "outcome": outcome}) or 0.0


def _refuse(_services: Services) -> str:
    raise Unavailable("nobody answers")


def _break(_services: Services) -> str:
    raise ZeroDivisionError


class TestRunJob:
    def test_gives_the_services_to_the_job_and_counts_it(self) -> None:
        registry = CollectorRegistry()
        seen: list[object] = []

        done = run_job(Job("look", timedelta(seconds=1), lambda services: seen.append(services) or ""), _SERVICES, JobFigures(registry))

        assert done
        assert seen == [_SERVICES]
        assert _counted(registry, "look", "done") == 1

    @pytest.mark.parametrize("run", [_refuse, _break])
    def test_a_failure_is_counted_and_not_raised(self, run: object) -> None:
        registry = CollectorRegistry()

        assert not run_job(Job("look", timedelta(seconds=1), run), _SERVICES, JobFigures(registry))  # type: ignore[arg-type]

        assert _counted(registry, "look", "failed") == 1


class TestRunUntilStopped:
    def test_jobs_come_again_beside_one_that_fails_until_told_to_stop(self) -> None:
        registry = CollectorRegistry()
        runs: list[int] = []

        def run(_services: Services) -> str:
            runs.append(1)
            if len(runs) == 3:
                os.kill(os.getpid(), signal.SIGTERM)
            return ""

        before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
        try:
            jobs = (Job("often", timedelta(seconds=0.02), run), Job("broken", timedelta(seconds=0.02), _break))
            run_until_stopped(_SERVICES, jobs, figures=JobFigures(registry))
        finally:
            signal.signal(signal.SIGTERM, before[0])
            signal.signal(signal.SIGINT, before[1])

        assert len(runs) >= 3
        assert _counted(registry, "broken", "failed") >= 1

    def test_stopping_waits_for_the_job_that_runs(self) -> None:
        finished = threading.Event()

        def run(_services: Services) -> str:
            os.kill(os.getpid(), signal.SIGTERM)
            threading.Event().wait(0.2)
            finished.set()
            return ""

        before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
        try:
            run_until_stopped(_SERVICES, (Job("slow", timedelta(hours=1), run),), figures=JobFigures(CollectorRegistry()))
        finally:
            signal.signal(signal.SIGTERM, before[0])
            signal.signal(signal.SIGINT, before[1])

        assert finished.is_set()
