"""`python -m start_points` is the command `start-points`."""

import sys

from ._command import main

if __name__ == "__main__":
    sys.exit(main())
