"""What both ends of a link agree on besides the messages themselves."""

MAX_MESSAGE_BYTES = 4 << 20
"""Of one gRPC message."""
MAX_BATCH_BYTES = 1 << 20
"""A message that holds this much takes no further call or answer."""
TICK_SECONDS = 0.5
"""After so long a silence the calling end, if it waits for answers, asks the other for a sign of life."""
DEAF_SECONDS = 2.5
"""After so long a silence the other end counts as gone, whatever its connection says: a node that is frozen, or whose
half of the stream has ended. Erlang's `net_ticktime` is the same idea, at 60 s; a call here has 5."""
MAX_CONTENT_BYTES = 1 << 20
"""Of one call or answer, so that a batch and what fills it stay below MAX_MESSAGE_BYTES together."""
