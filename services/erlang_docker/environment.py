"""The environment of this process; nothing else reads or changes it."""

import os

GRPC_EXPERIMENTS = ("event_engine_client", "event_engine_listener", "event_engine_callback_cq")
"""Of gRPC's core as of grpcio 1.85, which it has on; turned off in a node."""


def without_fork_handlers() -> None:
    """Keep gRPC from doing anything about forks; has to be said before gRPC is imported.

    No process of ours is forked to run on: workers are spawned. But where the system has no process left to give, the
    C library falls back from `vfork` to `fork`, at which gRPC stops its threads, and ends the node when it cannot start
    them again.
    """
    os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")


def prepare_grpc() -> None:
    """For the process of a node, before gRPC is loaded. A variable that is set already says otherwise.

    GRPC_VERBOSITY: gRPC's core writes what strangers get wrong to standard error, past the log and its limit.
    GRPC_EXPERIMENTS: its event engine hands each event from thread to thread, which is half of what a message costs
    while few are under way. Without it, the thread that takes the events waits for the sockets itself.
    """
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    os.environ.setdefault("GRPC_EXPERIMENTS", ",".join(f"-{name}" for name in GRPC_EXPERIMENTS))


def process_environ() -> dict[str, str]:
    """A copy of it, to read settings from, and for the processes that this one starts."""
    return dict(os.environ)
