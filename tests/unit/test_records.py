"""Records are dataclasses: both are made of one text and must behave alike."""

import copy
import dataclasses
import pickle
from typing import Any

import pytest

from pipec.compiler import records

TEXT = '''
@dataclass(frozen=True, slots=True)
class Frozen:
    """A record."""
    a: int
    b: tuple[str, ...] = ()
    c: dict[str, int] = field(default_factory=dict)
    d: "Frozen | None" = field(default=None, repr=False, compare=False)

    @property
    def total(self) -> int:
        return self.a + len(self.b)

@dataclass(slots=True)
class Open:
    a: int
    b: list[int] = field(default_factory=list)

@dataclass(frozen=True)
class Wide:
    a: int = 1

@dataclass(slots=True, eq=False)
class Same:
    a: int

@dataclass(frozen=True, slots=True)
class Empty:
    pass

@dataclass(slots=True)
class Later:
    a: int
    b: int = field(init=False)
    def __post_init__(self):
        self.b = self.a + 1
'''


def made_by(module: Any) -> dict[str, Any]:
    space: dict[str, Any] = {"dataclass": module.dataclass, "field": module.field}
    space["__name__"] = __name__
    exec(TEXT, space)  # noqa: S102 (the text stands above)
    return space


THEIRS, OURS = made_by(dataclasses), made_by(records)

# What to do with the classes, so that the text of what comes out says how they behave.
CASES = [
    "Frozen(1)",
    "Frozen(1, ('x',), {'k': 1}, Frozen(2))",
    "Frozen(b=('x',), a=2).total",
    "Frozen(1) == Frozen(1), Frozen(1) == Frozen(2), Frozen(1) == 1, Frozen(1) != Frozen(1)",
    "Frozen(1, d=Frozen(2)) == Frozen(1)",
    "Frozen(1).c is Frozen(1).c",
    "hash(Wide(1)) == hash(Wide(1)), hash(Empty()) == hash(Empty())",
    "hash(Open(1))",
    "Open(1), Open(1) == Open(1), Open(1, [2]) == Open(1, [])",
    "Same(1) == Same(1), len({Same(1), Same(1)})",
    "Wide(), Wide.a, Wide(2).__dict__",
    "Empty(), Empty() == Empty(), Empty() == Wide()",
    "Later(1), Later(1) == Later(1), replace(Later(1), a=5)",
    "Frozen()",
    "Frozen(1, 2, 3, 4, 5)",
    "Frozen(1, e=2)",
    "setattr(Frozen(1), 'a', 2)",
    "setattr(Open(1), 'z', 2)",
    "delattr(Wide(1), 'a')",
    "replace(Frozen(1, ('x',)), a=5)",
    "replace(Frozen(1), z=5)",
    "Frozen.__match_args__, Frozen.__slots__, Frozen.__doc__, Frozen.__qualname__",
    "[one.name for one in fields(Frozen)], asdict(Frozen(1, d=Frozen(2)))",
    "theirs(Frozen(1), a=7)",
    "copy(Frozen(1, ('x',))), deepcopy(Frozen(1, c={'k': 1}))",
]


def outcome(case: str, space: dict[str, Any], module: Any) -> str:
    known = {
        **space,
        "replace": module.replace,
        "theirs": dataclasses.replace,
        "fields": dataclasses.fields,
        "asdict": dataclasses.asdict,
        "copy": copy.copy,
        "deepcopy": copy.deepcopy,
    }
    try:
        return repr(eval(case, known))  # noqa: S307 (the cases stand above)
    except Exception as error:
        return f"{type(error).__name__}: {error}".replace("_make.<locals>.", "")


@pytest.mark.parametrize("case", CASES)
def test_as_dataclasses_do(case: str) -> None:
    assert outcome(case, OURS, records) == outcome(case, THEIRS, dataclasses)


def test_match() -> None:
    match OURS["Frozen"](1, ("x",)):
        case object(a=1, b=("x",)):
            return
    pytest.fail("the fields did not match")


def test_pickle() -> None:
    from pipec.compiler.diagnostics import Note, Place

    note = Note("text", Place("a.yaml", ("steps", 1)))
    assert pickle.loads(pickle.dumps(note)) == note  # noqa: S301 (made here)


def test_inherited_fields_are_refused() -> None:
    with pytest.raises(TypeError, match="inherit fields"):
        records.dataclass(type("Child", (OURS["Wide"],), {"__annotations__": {"b": int}}))
