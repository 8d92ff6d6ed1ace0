"""`python -m cli.provider ENGINE`: the plugin as Pulumi's engine starts it, with the SQL that the simulator reads."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from components.provider.protocol.server import main


def judge_sql(text: str, parameters: Mapping[str, str]) -> str | None:
    """Return why the service would refuse a template; None when it would not.

    Args:
        text: Its SQL.
        parameters: The types of its parameters by name.
    """
    from simulator.sql.malformed import malformation_in_any_engine  # late: most programs ask it once, or never

    found = malformation_in_any_engine(text, parameters)
    if found is None:
        return None
    place = f"line {found.span.line}, column {found.span.column}: " if found.span else ""
    return f"{place}{found.message}"


if __name__ == "__main__":
    main(sys.argv[1:], judge_sql)
