"""Random YAML in every style that people and programs write, comments wherever one may stand."""

import random

WORDS = [
    "a",
    "b1",
    "rows",
    "x y",
    "http://x:80/#f",
    "1.10",
    "null",
    "~",
    "é",
    "ünï 日本",
    "-n",
    "y",
]
QUOTED = [*WORDS, "", " ", "it's", 'say "x"', "back\\slash", "# no", "a: b", "{x", "<<", "*", "\t|"]
COMMENTS = [
    "# c",
    "#c",
    "#",
    "#  wide  ",
    "# 'quoted",
    '# "x',
    "# a: [b, {c",
    "#!x",
    "# ---",
    "#\té",
]


class Writer:
    """Writes one text. What it makes is nearly always legal; the reader decides."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 # test data, no secret
        self.anchors: list[str] = []
        self.comments = self.chance.choice((0, 0.1, 0.4))
        self.key = 0

    def text(self) -> str:
        chance = self.chance
        head = chance.choice(["", "", "", "---\n", "%YAML 1.1\n---\n", "--- # c\n", "\n\n"])
        if chance.random() < 0.1:
            body = self.flow_map(0, 0) + self.end() + "\n"
        else:
            body = self.block_map(chance.choice((0, 0, 0, 2)), 0)
        tail = chance.choice(["", "", "\n", "\n\n\n", "...\n", "# end\n", "  # end\n\n"])
        made = self.own(0) + head + self.own(0) + body + tail
        if chance.random() < 0.1:
            made = made.rstrip("\n")
        if chance.random() < 0.1:
            made = made.replace("\n", "\r\n")
        return "\ufeff" + made if chance.random() < 0.1 else made

    def some(self, share: float) -> bool:
        return self.chance.random() < share

    def own(self, indent: int) -> str:
        """Give some blank lines and comments in lines of their own, mostly at an indentation."""
        made = ""
        while self.some(self.comments):
            at = indent if self.some(0.6) else self.chance.randint(0, indent + 6)
            made += "\n" * self.chance.choice((0, 0, 0, 1, 3)) + " " * at
            made += self.chance.choice(COMMENTS) + "\n"
        return made + "\n" * self.chance.choice((0, 0, 0, 0, 1, 2))

    def end(self) -> str:
        """Give what may stand at the end of a line."""
        made = self.chance.choice(["", "", "", " ", "  ", "   "])
        if self.some(self.comments):
            made += self.chance.choice((" ", "   ")) + self.chance.choice(COMMENTS)
        return made

    def name(self) -> str:
        """Give a new key in one of the ways to write one."""
        self.key += 1
        word = self.chance.choice(["k", "when", "1", "a b", "steps", "é"]) + str(self.key)
        return self.chance.choice([word, word, word, f"'{word}'", f'"{word}"'])

    def anchor(self) -> str:
        if not self.some(0.05):
            return ""
        self.key += 1
        return f"&n{self.key} "

    def named(self, anchor: str, value: str) -> str:
        """Give a value with its anchor, which aliases may name from here on."""
        if anchor:
            self.anchors.append(anchor[1:].strip())
        return value

    def block_map(self, indent: int, depth: int, first: str | None = None) -> str:
        """Give a map; with `first` its first entry goes on in a line that began already."""
        made = ""
        pad = " " * indent
        for number in range(self.chance.randint(1, 5)):
            if number or first is None:
                made += self.own(indent) + pad
            anchor = f"&x{self.key} " if self.some(0.02) else ""
            if self.some(0.03):
                key = self.chance.choice([self.name(), "|\n" + pad + f"   k{self.key}", "k" * 1100])
                self.key += 1
                end = self.end() if not key.startswith("|") else ""
                made += f"? {anchor}{key}{str(self.key) if 'kk' in key else ''}{end}\n"
                made += self.own(indent) + pad + ":"
            else:
                made += anchor + self.name() + self.chance.choice(["", "", "", " "]) + ":"
            made += self.value(indent, depth, False)
        return made

    def block_list(self, indent: int, depth: int, first: str | None = None) -> str:
        made = ""
        for number in range(self.chance.randint(1, 4)):
            if number or first is None:
                made += self.own(indent) + " " * indent
            made += "-" + self.value(indent, depth, True)
        return made

    def value(self, indent: int, depth: int, dash: bool) -> str:
        """Give what follows a colon or a dash, up to and with its line break."""
        anchor = self.anchor()
        return self.named(anchor, self._value(indent, depth, dash, anchor))

    def _value(self, indent: int, depth: int, dash: bool, anchor: str) -> str:
        chance = self.chance
        kind = chance.random()
        inner = indent + chance.choice((1, 2, 2, 4))
        if depth < 4 and kind < 0.45:
            space = chance.choice((1, 1, 3))
            if dash and not anchor and kind < 0.2:
                make = self.block_map if kind < 0.13 else self.block_list
                return " " * space + make(indent + 1 + space, depth + 1, "")
            head = (" " + anchor.strip() if anchor else "") + self.end() + "\n"
            if kind < 0.3:
                return head + self.block_map(inner, depth + 1)
            return head + self.block_list(inner if dash or kind < 0.38 else indent, depth + 1)
        start = " " * chance.choice((1, 1, 1, 4)) + anchor
        if kind > 0.9:
            return (start.rstrip() if self.some(0.9) else start) + self.end() + "\n"
        if kind > 0.86 and self.anchors and not anchor:
            return f" *{chance.choice(self.anchors)}" + self.end() + "\n"
        if kind > 0.76:
            return start + self.block_scalar(indent)
        if self.some(0.1):
            start = (" " + anchor.strip() if anchor else "") + self.end() + "\n" + self.own(inner)
            start += " " * inner
        made = self.flow(indent, depth) if kind < 0.6 else self.scalar(indent + 1)
        return start + made + self.end() + "\n"

    def block_scalar(self, indent: int) -> str:
        chance = self.chance
        digit = chance.choice([0, 0, 0, 1, 2, 4])
        depth = digit or chance.randint(1, 5)
        header = chance.choice("|>") + chance.choice(["", "-", "+"]) + (str(digit) if digit else "")
        made = header + (chance.choice(["", " ", " # header"]) if self.some(0.3) else "") + "\n"
        lines = [chance.choice(["x", "# text", "a: b  ", "- c", "é", "end \\"])]
        choices = ["", "", "   ", "  deeper", "\ttab", "x y ", "# text", "'q'"]
        lines += [chance.choice(choices) for _ in range(chance.randint(0, 6))]
        if digit and self.some(0.5):
            lines[:0] = [chance.choice(["  first", "", "    "])]
        pad = " " * (indent + depth)
        for line in lines:
            made += (pad + line if line.strip() or self.some(0.5) else line.strip(" ")) + "\n"
        return made

    def scalar(self, indent: int) -> str:
        chance = self.chance
        style = chance.random()
        gap = "\n" * chance.randint(1, 3) + " " * (indent + chance.randint(0, 3))
        words = [chance.choice(WORDS) for _ in range(chance.choice((1, 1, 1, 2, 3)))]
        if style < 0.4:
            words = [one for one in words if one not in ("-n", "~") and ":" not in one] or ["w"]
            return self.join(words, gap)
        words = [chance.choice(QUOTED) for _ in words]
        if style < 0.7:
            return "'" + self.join([one.replace("'", "''") for one in words], gap) + "'"
        escaped = [one.replace("\\", "\\\\").replace('"', '\\"') for one in words]
        extra = chance.choice(["", "", "\\n", "\\x41", "\\ ", "\\\n" + " " * indent, "\\\t"])
        return '"' + self.join(escaped, extra + chance.choice(["", " "]) + gap) + '"'

    def join(self, words: list[str], gap: str) -> str:
        return "".join(
            word + ("" if number == len(words) - 1 else gap if self.some(0.3) else " ")
            for number, word in enumerate(words)
        )

    def flow(self, indent: int, depth: int) -> str:
        return self.flow_list(indent, depth) if self.some(0.5) else self.flow_map(indent, depth)

    def space(self, indent: int) -> str:
        """Give what may stand between two signs of a flow value."""
        if self.some(0.75):
            return self.chance.choice(["", " ", " ", "  "])
        return self.end() + "\n" + self.own(indent + 1) + " " * (indent + self.chance.randint(1, 4))

    def flow_list(self, indent: int, depth: int) -> str:
        made = "["
        count = self.chance.randint(0, 4)
        for number in range(count):
            made += self.space(indent) + self.item(indent, depth) + self.space(indent)
            made += "," if number < count - 1 or self.some(0.1) else ""
        return made + self.space(indent) + "]"

    def item(self, indent: int, depth: int, pairs: bool = True) -> str:
        if pairs and self.some(0.08):
            return self.pair(indent, depth)
        if self.anchors and self.some(0.05):
            return f"*{self.chance.choice(self.anchors)} "
        anchor = self.anchor()
        if depth < 4 and self.some(0.25):
            return anchor + self.named(anchor, self.flow(indent, depth + 1))
        return anchor + self.named(anchor, self.scalar(indent + 1))

    def flow_map(self, indent: int, depth: int) -> str:
        made = "{"
        count = self.chance.randint(0, 4)
        for number in range(count):
            made += self.space(indent) + self.pair(indent, depth) + self.space(indent)
            made += "," if number < count - 1 or self.some(0.1) else ""
        return made + self.space(indent) + "}"

    def pair(self, indent: int, depth: int) -> str:
        key = self.name()
        if self.some(0.1):
            return key + self.chance.choice(["", ": "])
        odd = "? " if self.some(0.05) else ""
        value = self.item(indent, depth + 1, pairs=False)
        return odd + key + ": " + self.space(indent) + value
