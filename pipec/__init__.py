"""Declarative pipelines: written once in YAML, run here, compiled to Argo Workflows and Airflow.

    import pipec

    checked = pipec.check("churn.yaml")            # diagnostics, and the checked pipeline
    files = pipec.compile("churn.yaml", "argo")    # {"churn.yaml": b"..."}

Everything here is imported on first use, so that `import pipec` costs nothing.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipec.api import SpecError, check, compile  # noqa: A004 (the name users expect)

__all__ = ["SpecError", "__version__", "check", "compile"]

__version__: str


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("pipec")
    if name in __all__:
        from pipec import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
