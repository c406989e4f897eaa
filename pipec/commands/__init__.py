"""One module a command: `main(options) -> exit code`. They call and print; they decide nothing."""
