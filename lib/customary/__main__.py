"""`python -m customary` is the command `customary`, for where the command is not on the PATH."""

from customary.cli import main

if __name__ == "__main__":
    main()
