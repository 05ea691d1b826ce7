"""The functions of a node itself, written with the same Context as a user's own."""

from types import ModuleType

from erlang_docker.functions.builtin import erlang, erlang_docker, net_adm, rpc, store

BUILTIN: tuple[ModuleType, ...] = (erlang, erlang_docker, net_adm, rpc, store)
