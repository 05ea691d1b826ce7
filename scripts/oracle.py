"""The Erlang of this machine, asked for many answers at once."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

MAIN = r"""#!/usr/bin/env escript
main([File]) ->
    {ok, Lines} = file:read_file(File),
    [io:put_chars([answer(unicode:characters_to_list(binary:decode_hex(Line))), $\n])
     || Line <- binary:split(Lines, <<"\n">>, [global, trim])].

hex(Format, Term) -> binary:encode_hex(unicode:characters_to_binary(io_lib:format(Format, [Term]))).

"""


def is_here() -> bool:
    """Whether there is one, as Debian's erlang-base brings it."""
    return shutil.which("escript") is not None


def answers(script: str, questions: Iterable[str]) -> list[str]:
    """What `answer/1` of a script says to each: a word, a space, and terms with a zero byte between.

    It gets the question as a string, and gives the word and then each term by `hex/2`, with spaces between.
    """
    with tempfile.TemporaryDirectory() as folder:
        file, data = Path(folder, "oracle.escript"), Path(folder, "questions")
        file.write_text(MAIN + script)
        data.write_text("".join(question.encode().hex() + "\n" for question in questions))
        output = subprocess.run(["escript", file, data], check=True, stdout=subprocess.PIPE, text=True).stdout
    return [_readable(line) for line in output.splitlines()]


def _readable(line: str) -> str:
    kind, *parts = line.split(" ")
    return f"{kind} " + "\0".join(bytes.fromhex(part).decode() for part in parts)
