# mypy: ignore-errors
"""Keep files and folders where Airflow's ObjectStoragePath reads and writes them."""

from pathlib import PurePosixPath
from urllib.parse import quote


def artifact_place(store, name):
    """Say where an artifact of this attempt is kept."""
    ti = get_current_context()["ti"]
    attempt = f"{max(ti.map_index, 0)}-{ti.try_number}"
    run = quote(ti.run_id, safe="").replace("%", "_")
    return "/".join([store, ti.dag_id, run, ti.task_id, attempt, name])


def keep_artifact(made, name, kind, store):
    """Copy what a program made to the store; the URL of a folder ends in a slash."""
    if not (made.is_dir() if kind == "dir" else made.is_file()):
        raise ValueError(f"the program made no such {kind}")
    paths = list(regular_files(made)) if kind == "dir" else [None]
    place = artifact_place(store, name)
    try:
        root = ObjectStoragePath(place)
        for path in paths:
            target = f"{root.path}/{path.as_posix()}" if path else root.path
            root.fs.makedirs(target.rpartition("/")[0], exist_ok=True)
            root.fs.put_file(str(made / path if path else made), target)
    except Exception as error:  # no fault of the program
        raise RuntimeError(f"files cannot be kept in {store}: {error}") from None
    return f"{place}/" if kind == "dir" else place


def fetch_artifact(uri, place):
    """Copy an artifact, or a list of them, to where the program finds it."""
    if isinstance(uri, list):
        place.mkdir()
        for index, one in enumerate(uri):
            if one is not None:
                fetch_artifact(one, place / str(index))
        return
    root = ObjectStoragePath(uri.rstrip("/"))
    if not uri.endswith("/"):
        root.fs.get_file(root.path, str(place))
        return
    place.mkdir()
    root.fs.invalidate_cache()
    for one in root.fs.find(root.path):
        copy = place / PurePosixPath(one).relative_to(root.path)
        copy.parent.mkdir(parents=True, exist_ok=True)
        root.fs.get_file(one, str(copy))
