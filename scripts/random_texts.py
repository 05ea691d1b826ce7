"""Random texts, which Erlang may or may not read as terms."""

import math
import random
import struct
from collections.abc import Callable

NUMBERS = (
    "0 1 -1 +7 42 1_000 16#fF 2#101 36#zZ 37#1 1#0 2#12 16#g 16#f_f 1_ 1__0 1.5 -0.0 +0.5 1.0e5 1.5E-3 1.0e 1.0e+"
    " 1.0e400 1.0e-400 5.0e-324 9007199254740993 9007199254740992.0 9007199254740991.0 123456.789 0.1 1_0.5_0e1_0"
    " 1.e5 .5 007 1.7976931348623157e308 4503599627370497.5 $a $\\n $\\s $\\\\ $\\x{41} $\\x4f $\\101 $\\^a $' $\""
    " $é $中 -$a --1"
)
ATOMS = (
    "a ok true foo_bar node@host é x1 'A' '' 'end' 'it\\'s' '\\n' '中文' 'é' '\\x{4e2d}' '\\d' a.b 'é' maybe else"
    " 'a\tb' 'éé' '\r\n'"
)
STRINGS = (
    '"" "abc" "a""b" "q\\"q" "é" "中" "\\0" "tab\\t" "\\x{110000}" "\\^A" "a\\\nb" "a\nb" "\\x{}" "\\xg" "\x85" "\\8"'
)
BINARIES = (
    '<<1,2,3>> <<>> <<5:3>> <<"abc">> <<"é"/utf8>> <<"中"/utf16-little>> <<300:16/little>> <<1.5/float>>'
    " <<-1:5,7:4>> <<1.5:32/float-little>> <<3.14159:16/float>> <<1.0e300:32/float>> <<1:11/little>>"
    ' <<(<<1,2,3>>):2/binary>> <<1:0>> <<(<<1:1>>)/bits>> <<"ab":4>> <<2:2/unit:7>> <<1/unit:8>> <<<<7:9>>/binary>>'
    ' <<16#110000/utf8>> <<X>> <<1:-1>> <<a>> <<"":a>> <<""/binary>> <<"中">> <<-300:24/signed-little>> <<233,169>>'
    ' <<127>> <<1:$a>> <<-(1)>> <<"a":all>> <<1:8/integer-integer>> <<1:8/integer-float>> <<1/unit>> <<1/unit:0>>'
    " <<1/utf8-unit:1>> <<65/utf32-native>>"
)
# Without the keywords that begin an expression: it is read no further here, and whatever follows is a bad term. So is
# the semicolon left out, which behind a whole term begins another clause of the function that Erlang makes of it.
SYMBOLS = (
    "( ) [ ] { } << >> # . .. ... , : :: := | || -> => <- <= = == =:= =/= /= =< >= < > ! + - * / ++ -- ?= ? ^ \\"
    " ` ~ & @ after cond catch andalso orelse end let of when bnot not div rem band"
    " and bor bxor bsl bsr or xor $ ' \" % _ X Été spec ÷ \ue000 \x7f"
)
SPACES = ("", "", "", " ", "  ", "\n", " %c\n", "\t", "\xa0")
INFIX = (
    *("=", "!", "orelse", "andalso", "==", "/=", "=<", "<", ">=", ">", "=:=", "=/=", "++", "--"),
    *("+", "-", "bor", "bxor", "bsl", "bsr", "or", "xor", "/", "*", "div", "rem", "band", "and"),
)
# E stands for an expression and O for an infix operator.
EXPRESSIONS = """
E O E
E O E O E
E O E O E O E
- E
not E
catch E
E O catch E O E
( E )
- ( E )
[ E | E ]
[ E , E ]
{ E , E }
#{ E => E }
#{ E := E , E => E }
X #{ E => E }
#r{ f = E , _ = E }
#r.f
X #r.f #r{ f = E }
M #{ } #{ }
f ( E , E )
m : f ( )
X ( )
m : X
( E ) : ( E ) ( E )
[ E || X <- E , E ]
[ E || << X >> <= E ]
<< E || X <- E >>
<< E : 8 / integer - signed >>
<< E / unit : 8 , - E >>
E ] . %c
E ] , [ E
"a" "b" E
E . E
E \n, E
E %c\n , E
""".strip().split("\n")


class Texts:
    """From one seed: terms, expressions, and both with something wrong."""

    def __init__(self, seed: int, is_term: Callable[[str], bool]) -> None:
        self.random = random.Random(seed)
        self.samples = [NUMBERS.split(" "), ATOMS.split(" "), STRINGS.split(" "), BINARIES.split(" ")]
        self.good = [sample for samples in self.samples for sample in samples if is_term(sample)]
        self.tokens = [*SYMBOLS.split(" "), *(sample for samples in self.samples for sample in samples)]

    def text(self) -> str:
        """A text of any kind."""
        kind = self.random.random()
        if kind < 0.4:
            return self.term(self.random.choice((1, 2, 3, 4, 5)))
        if kind < 0.55:
            return self.mangled(list(self.term(self.random.choice((1, 2, 3)))))
        if kind < 0.65:
            return self.expression(self.random.choice((1, 2, 3)))
        if kind < 0.95:
            return self.mangled(self.expression(self.random.choice((1, 2, 3))).split(" "))
        return " ".join(self.random.choices(self.tokens, k=self.random.randint(1, 8)))

    def mangled(self, pieces: list[str]) -> str:
        """Pieces with one or two changed."""
        for _ in range(self.random.choice((1, 1, 2))):
            at = self.random.randrange(len(pieces))
            change = self.random.choice(([], [pieces[at]] * 2, [self.random.choice(self.tokens)]))
            pieces[at : at + self.random.choice((0, 1, 1))] = change
            pieces = pieces or ["a"]
        return (" " if len(max(pieces, key=len)) > 1 else "").join(pieces)

    def term(self, depth: int) -> str:
        """A term, with white space."""
        if depth == 0 or self.random.random() < 0.1:
            return self.leaf()
        items = [self.spaced(self.term(depth - 1)) for _ in range(self.random.choice((0, 1, 2, 3, 6)))]
        shape = self.random.choice(("list", "tuple", "tagged", "map", "improper", "numbers", "bytes", "nested"))
        if shape == "map":
            return "#{" + ",".join(f"{self.spaced(self.term(depth - 1))}=>{item}" for item in items) + "}"
        if shape == "numbers":
            return "[" + ",".join(str(self.random.randint(-9, 300)) for _ in range(self.random.randint(1, 40))) + "]"
        if shape == "bytes":
            return f"<<{','.join(str(self.random.randint(0, 255)) for _ in range(self.random.randint(1, 60)))}>>"
        if shape == "nested":
            return self.nested(self.random.randint(1, 20), ",".join(items) or "a")
        if shape == "improper" and items:
            return "[" + ",".join(items) + "|" + self.term(depth - 1) + "]"
        if shape == "tagged":
            items.insert(0, self.spaced("t" * self.random.choice((1, 3, 8, 30, 45))))
        return ("[" if shape == "list" else "{") + ",".join(items) + ("]" if shape == "list" else "}")

    def nested(self, levels: int, inner: str) -> str:
        """One item in many brackets, so that little of a line is left for it."""
        for _ in range(levels):
            form = self.random.choice(
                ("[%s]", "{%s}", "{tag,%s}", "{t,1,%s}", "#{key=>%s}", "[x,%s]", "[1.5|{%s}]", "[{%s}|y]")
            )
            inner = form % (inner if "=>" not in form else f"[{inner}]")
        return inner

    def leaf(self) -> str:
        """A term that holds no other; rarely a bad one."""
        kind = self.random.random()
        if kind < 0.01:
            return self.random.choice(self.random.choice(self.samples))
        if kind < 0.4:
            return self.random.choice(self.good)
        if kind < 0.5:
            return str(self.random.randint(-(10**25), 10**25))
        if kind < 0.6:
            return repr(self.random.uniform(-1e3, 1e3) * 10.0 ** self.random.randint(-3, 9))
        if kind < 0.65:
            return self.number()
        letters = self.random.choice(
            ("abcxyzé ́", "abcxyz", "ab \n\t\0", "aéÿ\xa0\xad\xd7÷", "中a\U0001f600\u200d\u0301🇩🇪한")
        )
        word = "".join(self.random.choices(letters, k=self.random.randint(1, 9))) * self.random.choice((1, 2, 9))
        return self.random.choice(('"%s"', '<<"%s">>', "'%s'", '<<"%s",0>>', '<<"%s"/utf8>>')) % word

    def number(self) -> str:
        """An integer in any base, or any float that has a name."""
        bits = self.random.getrandbits(64)
        value = struct.unpack("d", struct.pack("Q", bits))[0]
        if self.random.random() < 0.5 or not math.isfinite(value):
            return f"{self.random.choice(('', '-', '+'))}{self.random.choice((16, 36))}#{bits >> bits % 64:x}"
        mantissa, _, exponent = repr(value).partition("e")
        return f"{mantissa}{'' if '.' in mantissa else '.0'}e{exponent or 0}"

    def spaced(self, text: str) -> str:
        """With white space around it."""
        return self.random.choice(SPACES) + text + self.random.choice(SPACES)

    def expression(self, depth: int) -> str:
        """Any expression of the language, its tokens with spaces between."""
        if depth == 0:
            return self.random.choice((self.random.choice(self.random.choice(self.samples)), "X", "a", "1"))
        form = self.random.choice(EXPRESSIONS)
        return " ".join(self.word(word, depth - 1) for word in form.split(" "))

    def word(self, word: str, depth: int) -> str:
        """What a word of a form stands for: E an expression, O an operator, others themselves."""
        if word == "E":
            return self.expression(depth)
        if word == "O":
            return self.random.choice(INFIX)
        return word
