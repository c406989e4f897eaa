"""The expression language: parse, type-check, fold, evaluate. One definition for every target."""
