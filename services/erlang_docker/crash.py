"""What a client may see of a bug in a function: an id. The log has the rest under the same id."""

import logging
import secrets

from otp.errors import Failure
from otp.terms.read.mfa import MFA
from otp.terms.types import Atom


def crash(log: logging.Logger, mfa: MFA, error: BaseException) -> Failure:
    """The failure `{crash,Id}`, after logging what happened."""
    crash_id = secrets.token_hex(4)
    log.error("crash %s in %s:%s/%d", crash_id, mfa.module, mfa.function, len(mfa.args), exc_info=error)
    return Failure("error", (Atom("crash"), Atom(crash_id)))
