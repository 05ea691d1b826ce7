"""The example of thumbnails, over its port, as its README has it."""

import re
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import aiohttp
import pytest
from PIL import Image

from make_run import EXAMPLES, ROOT
from running_example import Example, running_example
from thumbnails import uploads

ORIENTATION = 0x0112
ON_ITS_SIDE = 6


@pytest.fixture(scope="module")
async def example(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Example]:
    async with running_example("thumbnails", tmp_path_factory.mktemp("thumbnails"), a=1, b=1) as running:
        yield running


def picture(size: tuple[int, int], mode: str = "RGB", encoding: str = "PNG", **options: Any) -> bytes:
    written = BytesIO()
    Image.new(mode, size).save(written, encoding, **options)
    return written.getvalue()


async def post(example: Example, body: bytes, size: str = "128") -> tuple[int, bytes]:
    async with (
        aiohttp.ClientSession() as session,
        session.post(example.app(), data=body, params={"size": size}) as answer,
    ):
        return answer.status, await answer.read()


async def test_the_readme_s_command(example: Example) -> None:
    (command,) = example.commands
    await example.type(command)
    with Image.open(ROOT / "docs/page-calls.png") as given:
        shape = given.width / given.height
    with Image.open(example.cluster.plan.data_dir / "thumbnail.webp") as made:
        assert (made.format, max(made.size)) == ("WEBP", 128)
        assert made.width / made.height == pytest.approx(shape, rel=0.02)


async def test_a_picture_that_lies_on_its_side_is_put_upright(example: Example) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = ON_ITS_SIDE
    status, made = await post(example, picture((400, 200), encoding="JPEG", exif=exif), "100")
    assert status == 200
    with Image.open(BytesIO(made)) as opened:
        assert opened.size == (50, 100)


@pytest.mark.parametrize(
    ("body", "size", "status"),
    [
        (b"no picture", "128", 415),
        (picture((10, 10))[:-30], "128", 415),
        (picture((10, 10)), "0", 400),
        (picture((10, 10)), "513", 400),
        (picture((10, 10)), "big", 400),
        (picture((8000, 4001), mode="1"), "128", 413),
        (bytes(uploads.MAX_BYTES + 1), "128", 413),
        (bytes(uploads.MAX_BYTES), "128", 415),  # so it has been there
    ],
    ids=["none", "half", "no size", "large size", "no number", "many pixels", "many bytes", "as many as may be"],
)
async def test_what_is_refused(body: bytes, size: str, status: int, example: Example) -> None:
    assert (await post(example, body, size))[0] == status


async def test_without_nodes_of_kind_b_it_may_be_asked_again(example: Example) -> None:
    (worker,) = example.cluster.of_kind("b")
    worker.stop()
    await worker.down.wait()
    assert await post(example, picture((10, 10))) == (503, b"nodedown\n")


def test_what_the_documentation_shows_is_the_file() -> None:
    (shown, _) = re.findall(r"```python\n(.*?)```", (ROOT / "docs/own-servers.md").read_text(), re.DOTALL)
    assert shown in (EXAMPLES / "thumbnails/uploads.py").read_text()


def test_the_readme_says_how_large_a_picture_may_be() -> None:
    assert f"{uploads.MAX_BYTES:,} bytes" in (EXAMPLES / "thumbnails/README.md").read_text()
