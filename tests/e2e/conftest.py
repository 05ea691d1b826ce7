"""One release that most tests look at, from images built here."""

import secrets
from collections.abc import Iterator

import pytest

from e2e.kubernetes import Doors, Release, push_images, restricted_namespace


@pytest.fixture(scope="session")
def tags() -> tuple[str, str]:
    """Two tags of both images: a machine keeps what it once pulled, so they are new each time."""
    first, second = (f"e2e-{secrets.token_hex(4)}" for _ in range(2))
    push_images(first)
    push_images(second)
    return first, second


@pytest.fixture(scope="session")
def release(tags: tuple[str, str]) -> Iterator[Release]:
    """Installed with the chart's own values."""
    with restricted_namespace("erlang-e2e") as namespace:
        installed = Release("erlang-docker", namespace)
        installed.upgrade(tags[0])
        yield installed
        installed.uninstall()


@pytest.fixture(scope="session")
def doors(release: Release) -> Doors:
    return release.doors()
