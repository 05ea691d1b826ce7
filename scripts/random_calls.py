"""Random calls of functions."""

from pathlib import Path

from random_arguments import Arguments

SIGNATURES = Path(__file__).with_name("differential_calls.txt")
"""What the arguments of a function are meant to be: a function, then a method of Arguments for each."""
ANY = ["any"]
TEXT = [["text"], ["binary"], ["text", "small"], ["binary", "small"]]
KINDS = {
    "erlang": [["number"], ["integer"], ["integer", "small"], ["any"], ["boolean"], ["atom"], ["text", "integer"],
               ["binary", "small"], ["tuple", "small"], ["list"], ["atom", "map"], ["float", "options"]],
    "lists": [["list"], ["list", "small"], ["small"], ["atom", "small", "pairs"], ["lists"], ["numbers"],
              ["pairs", "small"], ["text"], ["set"], ["integer"], ["tuple", "small", "pairs"]],
    "maps": [["map"], ["atom", "map"], ["list", "map"], ["pairs"], ["atom", "atom", "map"]],
    "math": [["number"], ["float"]],
    "ordsets": [["set"], ["set", "small"], ["list", "number"], ["numbers"]],
    "proplists": [["pairs"], ["atom", "pairs"], ["number", "pairs"]],
    "calendar": [["small"], ["integer"], ["tuple"]],
    "string": TEXT, "unicode": TEXT, "binary": TEXT, "base64": TEXT, "filename": TEXT,
}  # fmt: skip


class Calls(Arguments):
    """Calls from one seed: arguments that fit often, and some of any kind."""

    def __init__(self, seed: int, functions: list[tuple[str, str, int]]) -> None:
        super().__init__(seed)
        self.functions = functions
        self.signatures = {function: kinds for function, *kinds in map(str.split, SIGNATURES.read_text().splitlines())}

    def call(self) -> tuple[str, str, str]:
        """Module, function and arguments, as Erlang writes them."""
        module, name, arity = self.random.choice(self.functions)
        signature = self.signatures.get(f"{module}:{name}/{arity}")
        if signature and self.random.random() < 0.8:
            return module, name, ",".join(getattr(self, kind)() for kind in signature)
        kinds = self.random.choice(KINDS.get(module, [ANY]) if self.random.random() < 0.9 else [ANY])
        chosen = [self.random.choice(kinds) for _ in range(arity)]
        if self.random.random() < 0.15:
            chosen[-1:] = ["any"] * min(arity, 1)
        return module, name, ",".join(getattr(self, kind)() for kind in chosen)
