"""What both ends of a link agree on besides the messages themselves."""

MAX_MESSAGE_BYTES = 4 << 20
"""Of one gRPC message."""
MAX_BATCH_BYTES = 1 << 20
"""A message that holds this much takes no further call or answer."""
MAX_CONTENT_BYTES = 1 << 20
"""Of one call or answer, so that a batch and what fills it stay below MAX_MESSAGE_BYTES together."""
