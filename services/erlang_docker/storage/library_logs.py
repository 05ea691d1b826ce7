"""What libraries and Python itself have to say, as lines of a node's log."""

import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager


@contextmanager
def library_logs(log: logging.Logger) -> Iterator[None]:
    """Warnings and worse of libraries and of the module `warnings`, and what nobody caught, go where the log goes.

    For the process of a node: loggers of libraries belong to no node. Nothing is left that would write a traceback of
    many lines to standard error, where a collector of logs takes each line for one of its own.
    """
    root, in_thread, unraisable = logging.getLogger(), threading.excepthook, sys.unraisablehook
    with ExitStack() as stack:
        for handler in log.handlers:
            root.addHandler(handler)
            stack.callback(root.removeHandler, handler)
        logging.captureWarnings(True)
        stack.callback(logging.captureWarnings, False)
        threading.excepthook, sys.unraisablehook = _ended_a_thread, _was_ignored
        stack.callback(setattr, threading, "excepthook", in_thread)
        stack.callback(setattr, sys, "unraisablehook", unraisable)
        yield


def _ended_a_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_type is SystemExit or args.exc_value is None:
        return
    name = args.thread.name if args.thread is not None else "unknown"
    logging.getLogger("threading").error("a thread has ended: %s", name, exc_info=args.exc_value)


def _was_ignored(args: "sys.UnraisableHookArgs") -> None:
    """Such as one that a destructor raises."""
    what = f"{args.err_msg or ''} {args.object!r}".strip()
    logging.getLogger("python").error("exception ignored: %s", what, exc_info=args.exc_value)
