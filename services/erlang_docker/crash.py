"""What a client may see of a bug in a function: an id. The log has the rest under the same id."""

import logging
import secrets

from otp.errors import Failure
from otp.terms.read.mfa import MFA
from otp.terms.types import Atom


def crash(log: logging.Logger, mfa: MFA, error: BaseException, **more: str) -> Failure:
    """The failure `{crash,Id}`, after logging what happened; `more` are fields of the line."""
    crash_id = secrets.token_hex(4)
    fields = {"crash": crash_id, "module": mfa.module, "function": mfa.function, **more}
    log.error(
        "crash %s in %s:%s/%d",
        crash_id,
        mfa.module,
        mfa.function,
        len(mfa.args),
        exc_info=error,
        extra={"fields": fields},
    )
    return Failure("error", (Atom("crash"), Atom(crash_id)))
