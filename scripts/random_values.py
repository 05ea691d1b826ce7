"""Random values, as Erlang writes them."""

import random

INTEGERS = "0 1 1 2 2 3 4 5 7 -1 -2 -7 10 16 36 255 256 3000 1000000 134217728 -134217729 18446744073709551616"
FLOATS = "0.0 -0.0 0.5 1.0 2.0 -1.5 2.5 3.7 0.125 100.25 1.0e20 1.0e300 -1.0e-5 9007199254740993.0"
ATOMS = "a b c ok foo true false undefined 'X' 'Ä' '中'"
TEXTS = ("", "a", "ab", "abc", "Hello World", "  pad ", "a,b,c", "12", "-7", "+5", "ff", "1.5", "-2.5e3", "x.erl", "é")
BINARIES = ("<<>>", "<<1,2,3>>", "<<255,0>>", "<<1:3>>", "<<1,2:5>>", "<<200,100,50>>")
OPTIONS = "short compact {decimals,2} {decimals,0} {decimals,18} {scientific,3} {scientific,0} foo {decimals,-1} []"


class Values:
    """From one seed: each method gives a value of that kind."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def integer(self) -> str:
        return self.random.choice(INTEGERS.split(" "))

    def small(self) -> str:
        return str(self.random.choice((0, 1, 1, 2, 2, 3, 4, -1)))

    def float(self) -> str:
        return self.random.choice(FLOATS.split(" "))

    def number(self) -> str:
        return self.random.choice((self.integer, self.float))()

    def atom(self) -> str:
        return self.random.choice(ATOMS.split(" "))

    def boolean(self) -> str:
        return self.random.choice(("true", "false"))

    def text(self) -> str:
        return f'"{self.random.choice(TEXTS)}"'

    def binary(self) -> str:
        return self.random.choice((*BINARIES, *(f'<<"{text}"/utf8>>' for text in TEXTS)))

    def options(self) -> str:
        some = self.random.choices(OPTIONS.split(" "), k=self.random.choice((0, 1, 1, 2, 3)))
        some += [f"{{{self.random.choice(('decimals', 'scientific'))},{self.random.randint(0, 255)}}}"] * (
            len(some) < 2
        )
        return f"[{','.join(some)}]"

    def leaf(self) -> str:
        return self.random.choice((self.integer, self.float, self.atom, self.text, self.binary))()

    def items(self, kind: str) -> str:
        return ",".join(getattr(self, kind)() for _ in range(self.random.choice((1, 2, 3, 4, 6, 9))))

    def list(self) -> str:
        kind = self.random.choice(("leaf", "integer", "number", "pair", "any"))
        tail = f"|{self.leaf()}" if self.random.random() < 0.05 else ""
        return self.random.choice(("[]", *[f"[{self.items(kind)}{tail}]"] * 5))

    def lists(self) -> str:
        return f"[{self.items('numbers')}]"

    def numbers(self) -> str:
        return f"[{self.items('number')}]"

    def set(self) -> str:
        return str(sorted({self.random.randint(0, 15) for _ in range(6)})).replace(" ", "")

    def pair(self) -> str:
        return f"{{{self.random.choice((self.atom, self.number))()},{self.leaf()}}}"

    def pairs(self) -> str:
        return f"[{self.items(self.random.choice(('pair', 'property')))}]"

    def property(self) -> str:
        return self.random.choice((self.atom, self.pair, self.tuple))()

    def tuple(self) -> str:
        return self.random.choice(("{}", f"{{{self.items('leaf')}}}"))

    def map(self) -> str:
        pairs = (f"{self.random.choice((self.atom, self.number))()}=>{self.leaf()}" for _ in range(5))
        return f"#{{{','.join(pairs)}}}"

    def any(self) -> str:
        return self.random.choice((self.leaf, self.list, self.tuple, self.map, self.pairs))()
