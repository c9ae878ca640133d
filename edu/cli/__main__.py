"""`python -m edu.cli`: the same as `edu`."""

from edu.cli import main

if __name__ == "__main__":
    main()
