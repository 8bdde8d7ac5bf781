"""How long calls of Partner Center take, how they end, and how often they are repeated."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram

_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 60)


class CallMetrics:
    """Counts calls. ``operation`` is a name such as ``subscriptions.list``, never a path, so there are few of them."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        """Register with ``registry``; None keeps the figures where nobody reads them."""
        kept = registry if registry is not None else CollectorRegistry()
        self._seconds = Histogram(
            "clearline_partner_center_seconds",
            "Time of a call of Partner Center, waits included",
            ["operation"],
            buckets=_BUCKETS,
            registry=kept,
        )
        self._calls = Counter(
            "clearline_partner_center_calls", "Calls of Partner Center by how they ended", ["operation", "outcome"], registry=kept
        )
        self._again = Counter("clearline_partner_center_repeats", "Attempts made again, by reason", ["operation", "reason"], registry=kept)

    def ended(self, *, operation: str, outcome: str, seconds: float) -> None:
        """Count a call that ended; ``outcome`` is a status such as ``200``, or the name of an error."""
        self._seconds.labels(operation).observe(seconds)
        self._calls.labels(operation, outcome).inc()

    def repeated(self, *, operation: str, reason: str) -> None:
        """Count an attempt that will be made again; ``reason`` is a status or the name of an error."""
        self._again.labels(operation, reason).inc()
