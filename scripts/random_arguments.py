"""Random arguments of functions: few values, so that they meet, and those where Erlang's functions turn."""

from random_values import Values

KEYS = '0 1 1.0 2 2.0 a b c [] true -0.0 <<1>> "a" {1} {1.0} #{1=>1.0}'
POSITIONS = "0 1 1 1 2 2 2 3 3 4 5 7 9 -1 -2 -4 1.0 2.0 a 18446744073709551616"
DIGITS = "0|1|9|12|ff|zz|-|+|_|.|,|e|E| |e-3|1.5|2.0|00|999999999999"


class Arguments(Values):
    """What `differential_calls.txt` says that arguments are meant to be."""

    def key(self) -> str:
        return self.random.choice(KEYS.split(" "))

    def position(self) -> str:
        return self.random.choice(POSITIONS.split(" "))

    def some(self, kind: str) -> str:
        items = ",".join(getattr(self, kind)() for _ in range(self.random.choice((0, 1, 2, 3, 4, 5, 8, 20))))
        return f"[{items}|{self.key()}]" if items and self.random.random() < 0.08 else f"[{items}]"

    def run(self) -> str:
        if self.random.random() < 0.05:
            return self.any()
        kind = self.random.choice(("key", "key", "digit", "leaf", "row", "near"))
        return (
            self.some(kind)
            if self.random.random() < 0.7
            else "[" + ",".join(sorted(self.random.choices("0123456789abcd", k=9))) + "]"
        )

    def digit(self) -> str:
        return str(self.random.randint(0, 9))

    def runs(self) -> str:
        return self.some("run")

    def row(self) -> str:
        if self.random.random() < 0.05:
            return self.key()
        return "{" + ",".join(self.key() for _ in range(self.random.choice((0, 1, 2, 2, 2, 2, 3, 3)))) + "}"

    def rows(self) -> str:
        if self.random.random() < 0.05:
            return self.any()
        size = self.random.choice((1, 2, 2, 3))
        if self.random.random() < 0.5:
            return self.some("row")
        return "[" + ",".join("{" + ",".join(self.key() for _ in range(size)) + "}" for _ in range(size * 4)) + "]"

    def properties(self) -> str:
        return self.some(self.random.choice(("row", "key", "row_or_key")))

    def row_or_key(self) -> str:
        return self.random.choice((self.row, self.key, self.atom))()

    def keyed(self) -> str:
        if self.random.random() < 0.05:
            return self.any()
        return "#{" + ",".join(f"{self.key()}=>{self.key()}" for _ in range(self.random.randint(0, 8))) + "}"

    def deep(self, depth: int = 4) -> str:
        kinds = (self.key, self.leaf, self.wide, self.bits, self.text, self.atom)
        if depth == 0 or self.random.random() < 0.2:
            return self.random.choice(kinds)()
        items = ",".join(self.deep(depth - 1) for _ in range(self.random.choice((0, 1, 2, 3))))
        if self.random.random() < 0.1:
            return f"#{{{self.deep(depth - 1)}=>{self.deep(depth - 1)},{self.key()}=>{self.key()}}}"
        if items and self.random.random() < 0.05:
            return f"[{items}|{self.deep(depth - 1)}]"
        return f"{{{items}}}" if self.random.random() < 0.2 else f"[{items}]"

    def near(self) -> str:
        """Numbers where floats get coarse, and what holds them."""
        number = 2 ** self.random.choice((0, 1, 53, 59, 60, 63, 64, 70, 200)) + self.random.choice((-1, 0, 0, 1))
        number *= self.random.choice((1, 1, -1))
        text = self.random.choice((str(number), _float_text(float(number)), self.key()))
        return self.random.choice(("%s", "%s", "{%s}", "[%s]", "[a|%s]", "#{%s=>1}", "#{1=>%s}")) % text

    def wide(self) -> str:
        if self.random.random() < 0.05:
            return self.any()
        sign = self.random.choice((1, 1, -1))
        number = sign * self.random.getrandbits(self.random.choice((1, 3, 8, 31, 60, 64, 65, 128, 400)))
        return self.random.choice((str(number), str(number), self.wide_float()))

    def shift(self) -> str:
        return str(self.random.choice((0, 1, 3, 31, 59, 60, 63, 64, 65, 200, -1, -3, -64, -200, "1.0", "a")))

    def base(self) -> str:
        return str(self.random.choice((0, 1, 2, 3, 8, 10, 10, 16, 16, 36, 37, -2, "a", "10.0")))

    def wide_float(self) -> str:
        value = self.random.uniform(-10, 10) * 10.0 ** self.random.choice(
            (0, 0, 1, 3, 15, 17, 22, 100, -2, -5, -20, -300)
        )
        whole = float(self.random.randint(-(10**6), 10**6)) / self.random.choice((1, 2, 4, 8, 10, 100))
        return _float_text(self.random.choice((value, whole)))

    def digits(self) -> str:
        return f'"{"".join(self.random.choices(DIGITS.split("|"), k=self.random.choice((0, 1, 1, 2, 3, 4))))}"'

    def digit_bytes(self) -> str:
        return f"<<{self.digits()}>>"

    def bits(self) -> str:
        if self.random.random() < 0.05:
            return self.any()
        data = [str(self.random.randint(0, 255)) for _ in range(self.random.choice((0, 1, 3, 4, 9, 12, 13, 30)))]
        rest = [f"{self.random.randint(0, 7)}:{self.random.randint(1, 7)}"] if self.random.random() < 0.4 else []
        return f"<<{','.join(data + rest)}>>"

    def iodata(self, depth: int = 3) -> str:
        if depth == 0 or self.random.random() < 0.1:
            return self.random.choice((self.digit, self.digit, self.text, self.binary, self.bits, self.key))()
        items = ",".join(self.iodata(depth - 1) for _ in range(self.random.choice((1, 1, 2, 3))))
        return f"[{items}|{self.iodata(0)}]" if self.random.random() < 0.1 else f"[{items}]"


def _float_text(value: float) -> str:
    """As Erlang reads it."""
    mantissa, _, exponent = repr(value).partition("e")
    return mantissa + ("" if "." in mantissa else ".0") + (f"e{exponent}" if exponent else "")
