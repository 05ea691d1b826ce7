"""The name of a node, `erlang-docker-b@HOST`, which never changes through restarts."""

import re
from dataclasses import dataclass
from typing import Self

from erlang_docker.errors import NodeError

KINDS = ("a", "b")
_NAME = re.compile(r"erlang-docker-([ab])@([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)")


@dataclass(frozen=True, slots=True)
class NodeName:
    """A node's kind and its stable DNS name."""

    kind: str
    host: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `erlang-docker-KIND@HOST`; NodeError for anything else."""
        match = _NAME.fullmatch(text)
        if match is None:
            raise NodeError(f"not the name of a node: {text[:300]!r}")
        return cls(match[1], match[2])

    @property
    def domain(self) -> str:
        """What the names of the whole cluster end in: what follows `POD.HEADLESS_SERVICE.`, if there is as much."""
        *_, domain = self.host.split(".", 2)
        return domain

    @property
    def short(self) -> str:
        """`a-1`: the kind, and the last number of the host's first name, if it has one."""
        number = re.search(r"-(\d+)$", self.host.partition(".")[0])
        return f"{self.kind}-{number[1]}" if number else self.kind

    def numbered(self, kind: str, number: int) -> Self:
        """The node of a kind with this number in the same release, as the chart names all of them, whether there is one
        or not. Where this name has no number, the host stays."""
        pod, dot, rest = self.host.partition(".")
        pod = re.sub(rf"-{self.kind}-sfs-\d+$", f"-{kind}-sfs-{number}", pod)
        return type(self)(kind, pod + dot + re.sub(rf"^([^.]*)-{self.kind}-hl(?=\.|$)", rf"\1-{kind}-hl", rest))

    def is_in(self, domain: str) -> bool:
        """Whether the host is this domain or below it."""
        return self.host == domain or self.host.endswith(f".{domain}")

    def __str__(self) -> str:
        return f"erlang-docker-{self.kind}@{self.host}"
