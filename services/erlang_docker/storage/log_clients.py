"""What clients do and grpcio calls an error of the server, with a traceback, as often as a client wants.

The node says itself what it refused.
"""

import logging
import traceback


def is_no_clients_doing(record: logging.LogRecord) -> bool:
    """Whether it is something else; a filter of a handler."""
    errors = (record.msg, record.exc_info[1] if record.exc_info else None)
    return not any(_has_left(error) or _sent_no_text(error) for error in errors)


def _has_left(error: object) -> bool:
    """A call could not be answered any more."""
    return type(error).__name__ == "ExecuteBatchError"


def _sent_no_text(error: object) -> bool:
    """A path or header of a call is not UTF-8."""
    if not isinstance(error, UnicodeDecodeError):
        return False
    frames = traceback.extract_tb(error.__traceback__)
    return bool(frames) and "/grpc/_cython/" in frames[-1].filename
