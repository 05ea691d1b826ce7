"""Nodes, an OpenTelemetry collector and Jaeger, as scripts/tracing.sh runs them: what the page has of a call."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import aiohttp
import pytest

import jaeger
from harness import LOOPBACK, Pair, socket, two_nodes
from ports import free_ports
from traced import CALLED, CALLED_BACK, RPC, SIZE

SECONDS = 30


class Jaeger:
    """The page of a Jaeger that runs."""

    def __init__(self, session: aiohttp.ClientSession, page: str, collector: str) -> None:
        self.collector = collector
        self._session = session
        self._page = page

    async def traces(self, query: str, size: int) -> list[jaeger.Trace]:
        """What `/api/traces` has, once it is so many spans."""
        async with asyncio.timeout(SECONDS):
            while True:
                async with self._session.get(f"http://{self._page}/api/traces{query}") as answer:
                    traces = jaeger.found(await answer.text())
                if jaeger.size(traces) >= size:
                    return traces
                await asyncio.sleep(0.1)

    async def tree(self, trace_id: str, size: int) -> str:
        (trace,) = await self.traces(f"/{trace_id}", size)
        return jaeger.tree(trace)


@asynccontextmanager
async def process(file: Path) -> AsyncIterator[None]:
    running = await asyncio.create_subprocess_exec(
        str(jaeger.JAEGER), f"--config={file}", stdout=asyncio.subprocess.DEVNULL
    )
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            running.terminate()
        await running.wait()


async def listening(address: str) -> None:
    host, _, port = address.rpartition(":")
    async with asyncio.timeout(SECONDS):
        while True:
            try:
                _, writer = await asyncio.open_connection(host, int(port))
            except OSError:
                await asyncio.sleep(0.1)
            else:
                writer.close()
                return


@pytest.fixture(scope="module")
async def page(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Jaeger]:
    folder = tmp_path_factory.mktemp("jaeger")
    async with AsyncExitStack() as stack:
        first = stack.enter_context(free_ports())
        collector, otlp, http, grpc = (f"{LOOPBACK}:{first + place}" for place in range(1, 5))
        configs = (jaeger.backend(otlp, http, grpc), jaeger.collector(collector, otlp))
        for number, config in enumerate(configs):
            file = folder / f"{number}.json"
            file.write_text(json.dumps(config))
            await stack.enter_async_context(process(file))
        await asyncio.gather(listening(collector), listening(http))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        yield Jaeger(session, http, collector)


@pytest.fixture(scope="module")
async def traced(tmp_path_factory: pytest.TempPathFactory, page: Jaeger) -> AsyncIterator[Pair]:
    async with two_nodes(tmp_path_factory.mktemp("traced"), otlp_endpoint=f"http://{page.collector}") as pair:
        yield pair


@pytest.mark.parametrize("called", CALLED)
async def test_a_call_is_one_tree(called: Callable[[Pair], Awaitable[str]], traced: Pair, page: Jaeger) -> None:
    assert await page.tree(await called(traced), SIZE) == RPC


async def test_a_call_that_is_text_is_found_by_what_it_did(traced: Pair, page: Jaeger) -> None:
    async with socket(traced.a.ws_port) as user:
        await user.ask("rpc lists:sum([40,2])")
    tags = '{"code.function.name":"lists:sum/1","erlang_docker.door":"websocket"}'
    (trace,) = await page.traces(f"?service=erlang-docker-a&operation=rpc&tags={tags}", SIZE)
    assert jaeger.tree(trace) == RPC


async def test_a_function_that_calls_back(traced: Pair, page: Jaeger) -> None:
    async with socket(traced.a.ws_port) as user:
        await user.ask(f"rpc rpc:call('{traced.a.identity.name}',lists,max,[[1,2]])")
    tags = '{"code.function.name":"rpc:call/4","erlang_docker.door":"websocket"}'
    (trace,) = await page.traces(f"?service=erlang-docker-a&operation=rpc&tags={tags}", CALLED_BACK.count("\n"))
    assert jaeger.tree(trace) == CALLED_BACK
