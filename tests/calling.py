"""Calls of functions without a node."""

import logging
from typing import Any

from erlang_docker.functions.exports import build_table
from erlang_docker.functions.table import FunctionTable
from erlang_docker.functions.workers import Workers
from erlang_docker.metrics.node import Metrics
from otp.stdlib import STANDARD
from otp.terms.read.mfa import MFA


def standard_table() -> FunctionTable:
    """The functions of Erlang's own modules."""
    return build_table(STANDARD, (), Workers(Metrics(), logging.getLogger(__name__)))


def called(table: FunctionTable, text: str) -> Any:
    """What a function gives or raises."""
    mfa = MFA.parse(text)
    return table.find(mfa).call(*mfa.args)
