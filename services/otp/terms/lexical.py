"""What a name is made of in a text, by the rules of `erl_scan` of OTP 25. Reading and printing both follow them."""

# Names are made of Latin-1's letters, which are around the signs of multiplication and division.
LOWER_CASE = r"a-z\xdf-\xf6\xf8-\xff"
NAME_CHARACTERS = r"a-zA-Z0-9_@\xc0-\xd6\xd8-\xf6\xf8-\xff"

_OPERATOR_WORDS = ("and", "andalso", "band", "bnot", "bor", "bsl", "bsr", "bxor", "div", "not", "or", "orelse", "rem")
_OTHER_WORDS = ("after", "begin", "case", "catch", "cond", "end", "fun", "if", "let", "of", "receive", "try", "when")
RESERVED_WORDS = frozenset((*_OPERATOR_WORDS, "xor", *_OTHER_WORDS))
