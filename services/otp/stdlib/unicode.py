"""`unicode`: chardata to text."""

from otp.export import export
from otp.stdlib.chardata import decode
from otp.terms.types import Atom, Term


@export('unicode:characters_to_binary("abc")', idempotent=True)
def characters_to_binary(data: Term) -> Term:
    """The text as UTF-8; {error,Read,Rest} or {incomplete,Read,Rest} for data that is not valid text."""
    read = decode(data)
    text = read.text.encode()
    return text if read.state == "whole" else (Atom(read.state), text, read.rest)


@export('unicode:characters_to_list(<<"abc">>)', idempotent=True)
def characters_to_list(data: Term) -> Term:
    """The text as code points; {error,Read,Rest} or {incomplete,Read,Rest} for data that is not valid text."""
    read = decode(data)
    text = list(map(ord, read.text))
    return text if read.state == "whole" else (Atom(read.state), text, read.rest)
