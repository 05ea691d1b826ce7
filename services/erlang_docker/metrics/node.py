"""The metrics of one node, in a registry of their own, so that two nodes can live in one process.

docs/metrics.md is made of what is declared here, by scripts/metrics-docs.py.
"""

import platform
from functools import partial

from prometheus_client.metrics import Counter
from prometheus_client.process_collector import ProcessCollector

from erlang_docker.identity import Identity, NodeState
from erlang_docker.metrics import labels
from erlang_docker.metrics.families import Families
from erlang_docker.trace import Trace


class Metrics:
    """Counters, gauges and histograms."""

    def __init__(self) -> None:
        self.families = Families()
        ProcessCollector(registry=self.families.registry)
        self._declare_commands()
        self._declare_calls()
        self._declare_links()
        self._declare_doors()
        self._declare_store()
        self._declare_process()

    def _declare_commands(self) -> None:
        declare = self.families
        self.commands = declare.durations(
            "command_duration_seconds",
            "Time of a command, from when its text is here until its reply is, by how it ended.",
            *(labels.COMMAND_DOOR, labels.VERB, labels.OUTCOME),
        )
        self.steps = declare.durations(
            "call_step_duration_seconds",
            "Time of the steps of a command that carries a trace, as those over gRPC and from the page do.",
            labels.STEP,
        )

    def _declare_calls(self) -> None:
        declare = self.families
        self.calls_served = declare.counter(
            "calls_served",
            "Calls run for other nodes, by the kind of the node that called and how they ended.",
            *(labels.CALLER, labels.OUTCOME),
        )
        self.calls_made = declare.counter("calls_made", "Calls made to other nodes, however often each was tried.")
        self.calls_in_flight = declare.gauge("calls_in_flight", "Calls that run here or wait for another node.")
        self.calls_limit = declare.gauge("calls_in_flight_limit", "How many of them there may be.")
        self.busy = declare.counter("busy", "Calls and commands refused because too many were in flight.")
        self.picks = declare.counter(
            "picks", "Picks of this node, by the node of the other kind that answered.", labels.PICKED_NODE
        )
        self.pick_failures = declare.counter(
            "pick_failures",
            "Picks that led to no node: the service's name has no address, nobody answered in time, the connection "
            "failed, a node refused as one that stops or is busy does, or the answer was not that of such a node.",
            labels.PICK_FAILURE,
        )
        self.picked = declare.counter("picked", "Picks, and whoever else asked, that this node has answered.")
        self.repicks = declare.counter(
            "repicks",
            "Attempts of calls that failed and were made again: no node was picked, its link could not be had or "
            "nothing was sent on it, another boot answered, the node went away, or it was busy.",
            labels.REPICK,
        )

    def _declare_links(self) -> None:
        declare = self.families
        self.links = declare.gauge("links", "Open links to other nodes.", labels.SECURITY)
        self.links_opened = declare.counter(
            "links_opened",
            "Links opened to other nodes, by what was dialed: the stable name, or the address from the pick.",
            labels.ROUTE,
        )
        self.link_failures = declare.counter(
            "link_failures",
            "Links not opened: no connection in time, one of the two has not proved itself to the other, or another "
            "node or another boot of it answered.",
            labels.LINK_FAILURE,
        )
        self.links_closed = declare.counter(
            "links_closed",
            "Links closed: one of the two had no more to send, the other end closed it without a word or was silent "
            "for too long, or the connection was lost.",
            labels.LINK_END,
        )
        self.refused_callers = declare.counter(
            "refused_callers",
            "Calls and links refused before anything ran, by gRPC status: a certificate of somebody else, no proof, "
            "or another node was meant.",
            labels.CALLER_REFUSAL,
        )

    def _declare_doors(self) -> None:
        declare = self.families
        self.refusals = declare.counter(
            "refusals", "What a limit or a rule of a door refused or closed.", labels.DOOR, labels.REFUSAL
        )
        self.sockets = declare.gauge("sockets", "Open WebSockets.")
        self.sockets_closed = declare.counter(
            "sockets_closed",
            "WebSockets closed, by the code of the first close frame (RFC 6455, section 7.4); 1006 without one.",
            labels.CLOSE_CODE,
        )

    def _declare_store(self) -> None:
        declare = self.families
        self.store_commits = declare.durations(
            "store_commit_duration_seconds",
            "Time of a transaction of the store that writes, which many calls may share.",
        )
        self.store_refused = declare.counter(
            "store_refused",
            "What the store refused: no room (enospc), the disk has failed (eio) or does not answer (busy).",
            labels.STORE_REFUSAL,
        )
        self.store_bytes = declare.gauge("store_bytes", "Bytes that the store uses.")
        self.store_limit = declare.gauge("store_limit_bytes", "Bytes that it may use.")
        self.volume_free = declare.gauge("volume_free_bytes", "Bytes that are free on the volume.")
        self.volume_size = declare.gauge("volume_size_bytes", "Bytes that the volume has.")

    def _declare_process(self) -> None:
        declare = self.families
        self.build_info = declare.gauge("build_info", "1, with what runs here.", *labels.BUILD)
        self.state = declare.gauge("state", "1 for the state in which the node is, 0 for the others.", labels.STATE)
        self.boot_epoch = declare.gauge("boot_epoch", "Starts on this volume.")
        self.loop_lag = declare.durations(
            "loop_lag_seconds", "How long the event loop let something wait, looked at 20 times a second."
        )
        self.loop_held = declare.counter("loop_held", "How often something held the event loop for more than 0.1 s.")
        self.workers_started = declare.counter("workers_started", "Worker processes started.")
        self.workers_killed = declare.counter(
            "workers_killed", "Worker processes killed because their call's deadline passed or nobody waited for it."
        )
        self.workers_died = declare.counter("workers_died", "Worker processes that ended by themselves under a call.")
        self.workers_out_of_memory = declare.counter(
            "workers_out_of_memory", "Calls in worker processes that needed more memory than a worker may take."
        )
        self.log_lines_dropped = declare.counter(
            "log_lines_dropped",
            "Lines that the log has not: more than ten alike in ten seconds, or in the files on the volume alone, "
            "which could not be written.",
            labels.LOG_LOSS,
        )
        self.certificate_expiry = declare.gauge(
            "certificate_expiry_timestamp_seconds",
            "When the certificate in a file ends; of several authorities, the last of them.",
            labels.CERTIFICATE_FILE,
        )

        self.faults = declare.gauge(
            "faults", "Fault switches, where they are allowed, by what each is set to; 0: off.", labels.FAULT
        )

    def of(self, identity: Identity) -> None:
        """Say which node this is."""
        self.build_info.labels(identity.version, identity.kind, platform.python_version()).set(1)
        self.boot_epoch.set_function(lambda: identity.boot_epoch)
        for state in NodeState:
            self.state.labels(state.value).set_function(partial(_is_in, identity, state))

    def count_steps(self, trace: Trace) -> None:
        """Of a command that is answered."""
        for step, seconds in trace.seconds.items():
            if seconds:
                self.steps.observe((step,), seconds, trace.trace_id)

    def total(self, counter: Counter) -> int:
        """What a counter has counted, whatever its labels."""
        return int(sum(sample.value for family in counter.collect() for sample in family.samples))

    def render(self, accept: str) -> tuple[bytes, str]:
        """All of it and its content type: OpenMetrics where that is accepted, which has exemplars; else text."""
        # Here, because it brings an HTTP server and a client, which take as long to load as a tenth of a node.
        from prometheus_client.exposition import choose_encoder

        try:
            encode, content_type = choose_encoder(accept)
        except TypeError:  # of a version that is no number
            encode, content_type = choose_encoder("")
        return encode(self.families.registry), content_type


def _is_in(identity: Identity, state: NodeState) -> bool:
    return identity.state is state
