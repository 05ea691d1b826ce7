"""A node: pick any ready node of the other kind, then call a function on exactly that one.

What is named here is the public API.
"""

from erlang_docker.release import Release
from otp.errors import Failure
from otp.export import export
from otp.terms.types import Atom, Term

__all__ = ["Atom", "Failure", "Release", "Term", "export"]
