"""`python -m keyferry` is the same as the `keyferry` command."""

from keyferry.cli.main import main

if __name__ == "__main__":
    main()
