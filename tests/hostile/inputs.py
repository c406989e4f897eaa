"""Files that were made to hurt: each a name, its bytes, and how it must be answered."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

MB = 1024 * 1024
CAP = 16 * MB
MANY = 30_000
HEAD = "pipec: 1\nname: a\n"
STEP = "steps: {a: {run: x}}\n"
SIGNS = [
    "[", "{", "]", "}", "[{", "{a: ", "{a: [", "- ", "? ", ": ", "(", "<", "&a ", "*a ", "!", "!!",
    "|", ">", "'", '"', "\\", "%", "@", "`", "#", "---\n", "...\n", "${{", "}}",
]  # fmt: skip
FINE = ("(", "<", "'", "\\")  # as the text of a variable
CHARACTERS = (
    "\0\x01\x07\x08\x0b\x1b\x7f\x85\xa0\u2028\u2029\u202e\ufeff\ufffe\uffff\ue000\U0010ffff"
)


class Input(NamedTuple):
    """`clean` says whether it is a good spec; `make` gives its bytes."""

    name: str
    make: Callable[[], bytes]
    clean: bool = False


def _text(name: str, make: Callable[[], str], clean: bool = False) -> Input:
    return Input(name, lambda: make().encode(), clean)


def _made(name: str, data: str | bytes, clean: bool = False) -> Input:
    """Give an input that is small enough to be made at once."""
    made = data.encode() if isinstance(data, str) else data
    return Input(name, lambda: made, clean)


def _value(name: str, value: str) -> Iterator[Input]:
    """A value in three places: at the top, as a known key, and in a step."""
    yield _text(f"{name}, alone", lambda: value)
    yield _text(f"{name}, labels", lambda: f"{HEAD}labels: {value}\n{STEP}")
    env = f"{HEAD}steps: {{a: {{run: x, env: {{A: {value}}}}}}}\n"
    yield _made(f"{name}, env", env, value[0] in FINE)


def _expression(name: str, text: str, clean: bool = False) -> Input:
    quoted = "'" + text.replace("'", "''") + "'"
    return _text(
        f"expression: {name}", lambda: f"{HEAD}steps: {{a: {{when: {quoted}, run: x}}}}\n", clean
    )


def brackets() -> Iterator[Input]:
    """30,000 signs of every kind that opens, closes or repeats something."""
    for sign in SIGNS:
        yield from _value(f"{MANY:,} {sign.strip()!r}", sign * MANY)
    yield from _value("closed lists", "[" * MANY + "]" * MANY)
    yield from _value("closed maps", "{a: " * MANY + "1" + "}" * MANY)
    yield _text("block maps", lambda: "".join(" " * i + "a:\n" for i in range(1500)))
    yield _text("block lists", lambda: "".join(" " * i + "-\n" for i in range(1500)))
    yield _text("type", lambda: f"{HEAD}params: {{a: {{type: {'list<' * MANY}}}}}\n{STEP}")
    closed = "list<" * MANY + "int" + ">" * MANY
    yield _text("closed type", lambda: f"{HEAD}params: {{a: {{type: '{closed}'}}}}\n{STEP}")
    yield _text(
        "pattern", lambda: f"{HEAD}params: {{a: {{type: string, pattern: '{'(' * MANY}'}}}}\n{STEP}"
    )


def repetitions() -> Iterator[Input]:
    """Bombs of aliases and merge keys."""
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 10)]
    yield _text("alias bomb", lambda: HEAD + "\n".join(rows) + "\n")
    rows = ["a0: &a0 {k0: x}"]
    rows += [f"a{i}: &a{i}\n  <<: [*a{i - 1}, *a{i - 1}]\n  k{i}: x" for i in range(1, 30)]
    yield _text("merge bomb", lambda: HEAD + "\n".join(rows) + "\n")
    yield _text("alias of itself", lambda: "a: &a [*a]\n")
    yield _text(
        "alias of a big text",
        lambda: f"{HEAD}description: &a {'x' * 30_000}\nlabels: [{'*a, ' * 10_000}]\n",
    )
    yield _text(
        "many anchors",
        lambda: (
            HEAD + "labels: {" + ", ".join(f"k{i}: &a{i} x" for i in range(MANY)) + "}\n" + STEP
        ),
        True,
    )


def sizes() -> Iterator[Input]:
    """Files near the cap of 16 MB, and over it."""
    yield Input("over the cap", lambda: HEAD.encode() + b"#" * CAP)
    yield Input("comment to the cap", lambda: (HEAD + STEP).encode() + b"#" * (CAP - 60), True)
    yield Input("empty lines to the cap", lambda: (HEAD + STEP).encode() + b"\n" * (CAP - 60), True)
    yield Input("spaces to the cap", lambda: (HEAD + STEP).encode() + b" " * (CAP - 60), True)
    yield Input("plain text", lambda: HEAD.encode() + b"description: " + b"x" * (CAP - 60) + b"\n")
    yield Input(
        "escapes", lambda: HEAD.encode() + b'description: "' + b"\\n" * (CAP // 2 - 60) + b'"\n'
    )
    yield Input("a key", lambda: b"x" * (CAP - 60) + b": 1\n")
    yield Input("a quote", lambda: HEAD.encode() + b"description: '" + b"x\n " * (CAP // 3 - 60))
    yield Input("items", lambda: HEAD.encode() + b"files:\n" + b"- a\n" * (CAP // 4 - 60))
    yield Input("brackets", lambda: b"[" * (CAP - 60))
    yield Input("open maps", lambda: b"{a: " * (CAP // 4 - 60))
    yield Input("control characters", lambda: b"\x01" * (CAP - 60))
    yield Input("bytes that are no text", lambda: b"\xff\xc3" * (CAP // 2 - 60))
    yield Input("carriage returns", lambda: HEAD.encode() + b"\r" * (CAP - 60))
    yield Input("documents", lambda: b"---\n" * (CAP // 4 - 60))
    yield _text(
        "300,000 keys",
        lambda: HEAD + "labels:\n" + "".join(f"  k{i}: v\n" for i in range(300_000)) + STEP,
        True,
    )
    yield _text(
        "300,000 keys at the top",
        lambda: HEAD + STEP + "".join(f"k{i}: v\n" for i in range(300_000)),
    )
    yield _text("900,000 values", lambda: HEAD + "labels: [" + "1," * 900_000 + "]\n")
    yield _text("1,100,000 values", lambda: HEAD + "labels: [" + "1," * 1_100_000 + "]\n")
    yield _text(
        "a script of 65,536 bytes", lambda: f"{HEAD}steps: {{a: {{run: {'x' * 65_536}}}}}\n", True
    )
    yield _text(
        "a script of 65,537 bytes", lambda: f"{HEAD}steps: {{a: {{run: {'x' * 65_537}}}}}\n"
    )
    yield _text("a script of 1 MB", lambda: f"{HEAD}steps: {{a: {{run: {'x ' * 500_000}}}}}\n")


def encodings() -> Iterator[Input]:
    """Bytes that are not UTF-8, and characters that YAML or a terminal reads in its own way."""
    spec = HEAD + "description: prüfung\n" + STEP
    wide = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "latin-1", "cp037")
    for name in wide:
        yield _made(name, spec.encode(name))
    yield _made("a mark of byte order", b"\xef\xbb\xbf" + spec.encode(), True)
    for char in CHARACTERS:
        clean = char in "\xa0\u202e\ue000\U0010ffff"
        yield _made(f"U+{ord(char):04X}", spec.replace("ü", char), clean)
    for bad in (
        b"\xed\xa0\x80",
        b"\xc0\x80",
        b"\xf8\x88\x80\x80\x80",
        b"\xf4\x90\x80\x80",
        b"\x80",
    ):
        yield _made(bad.hex(), spec.encode().replace("ü".encode(), bad))
    yield _made("CRLF", spec.replace("\n", "\r\n"), True)
    for text in ("", " ", "\n", "null", "~", "\ufeff", "#", "{}", "[]", "---", "--- |"):
        yield _made(f"nothing but {text!r}", text)
    half = '"' + "\\ud800" + '"'
    yield _made("half a surrogate pair", f"{HEAD}description: {half}\n{STEP}")
    for tag in (
        "!!python/object/apply:os.system [id]",
        "!!binary x",
        "!!set {a}",
        "!x y",
        "!<x> y",
    ):
        yield _made(tag, f"{HEAD}description: {tag}\n{STEP}")


def expressions() -> Iterator[Input]:
    """Expressions of about 64 KB."""
    yield _expression("sum", "+".join(["1"] * 20_000) + " > 0")
    yield _expression("comparisons", "<".join(["1"] * 20_000))
    yield _expression("ands", " and ".join(["true"] * 6000))
    yield _expression("brackets", "(" * MANY + "1" + ")" * MANY)
    yield _expression("lists", "[" * MANY)
    yield _expression("nots", "not " * 15_000 + "true")
    yield _expression("minus", "-" * 60_000 + "1 > 0")
    yield _expression("name", "x" * 60_000)
    yield _expression("dots", "params" + ".a" * MANY)
    yield _expression("indexes", "params.a" + "[0]" * 20_000)
    yield _expression("ifs", "true if true else " * 3000 + "true")
    yield _expression("list", "1 in [" + "1," * MANY + "1]")
    yield _expression("text", "'" + "a" * 60_000 + "' == 'b'", clean=True)
    yield _expression("open text", "'" + "\\" * 60_000)
    yield _expression("digits", "1" * 60_000 + " > 0")
    yield _expression("exponent", "1e" + "9" * 60_000 + " > 0")
    yield _expression("calls", "len(" * 16_000)
    yield _expression("arguments", "max(" + "1," * 20_000 + "1) > 0")
    yield _expression("doubling", "+".join(["'" + "a" * 100 + "'"] * 600) + " == ''")
    yield _expression("spaces", " " * 60_000 + "true", clean=True)
    many = " ".join(["${{ params.x }}"] * 4000)
    yield _text(
        "4,000 expressions in a text",
        lambda: f"{HEAD}steps: {{a: {{run: x, env: {{A: '{many}'}}}}}}\n",
    )


def errors() -> Iterator[Input]:
    """Many mistakes, and mistakes that take long to explain."""
    yield _text(
        "10,000 unknown keys", lambda: HEAD + "".join(f"step{i}: 1\n" for i in range(10_000)) + STEP
    )
    yield _text("10,000 duplicate keys", lambda: HEAD + STEP + "name: b\n" * 10_000)
    yield _text("20,000 tabs", lambda: HEAD + "\ta: b\n" * 20_000)
    yield _text(
        "10,000 tags",
        lambda: HEAD + "labels:\n" + "".join(f"  k{i}: !t x\n" for i in range(10_000)),
    )
    yield _text("5,000 names like no step", lambda: _steps(5000, lambda i: f"needs: [stap_{i}x]"))
    yield _text(
        "5,000 wrong expressions",
        lambda: _steps(5000, lambda i: f"when: steps.step_{i + 1}.outputs.x"),
    )
    yield _text("5,000 wrong types", lambda: _steps(5000, lambda _: "when: 1 + 'a'"))
    yield _text("5,000 wrong settings", lambda: _steps(5000, lambda _: "timeout: soon, retry: -1"))
    yield _text(
        "a circle of 10,000 steps",
        lambda: _steps(10_000, lambda i: f"needs: [step_{(i + 1) % 10_000}]"),
    )
    yield _text("2,000 circles", lambda: _steps(4000, lambda i: f"needs: [step_{i ^ 1}]"))
    yield _text("a long name like no key", lambda: f"{HEAD}{STEP}{'steps' * 10_000}: 1\n")
    yield _text(
        "a long name like no step", lambda: _steps(2, lambda _: f"needs: [{'step_' * 10_000}]")
    )
    bad = "|".join(["a"] * 30_000)
    yield _text(
        "a pattern of choices",
        lambda: f"{HEAD}params: {{a: {{type: string, default: b, pattern: '{bad}'}}}}\n{STEP}",
    )
    explosive = f"type: string, pattern: '(a|a)*(a+)+b', default: {'a' * 5000}"
    yield _text("an exploding pattern", lambda: f"{HEAD}params: {{a: {{{explosive}}}}}\n{STEP}")
    cron = ",".join(["1-59/2"] * 8000)
    yield _text("a long cron", lambda: f"{HEAD}{STEP}schedule: {{cron: '{cron} * * * *'}}\n", True)
    for zone in ("../../etc/passwd", "/etc/localtime", "a/" * 3000, "UTC\\0", ".", "Europe"):
        when = f'schedule: {{cron: "0 0 * * *", timezone: "{zone}"}}'
        yield _made(f"zone {zone[:20]}", f"{HEAD}{STEP}{when}\n")


def legitimate() -> Iterator[Input]:
    """Big specs that are right."""
    yield _text(
        "chain", lambda: _steps(10_000, lambda i: f"needs: [step_{i - 1}]" if i else ""), True
    )
    yield _text("wide", lambda: _steps(10_000, lambda i: "needs: [step_0]" if i else ""), True)
    yield _text("dense", lambda: _steps(10_000, _dense), True)
    yield _text("layers", lambda: _steps(2000, _layered), True)
    yield _text("data", lambda: _steps(10_000, _data), True)
    environments = "".join(
        f"  e{i}: {{params: {{p: {i}}}, steps: {{a: {{timeout: {i + 1}s}}}}}}\n"
        for i in range(1000)
    )
    start = (
        HEAD + "params: {p: {type: int, default: 1}}\nsteps: {a: {when: params.p > 0, run: x}}\n"
    )
    yield _text("1,000 environments", lambda: start + "environments:\n" + environments, True)
    many = "".join(f"  p{i}: {{type: int, default: {i}}}\n" for i in range(5000))
    read = " + ".join(f"params.p{i}" for i in range(20))
    yield _text(
        "5,000 params",
        lambda: f"{HEAD}params:\n{many}steps: {{a: {{when: '{read} > 0', run: x}}}}\n",
        True,
    )
    variables = "".join(f"      V{i}: v\n" for i in range(10_000))
    yield _text(
        "10,000 variables", lambda: f"{HEAD}steps:\n  a:\n    run: x\n    env:\n{variables}", True
    )


def _steps(count: int, more: Callable[[int], str]) -> str:
    body = "".join(f"  step_{i}: {{run: echo, {more(i)}}}\n" for i in range(count))
    return f"{HEAD}steps:\n{body}"


def _dense(index: int) -> str:
    return f"needs: [{', '.join(f'step_{i}' for i in range(max(index - 10, 0), index))}]"


def _layered(index: int) -> str:
    first = index // 50 * 50 - 50
    return f"needs: [{', '.join(f'step_{i}' for i in range(max(first, 0), max(first + 50, 0)))}]"


def _data(index: int) -> str:
    env = f'env: {{X: "${{{{ steps.step_{index - 1}.outputs.n + 1 }}}}"}}, ' if index else ""
    return env + "outputs: {n: int}"


GROUPS = {
    "brackets": brackets,
    "repetitions": repetitions,
    "sizes": sizes,
    "encodings": encodings,
    "expressions": expressions,
    "errors": errors,
    "legitimate": legitimate,
}
