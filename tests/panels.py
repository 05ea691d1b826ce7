"""The chart's dashboard: what its panels ask, and commands after which none of them is empty."""

import json
from pathlib import Path
from typing import Any

DASHBOARD: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "charts/erlang-docker/dashboards/erlang-docker.json").read_text()
)
QUERIES = [(panel["title"], target["expr"]) for panel in DASHBOARD["panels"] for target in panel.get("targets", ())]
"""The title of a panel, and a query of it."""
RATE_INTERVAL = "30s"
COMMANDS = (
    "node",
    "hello",
    "mfa no call",
    "mfa foo:bar()",
    "mfa store:put(key,value)",
    "rpc erlang:node()",
    "rpc foo:bar()",
)


def filled(query: str, namespace: str) -> str:
    """As Grafana asks for it with all pods chosen."""
    for variable, chosen in {"$namespace": namespace, "$pod": ".+", "$__rate_interval": RATE_INTERVAL}.items():
        query = query.replace(variable, chosen)
    return query
