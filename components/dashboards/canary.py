"""One release: both arms beside one another by the hash of their pods, against the limits of the gates."""

from collections.abc import Iterator, Sequence

from components.canary.comparisons import ERROR_CEILING, FEWER_APPROVALS, MORE_ERRORS, SLOWER
from components.canary.work import APPROVED, CHARGES, FAILED_BY_PROCESSOR
from components.dashboards import work
from components.dashboards.model import RATE, Dashboard, Limit, Panel, Promql, Section, Variable
from components.dashboards.pods import saturation
from components.dashboards.promises import alerts, budget_left, burn_rates, errors_allowed
from components.dashboards.service import RELEASES, chosen

_ARMS = 'service="$service",hash=~"$hash"'


def canary(services: Sequence[str], low: float) -> Dashboard:
    return Dashboard(
        uid="billing-canary",
        title="Canary",
        says="A release: the arms by the hash of their pods, with the limits that its gates hold it to.",
        tags=("billing", "release"),
        from_="now-2h",
        variables=(
            chosen(services),
            Variable(
                name="hash",
                label="Arms",
                says="Hashes of the pods of the versions that run; the canary's is the newest",
                query='label_values(up{job="$service"}, hash)',
                all=True,
            ),
        ),
        events=RELEASES,
        sections=(
            Section("Release", (_phase(), _runs(), _share(), _age())),
            Section("Arms", (_errors(), *_durations(), burn_rates('service="$service"'))),
            Section("Business", (*_charges(), _money())),
            Section("Saturation by arm", saturation(by_hash=True)),
            Section("What releases promise", tuple(_promised(low))),
        ),
    )


def _phase() -> Panel:
    return Panel(
        title="Phase",
        says="Progressing: it goes on. Paused: held. Degraded: it went back to stable. Healthy: one version is all.",
        unit="none",
        kind="states",
        queries=(Promql(expression='rollout_info{name="$service"} == 1', legend="{{phase}}", many=True),),
        width=6,
        runbook="bad-release",
    )


def _runs() -> Panel:
    return Panel(
        title="Analyses",
        says="Runs of the gates by what became of them; which gate and which values, says the AnalysisRun.",
        unit="short",
        queries=(
            Promql(expression='sum by (phase) (analysis_run_info{name=~"$service-.+"})', legend="{{phase}}", many=True),
        ),
        least=0,
        width=6,
        runbook="bad-release",
    )


def _share() -> Panel:
    rate = work.rate("hash", _ARMS)
    return Panel(
        title="Share of the traffic",
        says="By arm; a step holds until its share has come, and enough of it to tell.",
        unit="percentunit",
        queries=(Promql(expression=f"({rate}) / scalar(sum({rate}))", legend="{{hash}}", many=True),),
        least=0,
        most=1,
        width=6,
        runbook="bad-release",
    )


def _age() -> Panel:
    return Panel(
        title="Pods that answer",
        says="Pods of each arm that were scraped. An arm whose metrics are older than 90 s is blind, and held.",
        unit="short",
        queries=(Promql(expression='sum by (hash) (up{job="$service",hash=~"$hash"})', legend="{{hash}}", many=True),),
        limits=(Limit(1, below=True),),
        least=0,
        width=6,
        runbook="bad-release",
    )


def _errors() -> Panel:
    return Panel(
        title="Errors by arm",
        says=f"Share that failed by our fault. Above {ERROR_CEILING:.0%} in two of three minutes a canary is aborted.",
        unit="percentunit",
        queries=(Promql(expression=work.error_ratio("hash", _ARMS), legend="{{hash}}", many=True),),
        limits=(Limit(ERROR_CEILING),),
        least=0,
        width=6,
        runbook="bad-release",
    )


def _durations() -> tuple[Panel, ...]:
    return tuple(
        Panel(
            title=f"p{share * 100:g} by arm",
            says=f"Within which time {share:.0%} was done. At p99 a canary may be {SLOWER:g} times as slow as stable.",
            unit="s",
            queries=(
                Promql(expression=work.quantile(share, "hash", _ARMS), legend="{{hash}}", many=True, exemplars=True),
            ),
            least=0,
            width=6,
            runbook="bad-release",
        )
        for share in (0.99, 0.5)
    )


def _charges() -> tuple[Panel, ...]:
    def ratio(outcome: str) -> str:
        some, all_ = (f"sum by (hash) (rate({CHARGES}{{{_ARMS}{more}}}[{RATE}]))" for more in (f",{outcome}", ""))
        return f"({some} or 0 * {all_}) / ({all_} > 0)"

    rows = (
        (
            "Approved charges by arm",
            f"Share that issuers approved: at most {FEWER_APPROVALS:.0%} less than stable.",
            APPROVED,
        ),
        (
            "Failed by the processor, by arm",
            f"Share of charges that the processor failed: at most {MORE_ERRORS:.1%} more than stable.",
            FAILED_BY_PROCESSOR,
        ),
    )
    return tuple(
        Panel(
            title=title,
            says=f"{says} Empty for a service that makes no charges.",
            unit="percentunit",
            queries=(Promql(expression=ratio(outcome), legend="{{hash}}", many=True),),
            least=0,
            silence="no charges",
            runbook="bad-release",
        )
        for title, says, outcome in rows
    )


def _money() -> Panel:
    names = {"duplicate_capture_total": "captured twice", "idempotency_conflict_total": "repeated, answered otherwise"}
    return Panel(
        title="What must never happen to money, by arm",
        says="Charges captured twice, and repeated requests that were answered differently. One aborts the release.",
        unit="short",
        queries=tuple(
            Promql(expression=f"sum by (hash) ({name}{{{_ARMS}}})", legend=f"{says} {{{{hash}}}}", many=True)
            for name, says in names.items()
        ),
        limits=(Limit(1),),
        least=0,
        runbook="ledger-imbalance",
    )


def _promised(low: float) -> Iterator[Panel]:
    """Of releases themselves: that an abort is quick, and that few changes need another."""
    matchers = 'service="releases"'
    yield budget_left(matchers, low)
    yield errors_allowed(matchers)
    yield alerts(matchers)
