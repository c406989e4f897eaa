"""Expressions by chance: most of them well formed, few of them sensible."""

from random import Random

from .corpus import WORDS

NAMES, FUNCTIONS, LITERALS = WORDS["names"], WORDS["functions"], WORDS["literals"]
BINARY, SIGNS = WORDS["operators"], WORDS["signs"]


def expression(chance: Random, depth: int = 0) -> str:
    """Make an expression, at most about ten levels deep."""
    if depth > 9 or chance.random() < 0.3:
        return chance.choice(LITERALS if chance.random() < 0.4 else NAMES)
    inner = [expression(chance, depth + 1) for _ in range(chance.randint(1, 3))]
    first, last = inner[0], inner[-1]
    return chance.choice(
        (
            f"{first} {chance.choice(BINARY)} {last}",
            f"{first} {chance.choice(BINARY)} {last}",
            f"{chance.choice(FUNCTIONS)}({', '.join(inner)})",
            f"({first})",
            f"not {first}",
            f"-{first}",
            f"{first}[{last}]",
            f"{first}.{chance.choice(('x', 'in', 'class', 'outputs', '_a', 'é'))}",
            f"[{', '.join(inner)}]",
            f"{first} if {last} else {first}",
            f"{first} < {last} <= {first}",
        )
    )


def broken(chance: Random) -> str:
    """Make one that may have lost or won a few signs, or grown deep or long."""
    text = expression(chance)
    for _ in range(chance.choice((0, 0, 1, 1, 3))):
        at = chance.randint(0, len(text))
        text = text[:at] + chance.choice(SIGNS) + text[at + chance.randint(0, 2) :]
    if chance.random() < 0.05:
        times = chance.choice((20, 33, 200, 5000))
        opening, closing = chance.choice(
            (("(", ")"), ("[", "]"), ("-", ""), ("not ", ""), ("len(", ")"))
        )
        text = opening * times + text + closing * times
    if chance.random() < 0.03:
        text = f" {chance.choice(BINARY)} ".join([text[:20]] * chance.choice((50, 1000, 6000)))
    return text
