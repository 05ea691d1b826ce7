"""A function of each kind: plain, async, and in a worker process."""

import asyncio

from erlang_docker import export


@export('greeter:hello("World",2)', read_only=True)
def hello(name: str, times: int = 1) -> list[str]:
    """Greet somebody, more than once if you like."""
    return [f"hello {name}"] * times


@export("greeter:nap(100)")
async def nap(milliseconds: int) -> None:
    """Sleep without holding up anybody."""
    await asyncio.sleep(milliseconds / 1000)


@export("greeter:factor(600851475143)", read_only=True, process=True)
def factor(number: int) -> list[int]:
    """The prime factors of a number."""
    divisor, found = 2, []
    while divisor * divisor <= number:
        while number % divisor == 0:
            number //= divisor
            found.append(divisor)
        divisor += 1
    return [*found, number] if number > 1 else found
