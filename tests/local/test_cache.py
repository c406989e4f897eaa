"""The cache: what hits, what misses, what is restored, and what damage does to it."""

import json
import os
import shutil
import stat
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pipec.backends.local.cache.entries import Entries

# Each program counts that it ran, in a file that no part of the key knows of.
COUNT = "echo >> {here}/ran;"


@pytest.fixture
def ran(tmp_path: Path) -> Any:
    def count() -> int:
        path = tmp_path / "ran"
        return len(path.read_text()) if path.exists() else 0

    return count


def spec_of(here: Path, step: str, head: str = "") -> str:
    return f"{head}\nsteps:\n  a:\n    cache: true\n{step}".replace("COUNT", COUNT).replace(
        "{here}", str(here)
    )


PLAIN = """
    env: {M: one}
    run: COUNT echo $M > $PIPEC_OUTPUTS/o
    outputs: {o: file}
"""
# What changes between two runs of a step, and whether it must run again.
CHANGES: list[tuple[str, str, str, bool]] = [
    ("nothing", PLAIN, PLAIN, False),
    ("a note", PLAIN, PLAIN + "    description: other\n    labels: {a: b}\n", False),
    ("when it is tried again", PLAIN, PLAIN + "    retry: 3\n    timeout: 1h\n", False),
    ("what it takes of the machine", PLAIN, PLAIN + "    resources: {cpu: 1}\n", False),
    ("env", PLAIN, PLAIN.replace("one", "two"), True),
    ("the name of a variable", PLAIN, PLAIN.replace("{M: one}", "{M: one, N: one}"), True),
    ("a byte of the script", PLAIN, PLAIN.replace("echo $M", "echo  $M"), True),
    ("the shell", PLAIN, PLAIN + "    shell: bash\n", True),
    ("the image", PLAIN, PLAIN + "    image: other:1\n", True),
    ("workdir", PLAIN, PLAIN + "    workdir: sub\n", True),
    ("the type of an output", PLAIN, PLAIN.replace("o: file", "o: string"), True),
    ("one more output", PLAIN, PLAIN.replace("{o: file}", "{o: file, p: file?}"), True),
    ("the key", PLAIN, PLAIN + "    cache: {key: v2}\n", True),
]


@pytest.mark.parametrize("case", CHANGES, ids=lambda case: case[0])
def test_what_counts(run: Any, ran: Any, tmp_path: Path, case: Any) -> None:
    _, before, after, again = case
    first = run(spec_of(tmp_path, before))
    assert first.states() == "a=succeeded", first.said
    if "cache:" in after:
        after = after.replace("cache: ", "cache_: ")
    text = spec_of(tmp_path, after)
    if "cache_: " in text:
        text = text.replace("    cache: true\n", "").replace("cache_: ", "cache: ")
    second = run(text)
    assert second.states() == "a=succeeded"
    assert (ran(), second.steps["a"]["cached"]) == (2 if again else 1, not again)
    if not again:
        assert second.steps["a"]["outputs"] == first.steps["a"]["outputs"]


INPUTS = """
steps:
  make:
    run: printf '%s' "$T" > $PIPEC_OUTPUTS/f; mkdir $PIPEC_OUTPUTS/d; printf x > $PIPEC_OUTPUTS/d/$N
    env: {T: "TEXT", N: "NAME"}
    outputs: {f: file, d: dir}
  a:
    cache: true
    inputs: {f: "${{ steps.make.outputs.f }}", d: "${{ steps.make.outputs.d }}"}
    run: COUNT ls $PIPEC_INPUTS/d
"""


@pytest.mark.parametrize(
    ("text", "name", "again"), [("t", "n", False), ("u", "n", True), ("t", "m", True)]
)
def test_inputs_count_by_content(
    run: Any, ran: Any, tmp_path: Path, text: str, name: str, again: bool
) -> None:
    spec = INPUTS.replace("COUNT", COUNT.format(here=tmp_path))
    run(spec.replace("TEXT", "t").replace("NAME", "n"))
    second = run(spec.replace("TEXT", text).replace("NAME", name))
    assert ran() == 1 + again, second.said


def test_an_input_of_another_name_is_another_thing(run: Any, ran: Any, tmp_path: Path) -> None:
    spec = INPUTS.replace("COUNT", COUNT.format(here=tmp_path))
    run(spec)
    run(spec.replace("inputs: {f: ", "inputs: {g: "))
    assert ran() == 2


def test_a_step_of_another_name_is_the_same_work(run: Any, ran: Any, tmp_path: Path) -> None:
    run(spec_of(tmp_path, PLAIN))
    second = run(spec_of(tmp_path, PLAIN).replace("  a:", "  renamed:"))
    assert ran() == 1
    assert second.steps["renamed"]["cached"] is True


@pytest.mark.parametrize("name", ["PIPEC_STEP", "PIPEC_RUN_ID"])
def test_what_a_program_is_told_counts_where_it_is_named(
    run: Any, ran: Any, tmp_path: Path, name: str
) -> None:
    step = PLAIN.replace("echo $M", f"echo ${name}")
    run(spec_of(tmp_path, step))
    second = run(spec_of(tmp_path, step).replace("  a:", "  renamed:"))
    assert ran() == 2
    kept = Path(second.outcome.folder, "outputs", "renamed", "o").read_text().strip()
    assert kept in ("renamed", second.outcome.run)


def test_the_index_of_an_item_counts_where_a_file_names_it(
    run: Any, ran: Any, tmp_path: Path
) -> None:
    body = """
    for_each: [ITEMS]
    env: {X: "${{ item }}"}
    run: COUNT sh ./tell.sh
    outputs: {o: string}
"""
    told = tmp_path / "told.sh"
    told.write_text('echo "$PIPEC_ITEM_INDEX $X" > $PIPEC_OUTPUTS/o')
    plain = tmp_path / "plain.sh"
    plain.write_text('echo "$X" > $PIPEC_OUTPUTS/o')
    for program, runs, outputs in (
        (plain, 2, ["y", "x"]),
        (told, 4, ["0 y", "1 x"]),
    ):
        (tmp_path / "ran").unlink(missing_ok=True)
        (tmp_path / "tell.sh").write_text(program.read_text())
        spec = spec_of(tmp_path, body, head="files: [tell.sh]")
        run(spec.replace("ITEMS", "x, y"))
        second = run(spec.replace("ITEMS", "y, x"))
        assert ran() == runs
        assert second.steps["a"]["outputs"]["o"] == outputs


def test_files_count_by_content_and_mode(run: Any, ran: Any, tmp_path: Path) -> None:
    file = tmp_path / "lib.txt"
    file.write_text("1")
    spec = spec_of(tmp_path, PLAIN, head="files: [lib.txt]")
    run(spec)
    os.utime(file, (1, 1))
    run(spec)
    assert ran() == 1
    file.write_text("2")
    run(spec)
    assert ran() == 2
    file.chmod(0o755)
    again = run(spec, explain=True)
    assert ran() == 3
    assert "a runs: file lib.txt changed" in again.said


def test_a_secret_counts_by_name_alone(run: Any, ran: Any, tmp_path: Path) -> None:
    step = "    env: {T: {secret: a/b}}\n    run: COUNT echo\n"
    run(spec_of(tmp_path, step), secrets={"a": {"b": "hunter2hunter2"}})
    run(spec_of(tmp_path, step), secrets={"a": {"b": "other-secret"}})
    assert ran() == 1
    run(spec_of(tmp_path, step.replace("a/b", "a/c")), secrets={"a": {"c": "hunter2hunter2"}})
    assert ran() == 2
    for path in (tmp_path / ".pipec" / "cache").rglob("*.json"):
        assert b"hunter2" not in path.read_bytes()


VALUES: list[tuple[str, str, Any]] = [
    ("int", "9007199254740993", 9007199254740993),
    ("float", "0.1", 0.1),
    ("float", "2", 2.0),
    ("bool", "false", False),
    ("string", 'a "b" ü', 'a "b" ü'),
    ("json", '"text"', "text"),
    ("json", "null", None),
    ("json", '{"b":1,"a":[null,0.5]}', {"b": 1, "a": [None, 0.5]}),
    ("list<float>", "[1,2.5]", [1.0, 2.5]),
    ("map<string>", '{"z":"1","a":"2"}', {"z": "1", "a": "2"}),
    ("int?", "", None),
    ("file?", "", None),
]


@pytest.mark.parametrize(("type_", "text", "value"), VALUES)
def test_values_come_back_as_they_were(
    run: Any, ran: Any, tmp_path: Path, type_: str, text: str, value: Any
) -> None:
    write = f"printf '%s' '{text}' > $PIPEC_OUTPUTS/o" if text else ":"
    spec = spec_of(tmp_path, f"    run: |\n      COUNT {write}\n    outputs: {{o: '{type_}'}}\n")
    traces = [run(spec).outcome.trace["steps"]["a"] for _ in range(2)]
    assert ran() == 1
    assert [one.pop("cached") for one in traces] == [False, True]
    assert json.dumps(traces[0]) == json.dumps(traces[1])
    assert json.dumps(traces[1]["outputs"]["o"]) == json.dumps(value)


TREE = """
    run: |
      COUNT cd $PIPEC_OUTPUTS; mkdir -p d/e d/empty; echo 1 > d/x; echo 2 > d/e/y; echo 3 > f
      chmod 700 f; ln -s x d/link; echo 4 > $PIPEC_OUTPUTS/../work/page.html
    outputs: {d: dir, f: file, page: {type: file, path: page.html}}
"""


def test_files_and_folders_come_back(run: Any, ran: Any, tmp_path: Path) -> None:
    first, second = run(spec_of(tmp_path, TREE)), run(spec_of(tmp_path, TREE))
    assert ran() == 1
    assert first.steps["a"]["outputs"] == second.steps["a"]["outputs"]
    kept = Path(second.outcome.folder, "outputs", "a")
    found = sorted(str(path.relative_to(kept)) for path in kept.rglob("*") if path.is_file())
    assert found == ["d/e/y", "d/link", "d/x", "f", "page.html"]
    assert (kept / "d/e/y").read_text() == "2\n"
    # shared, not stored twice
    assert (kept / "f").samefile(Path(first.outcome.folder, "outputs", "a", "f"))
    assert not (kept / "f").stat().st_mode & 0o222


FLAKY = """
    retry: 3
    run: COUNT test $PIPEC_ATTEMPT = 2; echo ok > $PIPEC_OUTPUTS/o
    outputs: {o: string}
"""


def test_a_hit_repeats_the_attempts_that_were_made(run: Any, tmp_path: Path) -> None:
    traces = [run(spec_of(tmp_path, FLAKY)).steps["a"] for _ in range(2)]
    assert [one["attempts"] for one in traces] == [2, 2]
    assert [one["cached"] for one in traces] == [False, True]


def test_what_failed_is_not_kept(run: Any, ran: Any, tmp_path: Path) -> None:
    for _ in range(2):
        assert run(spec_of(tmp_path, "    run: COUNT exit 3\n")).state == "failed"
    assert ran() == 2


def test_a_result_has_its_time(run: Any, ran: Any, tmp_path: Path) -> None:
    spec = spec_of(tmp_path, PLAIN).replace("cache: true", "cache: {ttl: 100s}")
    run(spec)
    assert run(spec).steps["a"]["cached"] is True
    (entry,) = (tmp_path / ".pipec/cache/entries").rglob("*.json")
    body = json.loads(entry.read_bytes().partition(b"\n")[2])
    body["time"] = time.time() - 101
    from pipec.backends.local.cache.entries import write

    write(str(entry), body)
    third = run(spec, explain=True)
    assert third.steps["a"]["cached"] is False
    assert "a runs: the kept result is 101 s old, its ttl 100 s" in third.said
    assert ran() == 2
    assert run(spec).steps["a"]["cached"] is True


def test_fan_outs_and_components_are_kept_piece_by_piece(
    run: Any, ran: Any, tmp_path: Path
) -> None:
    (tmp_path / "part.yaml").write_text(
        "pipec: 1\ncomponent: part\ninputs: {x: string}\n"
        'outputs: {o: {type: string, value: "${{ steps.fit.outputs.o }}"}}\n'
        "steps:\n  fit:\n    cache: true\n"
        '    env: {X: "${{ inputs.x }}"}\n'
        f"    run: {COUNT.format(here=tmp_path)} echo $X > $PIPEC_OUTPUTS/o\n"
        "    outputs: {o: string}\n"
    )
    spec = """
steps:
  a: {for_each: [ITEMS], uses: ./part.yaml, with: {x: "${{ item }}"}}
"""
    first = run(spec.replace("ITEMS", "p, q"))
    assert (first.state, ran()) == ("succeeded", 2)
    second = run(spec.replace("ITEMS", "p, q, r"))
    assert ran() == 3
    assert second.steps["a"]["outputs"]["o"] == ["p", "q", "r"]
    cached = [one["steps"]["fit"]["cached"] for one in second.steps["a"]["instances"]]
    assert cached == [True, True, False]


def damage_objects(cache: Path) -> None:
    for path in (cache / "objects").rglob("*"):
        if path.is_file():
            path.chmod(stat.S_IRUSR | stat.S_IWUSR)
            path.write_bytes(b"X" + path.read_bytes()[1:])


def cut_objects(cache: Path) -> None:
    for path in (cache / "objects").rglob("*"):
        if path.is_file():
            path.chmod(stat.S_IRUSR | stat.S_IWUSR)
            os.truncate(path, 0)


def lose_objects(cache: Path) -> None:
    shutil.rmtree(cache / "objects")


def damage_entries(cache: Path) -> None:
    for path in (cache / "entries").rglob("*.json"):
        data = path.read_bytes()
        path.write_bytes(data.replace(b'"attempts":1', b'"attempts":7'))


def cut_entries(cache: Path) -> None:
    for path in (cache / "entries").rglob("*.json"):
        path.write_bytes(path.read_bytes()[:-20])


def swap_entries(cache: Path) -> None:
    for path in (cache / "entries").rglob("*.json"):
        other = path.with_name("f" * 64 + ".json")
        body = path.read_bytes()
        other.write_bytes(body)
        path.write_bytes(b"")


@pytest.mark.parametrize(
    "harm",
    [damage_objects, cut_objects, lose_objects, damage_entries, cut_entries, swap_entries],
    ids=lambda one: one.__name__,
)
def test_damage_is_a_miss_with_a_word(run: Any, ran: Any, tmp_path: Path, harm: Any) -> None:
    spec = spec_of(tmp_path, TREE)
    first = run(spec)
    harm(tmp_path / ".pipec" / "cache")
    second = run(spec)
    assert second.steps["a"]["cached"] is False
    assert "a runs again" in second.said
    assert second.steps["a"]["outputs"] == first.steps["a"]["outputs"]
    third = run(spec)  # and what was damaged is whole again
    assert (third.steps["a"]["cached"], ran()) == (True, 2)
    assert "again" not in third.said


def test_an_entry_cut_at_every_byte_is_never_a_wrong_result(tmp_path: Path) -> None:
    from pipec.backends.local.cache import entries
    from pipec.backends.local.cache.entries import Entries
    from pipec.backends.local.cache.key import Key
    from pipec.backends.local.cache.objects import DamagedError

    kept = Entries(str(tmp_path))
    key = Key("ab" * 32, {})
    kept.put(key, "r", 1, {"n": 12})
    path = Path(kept.path(key.text))
    data = path.read_bytes()
    for at in range(len(data) - 1):
        path.write_bytes(data[:at])
        with pytest.raises(DamagedError):
            kept.find(key.text)
    for at in range(len(data) - 1):
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        with pytest.raises(DamagedError):
            kept.find(key.text)
    path.write_bytes(data)
    found = kept.find(key.text)
    assert found
    assert found.outputs == {"n": {"value": 12}}
    assert entries.read_last(str(tmp_path), "no such") == {}


def test_a_cache_that_cannot_be_written_is_only_said(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipec.backends.local.cache import entries

    def full(path: str, _: Mapping[str, Any]) -> None:
        raise OSError(28, "No space left on device", path)

    monkeypatch.setattr(entries, "write", full)
    ran = run(spec_of(tmp_path, PLAIN))
    assert ran.state == "succeeded"
    assert "the result of a cannot be cached: " in ran.said
    assert "No space left on device" in ran.said


def test_nothing_is_taken_when_told_so(run: Any, ran: Any, tmp_path: Path) -> None:
    spec = spec_of(tmp_path, PLAIN)
    for cache in (True, False, True):
        run(spec, cache=cache)
    assert ran() == 2


def test_changes_are_named(run: Any, tmp_path: Path) -> None:
    spec = """
params: {n: {type: int, default: 1}, m: {type: string, default: x}}
steps:
  a:
    cache: true
    inputs: {n: "${{ params.n }}"}
    env: {M: "${{ params.m }}"}
    command: [echo, "${{ params.n }}", fixed]
  b: {run: ":"}
"""
    first = run(spec, explain=True)
    assert "a runs: there is no result of it yet\n" in first.said
    assert "b runs: it has no `cache`\n" in first.said
    second = run(spec, explain=True)
    assert f"a does not run: nothing changed since run {first.outcome.run}\n" in second.said
    third = run(spec, {"n": 2, "m": "y"}, explain=True)
    assert "a runs: argument 1 changed, env M changed, input n changed\n" in third.said
    edited = run(spec.replace("fixed", "other"), {"n": 2, "m": "y"}, explain=True)
    assert "a runs: the program changed\n" in edited.said


def test_many_runs_at_once_share_it(run: Any, tmp_path: Path) -> None:
    """Runs of several identities that store and take the same result at the same time."""
    from pipec.backends.local.artifacts import keep
    from pipec.backends.local.cache.entries import Entries
    from pipec.backends.local.cache.key import Key
    from pipec.compiler.compilation import check_spec

    spec = tmp_path / "s.yaml"
    spec.write_text("pipec: 1\nname: x\nsteps: {a: {run: ':', outputs: {f: file}}}\n")
    checked = check_spec(str(spec))
    assert checked.pipeline
    step = checked.pipeline.steps["a"]
    wrong: list[object] = []

    def work(number: int) -> None:
        cache = Entries(str(tmp_path / "state"))
        for index in range(40):
            key = Key(f"{index % 4:064x}", {})
            folder = tmp_path / f"{number}-{index}"
            folder.mkdir()
            (folder / "f").write_text("same" * (index % 4))
            made = keep("file", str(folder / "f"), str(folder / "kept"))
            cache.put(key, "r", 1, {"f": made})
            entry = cache.find(key.text)
            assert entry
            found = cache.take(key.text, entry, step, str(folder / "out"))
            if Path(found["f"].path).read_text() != "same" * (index % 4):
                wrong.append(found)

    threads = [threading.Thread(target=work, args=(one,)) for one in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert not wrong
    assert not list(tmp_path.rglob("*.tmp"))


def test_big_results_are_stored_beside_the_loop(
    run: Any, ran: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, threads = Entries.put, []

    def put(*args: Any) -> None:
        threads.append(threading.current_thread() is threading.main_thread())
        real(*args)

    monkeypatch.setattr(Entries, "put", put)
    step = "    run: COUNT mkdir $PIPEC_OUTPUTS/d; head -c SIZE /dev/zero > $PIPEC_OUTPUTS/d/f\n"
    step += "    outputs: {d: dir}\n"
    run(spec_of(tmp_path, step.replace("SIZE", "5000000")))
    run(spec_of(tmp_path, step.replace("SIZE", "50")))
    assert threads == [False, True]
    assert run(spec_of(tmp_path, step.replace("SIZE", "5000000"))).steps["a"]["cached"]
    assert ran() == 2
