"""What nodes of kind a export: buying."""

import asyncio

from erlang_docker import Context, NodeName, Peer, export


@export('shop:best("book",3)')
async def best(context: Context, item: str, count: int = 1) -> tuple[int, str]:
    """Ask that many different nodes of kind b, keep the best offer on this node's volume, and answer with it."""
    peers: dict[NodeName, Peer] = {}
    while len(peers) < count:
        peer = await context.pick()
        peers[peer.node] = peer
    asked = (peer.call("shop:offer", item, returns=tuple[int, str]) for peer in peers.values())
    offer = min(await asyncio.gather(*asked))
    await context.store.put(item, offer)
    context.log.info("best offer for %s: %d by %s", item, *offer)
    return offer
