"""Write the chart's dashboard for Grafana; a test compares the two."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

FILE = Path(__file__).parent.parent / "charts/erlang-docker/dashboards/erlang-docker.json"
COLUMNS, WIDTH, HEIGHT = 3, 8, 8
SOURCE = {"type": "prometheus", "uid": "$datasource"}
POD = '{namespace="$namespace",pod=~"$pod"'


class Panel(NamedTuple):
    """A title, its unit in Grafana's words, and queries with what their lines are called."""

    title: str
    unit: str
    queries: tuple[tuple[str, str], ...]
    description: str = ""


def rate(metric: str, *by: str, where: str = "") -> str:
    """Events in a second of all chosen pods, by some labels."""
    return f"sum by ({', '.join(by)}) (rate(erlang_docker_{metric}{POD}{where}}}[$__rate_interval]))"


def quantile(share: float, metric: str, *by: str) -> str:
    """Seconds, from a histogram."""
    return f"histogram_quantile({share}, {rate(f'{metric}_bucket', *by, 'le')})"


def value(metric: str) -> str:
    """Of each pod."""
    return f"{metric}{POD}}}"


ROWS: dict[str, tuple[Panel, ...]] = {
    "Commands": (
        Panel("Commands by verb", "reqps", ((rate("command_duration_seconds_count", "verb"), "{{verb}}"),)),
        Panel(
            "Commands that gave no value",
            "reqps",
            (
                (
                    rate("command_duration_seconds_count", "verb", "outcome", where=',outcome!="value"'),
                    "{{verb}} {{outcome}}",
                ),
            ),
            "nodedown, busy and timeout are the system's, the others the user's own.",
        ),
        Panel(
            "Latency of commands",
            "s",
            (
                (quantile(0.5, "command_duration_seconds", "verb"), "{{verb}} p50"),
                (quantile(0.99, "command_duration_seconds", "verb"), "{{verb}} p99"),
            ),
        ),
        Panel("Latency of steps, p99", "s", ((quantile(0.99, "call_step_duration_seconds", "step"), "{{step}}"),)),
        Panel(
            "Calls served", "reqps", ((rate("calls_served_total", "caller", "outcome"), "for {{caller}}, {{outcome}}"),)
        ),
        Panel(
            "Calls in flight",
            "short",
            (
                (value("erlang_docker_calls_in_flight"), "{{pod}}"),
                (f"min({value('erlang_docker_calls_in_flight_limit')})", "limit"),
                (rate("busy_total", "pod"), "{{pod}} refused in a second"),
            ),
        ),
    ),
    "Other nodes": (
        Panel("Picks by node", "reqps", ((rate("picks_total", "node"), "{{node}}"),)),
        Panel("Picks that failed", "reqps", ((rate("pick_failures_total", "reason"), "{{reason}}"),)),
        Panel("Calls tried again", "reqps", ((rate("repicks_total", "reason"), "{{reason}}"),)),
        Panel("Links", "short", ((value("erlang_docker_links"), "{{pod}} {{security}}"),)),
        Panel(
            "Links opened and closed",
            "ops",
            (
                (rate("links_opened_total", "route"), "opened by {{route}}"),
                (rate("links_closed_total", "reason"), "{{reason}}"),
            ),
        ),
        Panel(
            "Links refused",
            "ops",
            (
                (rate("link_failures_total", "reason"), "not opened: {{reason}}"),
                (rate("refused_callers_total", "code"), "caller refused: {{code}}"),
            ),
        ),
    ),
    "Doors": (
        Panel("Refusals", "ops", ((rate("refusals_total", "door", "reason"), "{{door}}: {{reason}}"),)),
        Panel("WebSockets", "short", ((value("erlang_docker_sockets"), "{{pod}}"),)),
        Panel("WebSockets closed", "ops", ((rate("sockets_closed_total", "code"), "{{code}}"),)),
    ),
    "Nodes": (
        Panel("State", "short", ((f"sum by (state) ({value('erlang_docker_state')})", "{{state}}"),)),
        Panel("Versions", "short", ((f"count by (version) ({value('erlang_docker_build_info')})", "{{version}}"),)),
        Panel("Starts on this volume", "short", ((value("erlang_docker_boot_epoch"), "{{pod}}"),)),
        Panel("Lag of the event loop, p99", "s", ((quantile(0.99, "loop_lag_seconds", "pod"), "{{pod}}"),)),
        Panel("CPU", "percentunit", ((f"rate({value('process_cpu_seconds_total')}[$__rate_interval])", "{{pod}}"),)),
        Panel("Memory", "bytes", ((value("process_resident_memory_bytes"), "{{pod}}"),)),
        Panel(
            "Worker processes",
            "ops",
            tuple(
                (rate(f"workers_{event}_total", "pod"), f"{{{{pod}}}} {event.replace('_', ' ')}")
                for event in ("started", "killed", "died", "out_of_memory")
            ),
        ),
        Panel("Log lines dropped", "ops", ((rate("log_lines_dropped_total", "pod", "reason"), "{{pod}} {{reason}}"),)),
        Panel(
            "Certificates end in",
            "s",
            ((f"{value('erlang_docker_certificate_expiry_timestamp_seconds')} - time()", "{{pod}} {{file}}"),),
            "Nothing where TLS is disabled.",
        ),
    ),
    "Volumes": (
        Panel("Commits, p99", "s", ((quantile(0.99, "store_commit_duration_seconds", "pod"), "{{pod}}"),)),
        Panel(
            "Store",
            "bytes",
            (
                (value("erlang_docker_store_bytes"), "{{pod}}"),
                (f"min({value('erlang_docker_store_limit_bytes')})", "limit"),
            ),
        ),
        Panel(
            "Free on the volume",
            "percentunit",
            (
                (
                    f"{value('erlang_docker_volume_free_bytes')} / {value('erlang_docker_volume_size_bytes')}",
                    "{{pod}}",
                ),
            ),
        ),
        Panel("Refused by the store", "ops", ((rate("store_refused_total", "pod", "reason"), "{{pod}} {{reason}}"),)),
    ),
}


def variable(name: str, labels: str, *, many: bool) -> dict[str, Any]:
    """What can be chosen above the panels."""
    return {
        "name": name,
        "type": "query",
        "datasource": SOURCE,
        "query": f"label_values(erlang_docker_boot_epoch{labels}, {name})",
        "refresh": 2,
        "multi": many,
        "includeAll": many,
    }


def laid_out() -> Iterator[dict[str, Any]]:
    """Rows with their panels, from left to right and from top to bottom."""
    number = y = 0
    for title, panels in ROWS.items():
        number += 1
        yield {"id": number, "type": "row", "title": title, "gridPos": {"h": 1, "w": 24, "x": 0, "y": y}, "panels": []}
        for index, panel in enumerate(panels):
            line, column = divmod(index, COLUMNS)
            number += 1
            place = {"h": HEIGHT, "w": WIDTH, "x": column * WIDTH, "y": y + 1 + line * HEIGHT}
            yield {"id": number, "type": "timeseries", "gridPos": place, **shown(panel)}
        y += 1 + -(-len(panels) // COLUMNS) * HEIGHT


def shown(panel: Panel) -> dict[str, Any]:
    """What is in a panel."""
    return {
        "title": panel.title,
        "description": panel.description,
        "datasource": SOURCE,
        "fieldConfig": {"defaults": {"unit": panel.unit}, "overrides": []},
        "targets": [
            {"refId": chr(ord("A") + number), "expr": query, "legendFormat": legend}
            for number, (query, legend) in enumerate(panel.queries)
        ],
    }


def dashboard() -> str:
    """The file."""
    variables = [
        {"name": "datasource", "type": "datasource", "query": "prometheus"},
        variable("namespace", "", many=False),
        variable("pod", '{namespace="$namespace"}', many=True),
    ]
    whole = {
        "title": "erlang_docker",
        "uid": "erlang-docker",
        "tags": ["erlang-docker"],
        "schemaVersion": 39,
        "refresh": "30s",
        "time": {"from": "now-1h", "to": "now"},
        "templating": {"list": variables},
        "panels": list(laid_out()),
    }
    return json.dumps(whole, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(dashboard())
