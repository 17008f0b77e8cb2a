"""`python -m healthcheckd` is the command line."""

from healthcheckd.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
