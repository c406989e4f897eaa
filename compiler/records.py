"""`dataclass`, `field` and `replace` as in `dataclasses`, at a quarter of what those cost at start.

`dataclasses` loads `inspect` and compiles six functions for each class: a third of the time of a
clean lint. Here one function is compiled, `__init__`; the others are shared. What is given is the
part of `dataclasses` that this project uses, and type checkers see the original.
"""

from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from dataclasses import dataclass, field, replace
else:

    def dataclass(cls=None, /, *, frozen=False, slots=False, eq=True):
        """Make a class with typed fields; see `dataclasses.dataclass`."""
        if cls is None:
            return lambda cls: _make(cls, frozen, slots, eq)
        return _make(cls, frozen, slots, eq)

    def field(
        *,
        default_factory=None,
        default=None,
        init=True,
        repr=True,  # noqa: A002 (its name in dataclasses)
        compare=True,
    ):
        """Describe a field; see `dataclasses.field`."""
        return _Field(default_factory, default, init, repr, compare)

    def replace(record, /, **changes):
        """Copy a record with other values in some fields."""
        kept = {name: getattr(record, name) for name in type(record).__match_args__}
        return type(record)(**(kept | changes))


__all__ = ["dataclass", "field", "replace"]


class _Field:
    """What `field(...)` said of a field."""

    def __init__(self, factory: Any, default: Any, init: bool, show: bool, compare: bool) -> None:
        self.factory, self.default = factory, default
        self.init, self.show, self.compare = init, show, compare


class _Fields:
    """`__dataclass_fields__`, made when `dataclasses` asks for it (its `fields`, `asdict`)."""

    def __get__(self, _: object, cls: type) -> dict[str, Any]:
        import dataclasses

        names = cls.__match_args__  # type: ignore[attr-defined] # set by _make
        return {one.name: one for one in dataclasses.fields(dataclasses.make_dataclass("_", names))}


def _make(cls: type, frozen: bool, slots: bool, eq: bool) -> type:
    if any("__match_args__" in base.__dict__ for base in cls.__mro__[1:]):
        raise TypeError(f"{cls.__name__}: records that inherit fields are not supported")
    names = tuple(cls.__annotations__)
    space = {name: one for name, one in cls.__dict__.items() if name not in names}
    given = {name: one for name, one in cls.__dict__.items() if name in names}
    said = {name: one for name, one in given.items() if isinstance(one, _Field)}
    space.pop("__dict__", None)
    space.pop("__weakref__", None)
    if slots:
        space["__slots__"] = names
    else:
        space.update((name, one) for name, one in given.items() if name not in said)
    space["__match_args__"] = tuple(one for one in names if one not in said or said[one].init)
    space["__dataclass_fields__"] = _Fields()
    space.setdefault("__repr__", _repr([one for one in names if one not in said or said[one].show]))
    if eq:
        key = _key([one for one in names if one not in said or said[one].compare])
        space.setdefault("__eq__", _eq(key))
        space.setdefault("__hash__", _hash(key) if frozen else None)
    if frozen:
        space.update(__setattr__=_refuse_set, __delattr__=_refuse_delete, __reduce__=_reduce)
    made = type(cls)(cls.__name__, cls.__bases__, space)
    made.__qualname__ = cls.__qualname__
    made.__init__ = _init(made, given, frozen)  # type: ignore[misc] # that is the point
    return made


def _init(cls: type, given: dict[str, Any], frozen: bool) -> Any:
    """Compile `__init__`. All text in it is from here, but for the names of the fields."""
    known: dict[str, Any] = {"_absent": object(), "_set": object.__setattr__}
    heads, lines = ["self"], []
    for name in cls.__match_args__:  # type: ignore[attr-defined] # set by _make
        value, one = name, given.get(name)
        if isinstance(one, _Field) and one.factory is not None:
            known[f"_new_{name}"] = one.factory
            heads.append(f"{name}=_absent")
            value = f"_new_{name}() if {name} is _absent else {name}"
        elif name in given:
            known[f"_default_{name}"] = one.default if isinstance(one, _Field) else one
            heads.append(f"{name}=_default_{name}")
        else:
            heads.append(name)
        slot = getattr(cls.__dict__.get(name), "__set__", None)
        if frozen and slot:
            known[f"_set_{name}"] = slot
            lines.append(f"_set_{name}(self, {value})")
        else:
            lines.append(f"_set(self, {name!r}, {value})" if frozen else f"self.{name} = {value}")
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    body = "\n  ".join(lines or ["pass"])
    exec(f"def __init__({', '.join(heads)}):\n  {body}", known)  # noqa: S102 (see docstring)
    known["__init__"].__qualname__ = f"{cls.__qualname__}.__init__"
    return known["__init__"]


Key = Callable[[Any], Any]


def _key(names: list[str]) -> Key:
    return attrgetter(*names) if names else lambda _: ()


def _eq(key: Key) -> Callable[[Any, Any], bool]:
    def equal(self: Any, other: Any) -> bool:
        if other.__class__ is not self.__class__:
            return cast("bool", NotImplemented)
        return bool(key(self) == key(other))

    return equal


def _hash(key: Key) -> Callable[[Any], int]:
    def hashed(self: Any) -> int:
        return hash(key(self))

    return hashed


def _reduce(self: Any) -> Any:
    return self.__class__, tuple(getattr(self, name) for name in self.__match_args__)


def _repr(names: list[str]) -> Callable[[Any], str]:
    def shown(self: Any) -> str:
        said = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{self.__class__.__qualname__}({said})"

    return shown


def _refuse_set(_: Any, name: str, __: Any) -> None:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_delete(_: Any, name: str) -> None:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot delete field {name!r}")
