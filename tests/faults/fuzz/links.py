"""A link at 50051: handshakes with wrong proofs, and after right ones requests that no node would send."""

from collections.abc import Sequence
from random import Random

from erlang_docker.credentials import read_cookies
from erlang_docker.link.proof import Claim, Cookie
from erlang_docker.local.plan import NodePlan
from erlang_docker.v1 import node_pb2, node_pb2_grpc, rpc_pb2
from faults.fuzz.messages import PACKAGE, channel, status
from faults.fuzz.mutation import NUMBERS_LONG, mutated
from faults.fuzz.terms import link_call

Metadata = Sequence[tuple[str, str | bytes]]


def request(chance: Random) -> rpc_pb2.LinkRequest:
    """A batch, that also cancels and asks for a sign of life."""
    calls = [link_call(chance) for _ in range(chance.choice((0, 1, 1, 2, 10)))]
    cancelled = [min(chance.choice(NUMBERS_LONG), (1 << 64) - 1) for _ in range(chance.choice((0, 0, 1, 5)))]
    return rpc_pb2.LinkRequest(calls=calls, cancelled_ids=cancelled, tick=chance.random() < 0.2)


def requests(chance: Random) -> list[bytes]:
    """What one stream carries; most of it can be read."""
    corpus = [request(chance).SerializeToString() for _ in range(chance.choice((1, 2, 5, 20)))]
    return [mutated(chance, each, corpus) if chance.random() < 0.2 else each for each in corpus]


def garbled(chance: Random, proof: Metadata) -> Metadata:
    """A proof of which one field is missing, twice there, another's, or changed."""
    at = chance.randrange(len(proof))
    name, value = proof[at]
    assert isinstance(value, str)
    other = chance.choice(("", value[:-1], value + "0", value.upper(), "0" * 64, "x" * 400, "-1", "1e9", " "))
    return [
        *proof[:at],
        *chance.choice(([], [(name, other)], [(name, value), (name, other)], [proof[at - 1]])),
        *proof[at + 1 :],
    ]


async def link(node: NodePlan, chance: Random) -> list[str]:
    """How a stream ends."""
    async with channel(node) as on:
        identity = await node_pb2_grpc.NodeServiceStub(on).GetNode(node_pb2.GetNodeRequest(), timeout=10)
        cookie = Cookie(*read_cookies(node.data_dir.parent / "cookie"))
        claim = Claim.make("erlang-docker-b@stranger", identity.name, identity.boot_id)
        # One who knows the cookie may also sign what is no claim.
        if chance.random() < 0.1:
            claim = Claim(
                claim.caller, claim.target, claim.boot, claim.nonce, chance.choice(("", "now", "1e3", "9" * 200))
            )
        proof: Metadata = cookie.prove(claim)
        if chance.random() < 0.1:
            proof = garbled(chance, proof)
        method = chance.choice(("Link", "Link", "Link", "Call"))
        sent = requests(chance) if method == "Link" else [link_call(chance).request.SerializeToString()]
        return [await status(on, f"{PACKAGE}RpcService/{method}", sent, proof, chance.choice((0.2, 8.0)))]
