"""What a program finds, and what becomes of what it writes."""

import hashlib
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from pipec.backends.local.artifacts import remove
from pipec.backends.local.dates import moment
from pipec.compiler.ir import Schedule

# name: the body of a step, the message that it fails with
BROKEN: dict[str, tuple[str, str]] = {
    "missing": (
        '{run: ":", outputs: {n: int}}',
        'output "n": there is nothing at $PIPEC_OUTPUTS/n',
    ),
    "missing beside another": (
        '{run: "echo 1 > $PIPEC_OUTPUTS/m", outputs: {n: int}}',
        'output "n": there is nothing at $PIPEC_OUTPUTS/n; found "m"',
    ),
    "no int": (
        '{run: "echo 5.0 > $PIPEC_OUTPUTS/n", outputs: {n: int}}',
        'output "n": expected int, found "5.0" (write 5)',
    ),
    "a space": (
        "{run: \"echo ' 5' > $PIPEC_OUTPUTS/n\", outputs: {n: int}}",
        'output "n": expected int, found " 5" (write 5 without spaces)',
    ),
    "two line ends": (
        r'{run: "printf \"5\n\n\" > $PIPEC_OUTPUTS/n", outputs: {n: int}}',
        r'output "n": expected int, found "5\n" (write 5 without spaces)',
    ),
    "Python's True": (
        '{run: "echo True > $PIPEC_OUTPUTS/b", outputs: {b: bool}}',
        'output "b": expected bool, found "True" (write true)',
    ),
    "NaN": (
        '{run: "echo NaN > $PIPEC_OUTPUTS/x", outputs: {x: float}}',
        'output "x": expected float, found "NaN" (a float is a finite number)',
    ),
    "no JSON": (
        "{run: \"echo '[1,' > $PIPEC_OUTPUTS/x\", outputs: {x: list<int>}}",
        'output "x": it is not JSON',
    ),
    "a wrong item": (
        '{run: "echo \'[1, \\"a\\"]\' > $PIPEC_OUTPUTS/x", outputs: {x: list<int>}}',
        'output "x": item 1: expected int, found the string "a"',
    ),
    "no UTF-8": (
        r'{run: "printf \"a\\377\" > $PIPEC_OUTPUTS/x", outputs: {x: string}}',
        'output "x": it is not UTF-8: byte 2 is 0xff',
    ),
    "NUL": (
        r'{run: "printf \"a\\000\" > $PIPEC_OUTPUTS/x", outputs: {x: string}}',
        'output "x": a string cannot hold the character NUL',
    ),
    "too long": (
        (
            "{command: [python3, -c, \"import sys; open(sys.argv[1], 'w').write('a' * 65537)\", x]"
            ", outputs: {x: {type: string, path: x}}}"
        ),
        'output "x": it has 65,537 bytes or more, at most 65,536 are allowed',
    ),
    "a folder for a value": (
        '{run: "mkdir $PIPEC_OUTPUTS/x", outputs: {x: string}}',
        'output "x": expected a file with the text of a string, found a folder',
    ),
    "a pipe for a value": (
        '{run: "mkfifo $PIPEC_OUTPUTS/x", outputs: {x: string}}',
        'output "x": expected a file with the text of a string, found a named pipe',
    ),
    "a folder for a file": (
        '{run: "mkdir $PIPEC_OUTPUTS/x", outputs: {x: file}}',
        'output "x": expected a file, found a folder',
    ),
    "a pipe for a file": (
        '{run: "mkfifo $PIPEC_OUTPUTS/x", outputs: {x: file}}',
        'output "x": expected a file, found a named pipe',
    ),
    "a link to nothing": (
        '{run: "ln -s /nowhere $PIPEC_OUTPUTS/x", outputs: {x: file}}',
        'output "x": expected a file, found a link to nothing',
    ),
    "a file for a folder": (
        '{run: "echo > $PIPEC_OUTPUTS/x", outputs: {x: dir}}',
        'output "x": expected a folder, found a file',
    ),
    "a pipe in a folder": (
        '{run: "mkdir $PIPEC_OUTPUTS/x; mkfifo $PIPEC_OUTPUTS/x/p", outputs: {x: dir}}',
        'output "x": expected a folder, found a folder with a named pipe in it, "p"',
    ),
    "a circle of links": (
        '{run: "mkdir $PIPEC_OUTPUTS/x; ln -s . $PIPEC_OUTPUTS/x/y", outputs: {x: dir}}',
        'output "x": expected a folder, found a folder with a link that leads round in a circle',
    ),
    "nothing at `path`": (
        '{run: ":", outputs: {x: {type: file, path: out/x.csv}}}',
        'output "x": there is nothing at "out/x.csv" in the working folder',
    ),
    "the folder is gone": (
        '{run: "rm -r $PIPEC_OUTPUTS", outputs: {x: int}}',
        'output "x": the folder $PIPEC_OUTPUTS is gone',
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_contract_fails_the_step(run: Any, name: str) -> None:
    body, message = BROKEN[name]
    ran = run(f"steps:\n  a: {body}\n")
    assert ran.states() == "a=failed"
    assert f"a failed: {message}" in ran.said


# name: what a program writes to `x`, the type, the value in the trace
GOOD: dict[str, tuple[str, str, Any]] = {
    "int": ("5", "int", 5),
    "one line end": ("5\\n", "int", 5),
    "a line end of Windows": ("5\\r\\n", "int", 5),
    "an int for a float": ("2", "float", 2.0),
    "a float": ("0.50", "float", 0.5),
    "minus zero": ("-0.0", "float", 0.0),
    "bool": ("true", "bool", True),
    "empty": ("", "string", ""),
    "one of two line ends": ("a\\n\\n", "string", "a\n"),
    "a lone carriage return": ("a\\r", "string", "a\r"),
    "list": ("[1, 2]\\n", "list<int>", [1, 2]),
    "ints in a list of floats": ("[1, 2.5]", "list<float>", [1.0, 2.5]),
    "map": ('{"b": 1, "a": 2}', "map<int>", {"b": 1, "a": 2}),
    "json": ('{"a": [null, 1.5]}', "json", {"a": [None, 1.5]}),
    "null in json": ("null", "json", None),
    "an optional that is there": ("7", "int?", 7),
}


@pytest.mark.parametrize("name", GOOD)
def test_values(run: Any, name: str) -> None:
    text, type, value = GOOD[name]
    ran = run(f"""
steps:
  a:
    outputs: {{x: {type}}}
    python: |
      import os
      open(os.environ["PIPEC_OUTPUTS"] + "/x", "w", newline="").write('{text}')
""")
    found = ran.steps["a"]["outputs"]["x"]
    assert (found, builtin(found)) == (value, builtin(value))


def builtin(value: object) -> str:
    return value.__class__.__name__


def test_an_optional_output_that_is_missing_is_null(run: Any) -> None:
    ran = run("""
steps:
  a: {run: ":", outputs: {n: int?, f: file?, d: dir?}}
  b:
    inputs: {n: "${{ steps.a.outputs.n }}", f: "${{ steps.a.outputs.f }}"}
    run: test -z "$(ls $PIPEC_INPUTS)"
""")
    assert ran.states() == "a=succeeded b=succeeded"
    assert ran.steps["a"]["outputs"] == {"n": None, "f": None, "d": None}


def test_files_and_folders_travel_by_content(run: Any) -> None:
    ran = run("""
steps:
  a:
    outputs: {f: file, d: dir, p: {type: file, path: out/p.txt}}
    run: |
      printf one > $PIPEC_OUTPUTS/f
      mkdir -p $PIPEC_OUTPUTS/d/sub $PIPEC_OUTPUTS/d/empty out real
      printf two > $PIPEC_OUTPUTS/d/sub/x; printf three > $PIPEC_OUTPUTS/d/a
      printf four > real/four; ln -s "$PWD/real" $PIPEC_OUTPUTS/d/linked
      printf five > five; ln -s ../five out/p.txt
  b:
    inputs:
      f: ${{ steps.a.outputs.f }}
      d: ${{ steps.a.outputs.d }}
      p: ${{ steps.a.outputs.p }}
    outputs: {seen: string}
    run: |
      cd $PIPEC_INPUTS
      test ! -L d/linked; test ! -L p; test ! -e d/empty
      echo spoiled >> f
      (cat p d/a d/linked/four d/sub/x; ls -R d | wc -l) | tr -d ' \\n' > $PIPEC_OUTPUTS/seen
  c:
    needs: [b]
    inputs: {f: "${{ steps.a.outputs.f }}"}
    run: test "$(cat $PIPEC_INPUTS/f)" = one
""")
    assert ran.states() == "a=succeeded b=succeeded c=succeeded", ran.said
    outputs = ran.steps["a"]["outputs"]
    assert outputs["f"] == "sha256:" + hashlib.sha256(b"one").hexdigest()
    assert outputs["p"] == "sha256:" + hashlib.sha256(b"five").hexdigest()
    listing = "".join(
        f"{path}\0{hashlib.sha256(data).hexdigest()}\n"
        for path, data in [("a", b"three"), ("linked/four", b"four"), ("sub/x", b"two")]
    )
    assert outputs["d"] == "sha256:" + hashlib.sha256(listing.encode()).hexdigest()
    assert ran.steps["b"]["outputs"]["seen"].startswith("fivethreefourtwo")


def test_outputs_may_lie_one_inside_the_other(run: Any) -> None:
    ran = run("""
steps:
  a:
    run: mkdir out; printf one > out/f; printf 7 > out/n
    outputs:
      d: {type: dir, path: out}
      f: {type: file, path: out/f}
      same: {type: file, path: out/f}
      n: {type: int, path: out/n}
""")
    assert ran.state == "succeeded", ran.said
    outputs = ran.steps["a"]["outputs"]
    assert list(outputs) == ["d", "f", "same", "n"]
    assert outputs["n"] == 7
    assert outputs["f"] == outputs["same"] == "sha256:" + hashlib.sha256(b"one").hexdigest()


def test_links_in_the_place_of_folders_are_not_followed(run: Any, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/kept").write_text("kept")
    ran = run(f"""
steps:
  a:
    env: {{MINE: "{tmp_path}/mine"}}
    run: |
      ln -s $MINE here; cd ..; rm -r inputs; ln -s $MINE inputs
      rm -r work; ln -s $MINE work
""")
    assert ran.state == "succeeded", ran.said
    assert (tmp_path / "mine/kept").read_text() == "kept"


def test_a_folder_that_is_used_again_is_as_new(run: Any) -> None:
    ran = run(
        """
steps:
  a:
    outputs: {mode: string}
    run: stat -c %a . ../inputs ../outputs | tr '\\n' ' ' > $PIPEC_OUTPUTS/mode
  b: {needs: [a], run: chmod 511 . ../inputs ../outputs}
  c:
    needs: [b]
    outputs: {mode: string}
    run: stat -c %a . ../inputs ../outputs | tr '\\n' ' ' > $PIPEC_OUTPUTS/mode
""",
        jobs=1,
    )
    assert ran.state == "succeeded", ran.said
    assert ran.steps["a"]["outputs"] == ran.steps["c"]["outputs"]


def test_removing_a_link_leaves_what_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/kept").write_text("kept")
    (tmp_path / "link").symlink_to(tmp_path / "mine")
    remove(str(tmp_path / "link"))
    assert not (tmp_path / "link").is_symlink()
    assert (tmp_path / "mine/kept").read_text() == "kept"


@pytest.mark.parametrize(
    ("given", "zone", "date", "day"),
    [
        ("2026-11-23T02:00:00Z", "UTC", "2026-11-23T02:00:00Z", "2026-11-23"),
        ("2026-11-23T02:00:00.9+03:00", "UTC", "2026-11-22T23:00:00Z", "2026-11-22"),
        ("2026-11-22T23:30:00Z", "Europe/Paris", "2026-11-22T23:30:00Z", "2026-11-23"),
        ("2026-11-23T02:00:00Z", "America/Lima", "2026-11-23T02:00:00Z", "2026-11-22"),
    ],
)
def test_the_date_and_day_of_a_run(given: str, zone: str, date: str, day: str) -> None:
    assert moment(given, Schedule("0 3 * * *", zone)) == (date, day)


def test_a_fan_in_comes_in_item_order(run: Any) -> None:
    ran = run(
        """
steps:
  a:
    for_each: {x: [1, 2], y: ["p", "q"]}
    env: {X: "${{ item.x }}", Y: "${{ item.y }}"}
    run: |
      sleep 0.$((3 - PIPEC_ITEM_INDEX))
      echo $X$Y > $PIPEC_OUTPUTS/s; echo $PIPEC_ITEM_INDEX > $PIPEC_OUTPUTS/f
    outputs: {s: string, f: file}
  b:
    inputs: {s: "${{ steps.a.outputs.s }}", f: "${{ steps.a.outputs.f }}"}
    outputs: {all: string}
    run: |
      test "$(cat $PIPEC_INPUTS/s)" = '["1p","1q","2p","2q"]'
      test "$(ls $PIPEC_INPUTS/f | tr -d '\\n')" = 0123
      cat $PIPEC_INPUTS/f/* | tr -d '\\n' > $PIPEC_OUTPUTS/all
""",
        jobs=4,
    )
    assert ran.state == "succeeded", ran.said
    assert ran.steps["a"]["outputs"]["s"] == ["1p", "1q", "2p", "2q"]
    assert [one["item"] for one in ran.steps["a"]["instances"]] == [
        {"x": 1, "y": "p"},
        {"x": 1, "y": "q"},
        {"x": 2, "y": "p"},
        {"x": 2, "y": "q"},
    ]
    assert ran.steps["b"]["outputs"] == {"all": "0123"}


def test_a_list_made_at_run_time(run: Any) -> None:
    ran = run("""
steps:
  a: {run: "echo '[\\"x\\", \\"y\\", \\"z\\"]' > $PIPEC_OUTPUTS/l", outputs: {l: list<string>}}
  b:
    for_each: steps.a.outputs.l
    env: {X: "${{ item }}"}
    run: printf $X > $PIPEC_OUTPUTS/o
    outputs: {o: string}
  c:
    inputs: {all: "${{ join('-', steps.b.outputs.o) }}"}
    run: test "$(cat $PIPEC_INPUTS/all)" = x-y-z
""")
    assert ran.states() == "a=succeeded b=succeeded/3[succeeded][succeeded][succeeded] c=succeeded"


def test_the_environment_of_a_program(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIPEC_ATTEMPT", "99")
    monkeypatch.setenv("PIPEC_ITEM_INDEX", "99")
    monkeypatch.setenv("PIPEC_SECRET_A_B", "99")
    monkeypatch.setenv("OF_THE_CALLER", "kept")
    ran = run(
        """
steps:
  a:
    env: {OWN: "${{ run.day }}"}
    outputs: {env: json}
    python: |
      import json, os, sys
      found = {n: v for n, v in os.environ.items() if n.startswith("PIPEC_")}
      found |= {n: os.environ[n] for n in ("OWN", "OF_THE_CALLER", "PATH")}
      found["stdin"] = sys.stdin.read()
      found["stands"] = os.listdir(".")
      found["descriptors"] = sorted(os.listdir("/proc/self/fd"))[:3]
      json.dump(found, open(os.environ["PIPEC_OUTPUTS"] + "/env", "w"))
  b: {for_each: [7], run: test $PIPEC_ITEM_INDEX = 0}
""",
        date="2026-11-23T02:00:00+03:00",
    )
    found = ran.steps["a"]["outputs"]["env"]
    folder = found.pop("PIPEC_INPUTS").removesuffix("/inputs")
    assert found.pop("PIPEC_OUTPUTS") == f"{folder}/outputs"
    assert found.pop("PATH").split(":")[0] == str(Path(sys.executable).parent)
    assert found == {
        "PIPEC_RUN_ID": ran.outcome.run,
        "PIPEC_RUN_DATE": "2026-11-22T23:00:00Z",
        "PIPEC_STEP": "a",
        "PIPEC_ATTEMPT": "1",
        "OWN": "2026-11-22",
        "OF_THE_CALLER": "kept",
        "stdin": "",
        "stands": [],
        "descriptors": ["0", "1", "2"],
    }


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="counts descriptors in /proc")
def test_no_descriptor_is_inherited(run: Any) -> None:
    other = os.dup(0)
    os.set_inheritable(other, True)
    try:
        ran = run(
            "steps: {a: {run: 'ls /proc/self/fd | wc -l > $PIPEC_OUTPUTS/n', outputs: {n: string}}}"
        )
    finally:
        os.close(other)
    assert ran.steps["a"]["outputs"]["n"].strip() == "4"  # 0, 1, 2 and the folder it lists


def test_every_attempt_stands_in_a_fresh_folder_with_files(run: Any, tmp_path: Path) -> None:
    (tmp_path / "src/deep").mkdir(parents=True)
    (tmp_path / "src/deep/tool").write_text("#!/bin/sh\necho from $1\n")
    (tmp_path / "src/deep/tool").chmod(0o755)
    (tmp_path / "one.txt").write_text("one")
    ran = run("""
files: [src/, one.txt]
steps:
  a:
    retry: 2
    workdir: src/deep
    run: |
      test ! -e left; touch left; rm -f ../../one.txt.no
      ./tool here; echo spoiled > ../../one.txt
      test $PIPEC_ATTEMPT = 2
  b: {needs: [a], run: "test $(cat one.txt) = one; test ! -e left"}
  c: {command: [src/deep/tool, x]}
""")
    assert ran.states() == "a=succeeded/2 b=succeeded c=succeeded", ran.said
    assert "a | from here" in ran.said
    assert (tmp_path / "one.txt").read_text() == "one"


def test_what_a_program_leaves_is_thrown_away_whatever_its_modes(run: Any) -> None:
    ran = run("""
steps:
  a: {run: "mkdir -p x/y; touch x/y/z; chmod 000 x/y/z x/y; chmod 500 x; umask 777; echo > o"}
  b: {run: "rm -rf $PIPEC_INPUTS ../work"}
""")
    assert ran.state == "succeeded", ran.said


def test_limits_at_run_time(run: Any) -> None:
    ran = run(
        """
params: {s: {type: string, default: "x"}}
steps:
  make:
    outputs: {big: string}
    python: import os; open(os.environ["PIPEC_OUTPUTS"] + "/big", "w").write("a" * 65536)
  fits: {env: {X: "${{ steps.make.outputs.big }}"}, run: "test ${#X} = 65536"}
  argv: {command: [sh, -c, 'test ${#1} = 65536', sh, "${{ steps.make.outputs.big }}"]}
  over: {env: {X: "${{ steps.make.outputs.big }}y"}, run: ":"}
  sum: {env: {X: "${{ steps.make.outputs.big }}", Y: "${{ params.s }}"}, run: ":"}
  input: {inputs: {x: "${{ steps.make.outputs.big + 'y' }}"}, run: ":"}
  item: {for_each: "[steps.make.outputs.big + 'y']", run: ":"}
  list:
    for_each: [1, 2]
    inputs: {x: "${{ steps.make.outputs.big }}"}
    run: cp $PIPEC_INPUTS/x $PIPEC_OUTPUTS/x
    outputs: {x: string}
  reads: {inputs: {x: "${{ steps.list.outputs.x }}"}, run: test `wc -c < $PIPEC_INPUTS/x` = 131079}
""",
        jobs=4,
    )
    assert ran.states() == (
        "make=succeeded fits=succeeded argv=succeeded over=failed/0 sum=failed/0 input=failed/0 "
        "item=failed/0 list=succeeded/2[succeeded][succeeded] reads=succeeded"
    ), ran.said
    assert 'over failed: env "X" has 65,537 bytes, at most 65,536 are allowed' in ran.said
    assert 'sum failed: env "Y" brings the values in env and arguments to 65,537' in ran.said
    assert 'input failed: input "x" has 65,537 bytes' in ran.said
    assert "item failed: item 0 has 65,537 bytes" in ran.said


# how an output of a program may lead to what is not the program's
FOREIGN = [
    "ln -s $MINE/f $PIPEC_OUTPUTS/f; ln -s $MINE/d $PIPEC_OUTPUTS/d",
    "rmdir $PIPEC_OUTPUTS; ln -s $MINE $PIPEC_OUTPUTS",
    "ln $MINE/f $PIPEC_OUTPUTS/f; mkdir $PIPEC_OUTPUTS/d; ln $MINE/d/x $PIPEC_OUTPUTS/d/x",
    "ln -s $MINE p; ln -s $MINE/d $PIPEC_OUTPUTS/d",
    "ln -s $MINE p; cp $MINE/f $PIPEC_OUTPUTS/f",
]


@pytest.mark.parametrize("how", FOREIGN)
def test_what_links_lead_to_is_copied_and_stays(
    run: Any, tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = tmp_path / "mine"
    (mine / "d").mkdir(parents=True)
    (mine / "f").write_text("f")
    (mine / "d/x").write_text("x")
    mine.chmod(0o750)
    (mine / "d").chmod(0o750)
    (mine / "f").chmod(0o640)
    monkeypatch.setenv("MINE", str(mine))
    f = "{type: file, path: p/f}" if how == FOREIGN[3] else "file"
    d = "{type: dir, path: p/d}" if how == FOREIGN[4] else "dir"
    ran = run(f"""
steps:
  a:
    cache: true
    run: {how}
    outputs: {{f: {f}, d: {d}}}
  b:
    inputs: {{f: "${{{{ steps.a.outputs.f }}}}", d: "${{{{ steps.a.outputs.d }}}}"}}
    run: test $(cat $PIPEC_INPUTS/f) = f; test $(cat $PIPEC_INPUTS/d/x) = x
""")
    assert ran.state == "succeeded", ran.said
    assert (mine / "f").read_text() == "f"
    assert (mine / "d/x").read_text() == "x"
    modes = [one.stat().st_mode & 0o777 for one in (mine, mine / "d", mine / "f")]
    assert modes == [0o750, 0o750, 0o640]
