"""The files of the page: how much is loaded, and what they say in each language."""

import re
from pathlib import Path

import aiohttp

from harness import LOOPBACK, Pair

LOADED = ("", "style.css", "page.js", "favicon.svg")
MAX_BYTES = 104_000
MAX_COMPRESSED = 32_000


async def test_what_is_loaded_is_small(pair: Pair) -> None:
    async with aiohttp.ClientSession(auto_decompress=False) as session:

        async def size(name: str, encoding: str) -> int:
            url = f"http://{LOOPBACK}:{pair.a.ws_port}/{name}"
            async with session.get(url, headers={"Accept-Encoding": encoding}) as answer:
                assert (answer.status, answer.headers["X-Content-Type-Options"]) == (200, "nosniff")
                assert "Server" not in answer.headers
                tag = {"If-None-Match": answer.headers["ETag"]}
                async with session.get(url, headers=tag) as again:
                    assert (again.status, await again.read()) == (304, b"")
                return len(await answer.read())

        assert sum([await size(name, "identity") for name in LOADED]) < MAX_BYTES
        assert sum([await size(name, "gzip") for name in LOADED]) < MAX_COMPRESSED


def test_both_languages_say_the_same() -> None:
    page = Path(__file__).parents[2] / "services/erlang_docker/servers/page"
    said = {}
    for name in ("en.js", "zh.js"):
        text = (page / name).read_text(encoding="utf-8")
        said[name] = {
            key: sorted(re.findall(r"\{\w+\}", words)) for key, words in re.findall(r'^  (\w+): "(.*)",$', text, re.M)
        }
    assert said["en.js"] == said["zh.js"]
    used = set(re.findall(r'data-[tlph]="(\w+)"', (page / "index.html").read_text(encoding="utf-8")))
    assert used <= said["en.js"].keys()
