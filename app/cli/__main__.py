"""`python -m app.cli` is `rejoinder`, also where the package is not installed."""

from app.cli import main

if __name__ == "__main__":
    main()
