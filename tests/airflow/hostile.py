"""Texts that template engines, shells and parsers like to change, and specs that carry them."""

import json
from typing import Any

_ALONE: tuple[str, ...] = (
    *("{{ 7*7 }}", "{{ params.x }}", "{% raw %}", "{# comment #}", "${#array[@]}", "{{", "}}"),
    *(
        "{% endraw %}{{ 1 }}",
        "{{workflow.uid}}",
        "{{=1+1}}",
        "$(id)",
        "`id`",
        "$$",
        "$(X)",
        "$HOME",
    ),
    *(
        '"',
        "'",
        '"""',
        "'''",
        "\\",
        "\\n",
        "\\\\",
        "\\u0041",
        "a\\",
        '\\"',
        "\"'\"'",
        'r"x"',
        "f'{x}'",
    ),
    *("run.sh", "x.bash", "doc.md", "a.env", "1e3", "0777", "0x1F", "1.10", "y", "on", "null", "~"),
    *("true", "None", "-n", "--help", "-", "", " ", "  a  ", "\t", "a\tb", "a\nb", "\n", "a\n"),
    *("a\r\nb", "\r", "\n\n", "# no comment", "a # b", "a: b", "- a", "[a", "{a", "*a", "&a", "!a"),
    *(
        "%TAG",
        "@a",
        "|",
        ">",
        "?",
        "a,b",
        "é",
        "日本語",
        "🐟",
        "👩‍👩‍👧",
        "\u0085",
        "\u2028",
        "\u2029",
    ),
    *("\ufeff", "\u200b", "\u202e", "\x1b[31mred\x1b[0m", "\x01", "\x7f", "\x0b\x0c", "ﬁ", "İ"),
    *("e\u0301", "\U0010fffd", "\ufffd", "__import__('os')", "');import os#", ")\nimport os\n("),
    *("%s %(x)s %d", "{0} {x}", "; rm -rf /", "&& ls", "| cat", "> f", "*", "a" * 300, "a b " * 60),
    *("AIRFLOW_HOME", "../../etc", "file:///etc/passwd", "\\N{BULLET}", "u'\\x'", "\\x00", "%%"),
)

TEXTS = (*_ALONE, *(f"<{one}>{one}" for one in _ALONE[:60]))

assert len(TEXTS) >= 150


def dumped(spec: dict[str, Any]) -> str:
    """Write a spec as JSON, which is YAML, with every unusual character as an escape."""
    text = json.dumps(spec, ensure_ascii=False)
    return "".join(char if " " <= char <= "~" or char.isalpha() else _escape(char) for char in text)


def _escape(char: str) -> str:
    number = ord(char)
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


TELL = (
    "import json, os, sys\n"
    "out = os.environ['PIPEC_OUTPUTS']\n"
    "env = [v for k, v in sorted(os.environ.items()) if k[:2] == 'E_']\n"
    "told = {'argv': sys.argv[1:], 'env': env}\n"
    "inputs = os.environ['PIPEC_INPUTS']\n"
    "told['inputs'] = [open(os.path.join(inputs, n), newline='').read()\n"
    "                  for n in sorted(os.listdir(inputs))]\n"
    "json.dump(told, open(os.path.join(out, 'told'), 'w'))\n"
    "json.dump(sys.argv[1:], open(os.path.join(out, 'all'), 'w'))\n"
    "for index, one in enumerate(sys.argv[1:]):\n"
    "    if index < 200:\n"
    "        end = '\\n' if one.endswith('\\n') else ''\n"
    "        open(os.path.join(out, 'o%d' % index), 'w', newline='').write(one + end)\n"
)
FEW = TEXTS[::12]


def carrier() -> dict[str, Any]:
    """Give a spec through which all texts travel: as constants, as params, as outputs, as items."""
    env = {f"E_{index:03}": text for index, text in enumerate(TEXTS)}
    constant = {
        "command": ["python3", "-c", TELL, *TEXTS],
        "env": env,
        "outputs": {
            "told": "json",
            "all": "list<string>",
            **{f"o{index}": "string" for index in range(len(TEXTS))},
        },
    }
    given = {
        "command": ["python3", "-c", TELL, *(f"${{{{ params.texts[{n}] }}}}" for n in range(60))],
        "env": {f"E_{n:03}": f"${{{{ params.t{n} }}}}" for n in range(len(FEW))},
        "outputs": {"told": "json"},
    }
    passed = {
        "command": [
            *("python3", "-c", TELL),
            *(f"${{{{ steps.constant.outputs.o{n} }}}}" for n in range(len(TEXTS))),
        ],
        "inputs": {
            f"i{n:03}": f"${{{{ steps.constant.outputs.o{n} }}}}" for n in range(len(TEXTS))
        },
        "outputs": {"told": "json"},
    }
    script = "".join(f": <<'EOF_{n}'\n{text}\nEOF_{n}\n" for n, text in enumerate(FEW))
    echoed = {
        "run": f"{script}printf '%s' '{{{{ 7*7 }}}}${{#x}}' > \"$PIPEC_OUTPUTS/o\"\n",
        "outputs": {"o": "string"},
    }
    each = {
        "for_each": "params.few",
        "env": {"ITEM": "${{ item }}"},
        "python": "import os\nopen(os.environ['PIPEC_OUTPUTS'] + '/o', 'w', newline='')"
        ".write(os.environ['ITEM'] + '\\n' * os.environ['ITEM'].endswith('\\n'))\n",
        "outputs": {"o": "string"},
    }
    stands = {**each, "for_each": ["$(id)", "run.sh", "a\nb", "\u2028", "%s"]}
    return {
        "pipec": 1,
        "name": "carrier",
        "description": '{{ 7*7 }}\n""" \\ doc.md',
        "owner": "{{ owner }}",
        "params": {
            "texts": {"type": "list<string>", "default": list(TEXTS)},
            "few": {"type": "list<string>", "default": list(FEW)},
            **{f"t{n}": {"type": "string", "default": text} for n, text in enumerate(FEW)},
        },
        "steps": {
            "constant": constant,
            "given": given,
            "passed": passed,
            "echoed": echoed,
            "each": each,
            "stands": stands,
        },
    }
