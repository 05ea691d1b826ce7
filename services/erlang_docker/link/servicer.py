"""`RpcService`: calls from other nodes, one at a time or on a link. Only those who prove the cookie are served."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from functools import partial
from typing import NoReturn

from grpc import aio

from erlang_docker.call import CALL_SECONDS
from erlang_docker.crash import crash
from erlang_docker.errors import Busy, CallTimeout, NodeError, NotSent
from erlang_docker.identity import Identity
from erlang_docker.link.messages import Outcome, decode_call, encode_outcome
from erlang_docker.link.proof import AuthenticationError, Claim, Cookie
from erlang_docker.link.served_link import ServedLink, Start, served_outcome
from erlang_docker.metrics import outcomes
from erlang_docker.metrics.families import Children
from erlang_docker.metrics.labels import OTHER
from erlang_docker.metrics.node import Metrics
from erlang_docker.names import NodeName
from erlang_docker.rpc_status import CODES, ServicerContext, refuse
from erlang_docker.trace import clock
from erlang_docker.v1 import rpc_pb2, rpc_pb2_grpc
from erlang_docker.v1.error_pb2 import (
    ERROR_REASON_CERTIFICATE_REFUSED,
    ERROR_REASON_FUNCTION_TIMEOUT,
    ERROR_REASON_PROOF_REFUSED,
    ERROR_REASON_WRONG_NODE,
    ErrorReason,
)
from otp.errors import Failure
from otp.terms.read.mfa import MFA


class RpcServicer(rpc_pb2_grpc.RpcServiceServicer):
    """Serves callers that prove the cookie and mean this boot of this node."""

    def __init__(
        self,
        identity: Identity,
        cookie: Cookie,
        peer_names: Collection[str],
        start: Start,
        idempotent: Sequence[str],
        metrics: Metrics,
        log: logging.Logger,
    ) -> None:
        """`peer_names`: with TLS, a caller's certificate has to have one of them.

        `idempotent`: the signatures that callers are told of when a link begins.
        """
        self._identity = identity
        self._cookie = cookie
        self._peer_names = frozenset(peer_names)
        self._start = start
        self._served = Children(metrics.calls_served)
        self._idempotent = idempotent
        self._metrics = metrics
        self._log = log
        self._links: set[ServedLink] = set()
        self._draining = False

    async def Call(self, request: rpc_pb2.CallRequest, context: ServicerContext) -> rpc_pb2.CallResponse:  # noqa: N802
        """One call, within the gRPC deadline."""
        claim = await self.authenticate(context)
        request.traceparent = request.traceparent or _traceparent(context)
        timeout = min(CALL_SECONDS, context.time_remaining() or CALL_SECONDS)
        response = rpc_pb2.CallResponse()
        count = self._count(claim.caller)
        begun = clock()
        try:
            outcome = await self._run(request, claim.caller, timeout)
        except CallTimeout:
            count(outcomes.TIMEOUT)
            await refuse(context, ERROR_REASON_FUNCTION_TIMEOUT, "the function took too long")
        except asyncio.CancelledError:
            count(outcomes.CANCELLED)
            raise
        count(served_outcome(outcome))
        run_us = int((clock() - begun) * 1e6)
        encode_outcome(outcome, response, partial(crash, self._log, MFA(request.module, request.function, ())))
        if request.traceparent:
            response.run_us = run_us
        return response

    async def _run(self, request: rpc_pb2.CallRequest, caller: str, timeout: float) -> Outcome:
        try:
            if self._draining:
                raise NotSent
            outcome = self._start(decode_call(request, caller, timeout))
            return await outcome if isinstance(outcome, asyncio.Task) else outcome
        except (Failure, Busy, NotSent) as error:
            return error

    async def Link(self, requests: AsyncIterator[rpc_pb2.LinkRequest], context: ServicerContext) -> None:  # noqa: N802
        """Many calls, until the caller ends the stream."""
        claim = await self.authenticate(context)
        link = ServedLink(claim.caller, self._start, context.write, self._count(claim.caller), self._log)
        link.announce(self._identity.boot_epoch, self._idempotent)
        self._links.add(link)
        if self._draining:  # since the caller began to authenticate
            link.drain()
        try:
            await link.serve(requests)
        except* aio.BaseError as errors:  # of gRPC: the caller is gone, and nobody is left to be told
            self._log.info(
                "caller gone", extra={"fields": {"caller": claim.caller, "reason": str(errors.exceptions[0])}}
            )
        finally:
            self._links.discard(link)

    def drain(self) -> None:
        """Take no new calls, and tell every caller so; answers still go out."""
        self._draining = True
        for link in self._links:
            link.drain()

    async def authenticate(self, context: ServicerContext) -> Claim:
        """Check the caller's proof and answer with ours; else the call ends here and nothing runs."""
        names = certificate_names(context)
        if names is not None and not names & self._peer_names:
            why = f"the certificate is of {sorted(names)}, not of {sorted(self._peer_names)}"
            await self._refuse(context, ERROR_REASON_CERTIFICATE_REFUSED, why)
        metadata = {key: str(value) for key, value in context.invocation_metadata() or ()}
        try:
            claim = self._cookie.check(metadata)
        except AuthenticationError as error:
            await self._refuse(context, ERROR_REASON_PROOF_REFUSED, str(error))
        meant, this = (claim.target, claim.boot), (str(self._identity.name), self._identity.boot_id)
        if meant != this:
            why, details = f"{meant} was meant, this is {this}", {"meant": " ".join(meant), "this": " ".join(this)}
            await self._refuse(context, ERROR_REASON_WRONG_NODE, why, **details)
        # Before any answer: the caller sends nothing until this node has proved itself too.
        await context.send_initial_metadata(self._cookie.answer(claim))
        return claim

    def _count(self, caller: str) -> Callable[[str], None]:
        """Counts a call of this node by its outcome. Who has the cookie may go by any name: its kind is what counts."""
        try:
            kind = NodeName.parse(caller).kind
        except NodeError:
            kind = OTHER
        return lambda outcome: self._served[kind, outcome].inc()

    async def _refuse(self, context: ServicerContext, reason: ErrorReason, why: str, **details: str) -> NoReturn:
        metadata = dict(context.invocation_metadata() or ())
        fields = {"caller": str(metadata.get("x-node-caller", "")), "from": context.peer(), "reason": why}
        self._log.warning("caller refused", extra={"fields": fields})
        self._metrics.refused_callers.labels(CODES[reason].name.lower()).inc()
        await refuse(context, reason, why, **details)


def certificate_names(context: ServicerContext) -> frozenset[str] | None:
    """The DNS names and addresses in the certificate that the caller has shown; None without TLS."""
    shown = context.auth_context()
    if shown.get("transport_security_type") != [b"ssl"]:
        return None
    return frozenset(name.decode() for name in shown.get("x509_subject_alternative_name", ()))


def _traceparent(context: ServicerContext) -> str:
    """In the metadata, where the libraries that trace gRPC's clients put it."""
    return str(dict(context.invocation_metadata() or ()).get("traceparent", ""))
