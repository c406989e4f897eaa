"""The folders that attempts work in: `work`, `inputs` and `outputs`, fresh for each attempt."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence

from pipec.backends.local import artifacts
from pipec.backends.local.artifacts import Artifact
from pipec.compiler.types import Type
from pipec.compiler.values import Value, to_text

_INSIDE = ("work", "inputs", "outputs")


class Workspaces:
    """Gives each attempt a folder of its own.

    One in which nothing was left and nothing changed is as good as new and is given again: on a
    busy disk, making and removing folders costs more than a short program.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._made = 0
        self._free: list[str] = []
        self._mode = 0

    def take(self) -> str:
        """Give an empty folder. Raises OSError where there is no room for it."""
        if self._free:
            return self._free.pop()
        place = self._make()
        for name in _INSIDE:
            os.mkdir(f"{place}/{name}")
        self._mode = os.stat(f"{place}/work").st_mode
        return place

    def _make(self) -> str:
        while True:
            self._made += 1
            place = f"{self._folder}/{self._made}"
            try:
                os.mkdir(place, 0o700)
            except FileExistsError:  # what could not be removed before the run was cut off
                continue
            return place

    def give_back(self, place: str) -> None:
        """Throw away what was left in a folder. Raises OSError where that cannot be."""
        if self._is_as_new(place):
            self._free.append(place)
        else:
            artifacts.remove(place)

    def close(self) -> None:
        """Remove the folders that nobody works in."""
        while self._free:
            artifacts.remove(self._free.pop())

    def _is_as_new(self, place: str) -> bool:
        try:
            return sorted(os.listdir(place)) == sorted(_INSIDE) and all(
                os.lstat(path).st_mode == self._mode and not os.listdir(path)
                for path in (f"{place}/{name}" for name in _INSIDE)
            )
        except OSError:
            return False


def fill(
    place: str,
    files: Mapping[str, str],
    inputs: Sequence[tuple[str, Type, Value]],
    workdir: str | None,
    stopped: Callable[[], object] = bool,
) -> None:
    """Put files and inputs where a program finds them. Raises OSError, also when `stopped`."""
    _copy_files(files, f"{place}/work")
    if workdir:
        os.makedirs(f"{place}/work/{workdir}", exist_ok=True)
    for name, type, value in inputs:
        _write_input(f"{place}/inputs/{name}", type, value, stopped)


def _copy_files(files: Mapping[str, str], folder: str) -> None:
    made = {""}
    for path, source in files.items():
        above = os.path.dirname(path)
        if above not in made:
            os.makedirs(f"{folder}/{above}", exist_ok=True)
            made.add(above)
        mode = 0o777 if os.stat(source).st_mode & 0o100 else 0o666
        artifacts.copy_file(source, f"{folder}/{path}", mode)


def _write_input(path: str, type: Type, value: Value, stopped: Callable[[], object]) -> None:
    """Put an input where the program finds it. For null, nothing is there."""
    if value is None:
        return
    if isinstance(value, Artifact):
        artifacts.materialise(value, path, stopped)
    elif type.is_artifact:
        os.mkdir(path)
        _write_each(path, value, stopped)
    else:
        with open(path, "wb") as file:
            file.write(to_text(value).encode())


def _write_each(folder: str, values: Iterable[Artifact], stopped: Callable[[], object]) -> None:
    for index, one in enumerate(values):
        if one is not None:
            artifacts.materialise(one, f"{folder}/{index}", stopped)
