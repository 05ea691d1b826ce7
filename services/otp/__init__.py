"""Erlang's values and library, in Python: terms, how they are read and printed, and the functions of `stdlib`.

Knows nothing of nodes. What Erlang/OTP 25 does is the rule.
"""
