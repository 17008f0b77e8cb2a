"""Figures as Prometheus reads them. Labels are bounded: gateways, kinds, causes and channels, never accounts; none is
called `job`, which Prometheus uses itself."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily

from healthcheckd import __version__
from healthcheckd.domain.reports.metrics import MetricsReport
from healthcheckd.ports.store import Event
from healthcheckd.settings import HEALTH_CHECK

LATENCY_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
LAG_BUCKETS = (0.01, 0.05, 0.1, 0.5, 1, 5)

ATTEMPT_RESULTS = ("connected", "still_down", "refused", "error")


class Meters:
    """Fills `Meter`, and counts committed events. Counters start at zero with the process, as Prometheus expects."""

    def __init__(self, gateways: Sequence[str] = ()) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._attempts = Counter(
            "healthcheckd_reconnection_attempts", "Reconnections made.", ("gateway", "result"), registry=registry
        )
        self._notices = Counter(
            "healthcheckd_notifications", "Notices that left, or were given up.", ("kind", "channel", "result"),
            registry=registry,
        )  # fmt: skip
        self._runs = Counter("healthcheckd_job_runs", "Runs of jobs.", ("name", "result"), registry=registry)
        self._latency = Histogram(
            "healthcheckd_gateway_request_seconds", "How long gateways take to answer.", ("gateway",),
            buckets=LATENCY_BUCKETS, registry=registry,
        )  # fmt: skip
        self._lag = Histogram(
            "healthcheckd_event_loop_lag_seconds", "How late the event loop comes to its next turn.",
            buckets=LAG_BUCKETS, registry=registry,
        )  # fmt: skip
        self._counted: Mapping[str, Callable[[Event], None]] = {
            "attempt": self._count_attempt,
            "notice": self._count_notice,
            "job": self._count_run,
        }
        for gateway in gateways:
            for result in ATTEMPT_RESULTS:
                self._attempts.labels(gateway, result)

    def answered(self, gateway: str, latencies: Sequence[float]) -> None:
        histogram = self._latency.labels(gateway)
        for seconds in latencies:
            histogram.observe(seconds)

    def lagged(self, seconds: float) -> None:
        self._lag.observe(seconds)

    def publish(self, events: Sequence[Event]) -> None:
        for event in events:
            if count := self._counted.get(event.kind):
                count(event)

    def _count_attempt(self, event: Event) -> None:
        if event.account is not None and event.data["state"] in ATTEMPT_RESULTS:
            self._attempts.labels(event.account.gateway, event.data["state"]).inc()

    def _count_notice(self, event: Event) -> None:
        if event.data["state"] in {"sent", "dead"}:
            self._notices.labels(event.data["kind"], event.data["channel"], event.data["state"]).inc()

    def _count_run(self, event: Event) -> None:
        self._runs.labels(event.data["job"], "failed" if event.data.get("error") else "ok").inc()

    def page(self, report: MetricsReport) -> bytes:
        """Everything, as text."""
        present = CollectorRegistry()
        present.register(_Gauges(report))
        return generate_latest(present) + generate_latest(self._registry)


class _Gauges:
    """What the database says at this moment."""

    def __init__(self, report: MetricsReport) -> None:
        self._report = report

    def collect(self) -> Iterator[GaugeMetricFamily]:
        report = self._report
        yield _labelled("build_info", "The version that runs.", ("version",), {(__version__,): 1})
        yield _labelled("accounts", "Active accounts.", ("gateway", "health", "cause"), _accounts(report))
        yield _labelled("gateway_up", "Whether a gateway answers.", ("gateway", "kind"), _answering(report))
        yield _labelled("incidents_open", "Outages that go on.", ("scope",), _alone(report.incidents))
        yield from self._jobs()
        yield _plain("notices_owed", "Notices that are due and have not left.", report.owed)
        waits = _age(report, report.oldest_owed_at)
        yield _plain("notices_oldest_owed_seconds", "How long the oldest of them waits.", waits)
        yield _plain("held", "Whether reconnections are held everywhere.", report.held)
        yield _plain("database_bytes", "The size of the database.", report.database_bytes)

    def _jobs(self) -> Iterator[GaugeMetricFamily]:
        jobs = self._report.jobs
        took = {job.name: job.last_seconds for job in jobs if job.last_seconds is not None}
        good_at = {job: at.timestamp() for job, at in self._report.good_at.items()}
        yield _labelled("job_last_seconds", "How long the last run of a job took.", ("name",), _alone(took))
        yield _labelled(
            "job_on", "Whether a job is switched on.", ("name",), {(job.name,): job.running for job in jobs}
        )
        yield _labelled("job_last_good_timestamp_seconds", "When a job last ended well.", ("name",), _alone(good_at))
        yield _plain("last_good_sweep_timestamp_seconds", "When all was last read.", good_at.get(HEALTH_CHECK, 0))


def _accounts(report: MetricsReport) -> dict[tuple[str, ...], float]:
    return {(group.gateway, group.health, group.cause): group.accounts for group in report.accounts}


def _answering(report: MetricsReport) -> dict[tuple[str, ...], float]:
    return {(row.name, row.kind): row.silent_since is None for row in report.gateways}


def _alone(values: Mapping[str, float]) -> dict[tuple[str, ...], float]:
    return {(label,): value for label, value in values.items()}


def _age(report: MetricsReport, since: datetime | None) -> float:
    return 0.0 if since is None else max((report.at - since).total_seconds(), 0.0)


def _labelled(
    name: str, help_: str, labels: Sequence[str], values: Mapping[tuple[str, ...], float]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"healthcheckd_{name}", help_, labels=labels)
    for label_values, value in values.items():
        family.add_metric(label_values, float(value))
    return family


def _plain(name: str, help_: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"healthcheckd_{name}", help_, value=float(value))
