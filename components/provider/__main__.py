"""`python -m components.provider ENGINE`: the plugin as Pulumi's engine starts it."""

from __future__ import annotations

import sys

from components.provider.server import main

main(sys.argv[1:])
