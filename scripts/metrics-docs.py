"""Write docs/metrics.md from what is declared; a test compares the two. Wants PYTHONPATH=services."""

from collections.abc import Iterator
from pathlib import Path

from erlang_docker.metrics.durations import BUCKETS
from erlang_docker.metrics.families import Family
from erlang_docker.metrics.labels import Label
from erlang_docker.metrics.node import Metrics

PAGE = Path(__file__).parent.parent / "docs" / "metrics.md"
TEXT = """\
# Metrics

Port 8081 (`admin`) of each node, `/metrics`: Prometheus' text format, or OpenMetrics 1.0 for whoever accepts
`application/openmetrics-text`. OpenMetrics has exemplars: each bucket of `erlang_docker_command_duration_seconds` and
`erlang_docker_call_step_duration_seconds` names the trace of the last command in it that had one. Commands over gRPC
and from the page have a trace; plain text frames on a WebSocket have none.

This page is written by `scripts/metrics-docs.py` from what a node declares, and a test compares them. Beside these a
node has `process_cpu_seconds_total`, `process_open_fds`, `process_max_fds`, `process_resident_memory_bytes`,
`process_virtual_memory_bytes` and `process_start_time_seconds`.

| metric | type, labels | series, at most | what |
|---|---|---|---|
{metrics}
Buckets of all histograms, in seconds: {buckets} and +Inf. `echo` is the verb of every text that is no command.
A counter with one label whose values are listed has all of them from the start, at 0; other series begin with their
first event.

## Labels

Nobody who uses a node can make it keep more series than these: what a user or a stranger chooses, such as an error's
reason or a close code, counts as itself where it is listed and as `error` or `other` where not.

| label | of | values |
|---|---|---|
{labels}
## Outcomes

| outcome | whose it is |
|---|---|
| `value` | the function gave a value |
| `syntax` | the user's: no call, or no term |
| `error`, `exit`, `throw` | the function's: what it raised, in Erlang's classes |
| `undef`, `badarg`, `badarith`, `function_clause`, `system_limit` | the same, as the user's call often is the reason |
| `crash` | the function's: a bug, which the log has under the id in the reply |
| `refused` | `{{error,eacces}}`: a token that may only read; of calls served: this node stops, its caller goes on |
| `busy` | the system's: too many calls in flight |
| `nodedown` | the system's: no node could be reached, or it went away |
| `timeout` | the call's deadline passed, 5 s at most |
| `cancelled` | whoever asked has gone; of calls served also: has given it up, most often at its deadline |
"""


def page() -> str:
    """The whole of it."""
    declared = sorted(Metrics().families.declared, key=lambda family: family.name)
    return TEXT.format(
        metrics="".join(f"{line}\n" for line in map(metric, declared)),
        buckets=", ".join(f"{bound:g}" for bound in BUCKETS),
        labels="".join(f"{line}\n" for line in label_lines(declared)),
    )


def metric(family: Family) -> str:
    """Its line."""
    labelled = "".join(f", `{label.name}`" for label in family.labels)
    return f"| `{family.name}` | {family.type}{labelled} | {most(family)} | {family.text} |"


def most(family: Family) -> str:
    """How many series there can be: the product of its labels, each with as many as a histogram has lines."""
    lines = len(BUCKETS) + 3 if family.type == "histogram" else 1
    known, unknown = lines, ""
    for label in family.labels:
        known *= len(label.values) or 1
        if not label.values and label.bound != "one":
            unknown = f" for each of {label.bound}"
    return f"{known}{unknown}"


def label_lines(declared: list[Family]) -> Iterator[str]:
    """One for each label, with the metrics that have it."""
    of: dict[Label, list[str]] = {}
    for family in declared:
        for label in family.labels:
            of.setdefault(label, []).append(f"`{family.name}`")
    for label, names in of.items():
        values = ", ".join(f"`{value}`" for value in label.values) or label.bound
        yield f"| `{label.name}` | {', '.join(names)} | {values} |"


if __name__ == "__main__":
    PAGE.write_text(page())
