"""Expressions of the language as expressions of Argo (expr-lang), with the same result.

Everything is text to Argo: `references` makes values of it, `texts` and `passing` text again. What
has another result there is made exact (`//`, `%`, `round`, the text of floats), fails as the
language says (`sprig.fail`), or is refused with `UnsupportedError`. Argo leaves an expression that
fails in place, and the entry script refuses it.
"""
