"""`store`: terms kept on the node's volume. What was answered `ok` survives the process and the machine's power."""

from erlang_docker.functions.context import Context
from otp.export import export
from otp.terms.types import ERROR, OK, Term


@export("store:put(colour,blue)", idempotent=True)
async def put(context: Context, key: Term, value: Term) -> Term:
    """Keep a value under a key: ok once it is on the disk."""
    await context.store.put(key, value)
    return OK


@export("store:get(colour)", read_only=True)
async def get(context: Context, key: Term) -> Term:
    """The value under a key: {ok,Value}, or error when there is none."""
    value = await context.store.get(key)
    return ERROR if value is None else (OK, value)


@export("store:get(colour,none)", read_only=True)
async def get_default(context: Context, key: Term, default: Term) -> Term:
    """The value under a key, or the default."""
    value: Term = await context.store.get(key, default=default)
    return value


@export("store:delete(colour)", idempotent=True)
async def delete(context: Context, key: Term) -> Term:
    """Forget a key: ok, also when there was none."""
    await context.store.delete(key)
    return OK


@export("store:keys()", read_only=True)
async def keys(context: Context) -> Term:
    """All keys, in the order of their texts."""
    return await context.store.keys()


@export("store:size()", read_only=True)
async def size(context: Context) -> Term:
    """The number of keys."""
    return await context.store.size()
