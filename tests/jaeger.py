"""Jaeger, as an OpenTelemetry collector and as the backend behind it: one program, two configurations.

Jaeger 2 is a collector with a store and a page: `scripts/tracing-tools.sh` builds it.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from erlang_docker.names import NodeName

JAEGER = Path(__file__).parents[1] / ".tools/jaeger/jaeger"
Config = dict[str, Any]
Trace = dict[str, Any]


def collector(listen: str, backend: str) -> Config:
    """Takes spans by OTLP, gathers them, and sends them on."""
    return {
        "receivers": _otlp(listen),
        "processors": {"batch": {"timeout": "200ms"}},
        "exporters": {"otlp": {"endpoint": backend, "tls": {"insecure": True}}},
        "service": {
            **_quiet(),
            "pipelines": {"traces": {"receivers": ["otlp"], "processors": ["batch"], "exporters": ["otlp"]}},
        },
    }


def backend(listen: str, page: str, page_grpc: str) -> Config:
    """Keeps what it gets in memory, and answers for it over HTTP."""
    doors = {"http": {"endpoint": page}, "grpc": {"endpoint": page_grpc}}
    query = {"storage": {"traces": "memory"}, "enable_tracing": False, **doors}
    return {
        "extensions": {
            "jaeger_storage": {"backends": {"memory": {"memory": {"max_traces": 10_000}}}},
            "jaeger_query": query,
        },
        "receivers": _otlp(listen),
        "exporters": {"jaeger_storage_exporter": {"trace_storage": "memory"}},
        "service": {
            **_quiet(),
            "extensions": ["jaeger_storage", "jaeger_query"],
            "pipelines": {"traces": {"receivers": ["otlp"], "exporters": ["jaeger_storage_exporter"]}},
        },
    }


def found(answer: str) -> list[Trace]:
    """The traces in an answer of `/api/traces`."""
    return list(json.loads(answer).get("data") or ())


def size(traces: list[Trace]) -> int:
    """How many spans there are."""
    return sum(len(trace["spans"]) for trace in traces)


def tree(trace: Trace) -> str:
    """A line for each span, below its parent, with the short name of its node."""
    spans = sorted(trace["spans"], key=lambda span: (span["startTime"], _ORDER.get(span["operationName"], 0)))
    ids = {span["spanID"] for span in spans}

    def below(parent: str | None, depth: int) -> Iterator[str]:
        for span in spans:
            if _parent(span, ids) == parent:
                yield f"{'  ' * depth}{_node(trace, span)} {span['operationName']}\n"
                yield from below(span["spanID"], depth + 1)

    return "".join(below(None, 0))


# Jaeger has microseconds, within which steps can begin that do so one after the other.
_ORDER = {name: number for number, name in enumerate(("queue", "parse", "pick", "link", "print"))}


def _parent(span: dict[str, Any], ids: set[str]) -> str | None:
    return next((one["spanID"] for one in span["references"] if one["spanID"] in ids), None)


def _node(trace: Trace, span: dict[str, Any]) -> str:
    tags = {tag["key"]: tag["value"] for tag in trace["processes"][span["processID"]]["tags"]}
    return NodeName.parse(tags["service.instance.id"]).short


def _otlp(listen: str) -> Config:
    return {"otlp": {"protocols": {"grpc": {"endpoint": listen}}}}


def _quiet() -> Config:
    """No metrics of its own, on a port that another may have."""
    return {"telemetry": {"metrics": {"level": "none"}, "logs": {"level": "warn"}}}
