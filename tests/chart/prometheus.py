"""A Prometheus of this test's own, as scripts/chart-tools.sh unpacked it, that scrapes nodes once a second."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from render import ROOT, Object

from harness import LOOPBACK
from ports import free_ports

BINARIES = ROOT / ".tools" / "prometheus" / "usr" / "bin"
PROMTOOL = BINARIES / "promtool"
READY_SECONDS = 30.0
_HEAD = [
    "--storage.tsdb.path=data",
    "--config.file=prometheus.yml",
    "--enable-feature=exemplar-storage",
    "--log.level=warn",
]


class Prometheus:
    """Its API."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url

    async def ask(self, path: str, **parameters: str) -> Any:
        """What it answers; AssertionError for a query that is none."""
        async with self._session.get(f"{self._url}/api/v1/{path}", params=parameters) as response:
            answer = await response.json()
        assert answer["status"] == "success", answer
        return answer["data"]

    async def is_ready(self) -> bool:
        try:
            async with self._session.get(f"{self._url}/-/ready") as response:
                return response.status == 200
        except aiohttp.ClientError:
            return False


@asynccontextmanager
async def prometheus(
    folder: Path, pods: Mapping[str, int], namespace: str, groups: Sequence[Object]
) -> AsyncIterator[Prometheus]:
    """`pods`: by name, the port of its metrics. `groups`: rules that it evaluates."""
    targets = [
        {"targets": [f"{LOOPBACK}:{port}"], "labels": {"namespace": namespace, "pod": pod}}
        for pod, port in pods.items()
    ]
    configuration = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "scrape_configs": [{"job_name": "nodes", "static_configs": targets}],
        "rule_files": ["rules.yml"],
    }
    # JSON is YAML.
    (folder / "prometheus.yml").write_text(json.dumps(configuration))
    (folder / "rules.yml").write_text(json.dumps({"groups": list(groups)}))
    with free_ports() as claimed:
        address = f"{LOOPBACK}:{claimed + 1}"
        command = [str(BINARIES / "prometheus"), *_HEAD, f"--web.listen-address={address}"]
        process = await asyncio.create_subprocess_exec(*command, cwd=folder)
        try:
            async with aiohttp.ClientSession() as session:
                api = Prometheus(session, f"http://{address}")
                async with asyncio.timeout(READY_SECONDS):
                    while not await api.is_ready():
                        await asyncio.sleep(0.1)
                yield api
        finally:
            process.terminate()
            await process.wait()
