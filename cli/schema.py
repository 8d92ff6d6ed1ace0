"""`cleanroom schema`: the JSON Schema of room.yaml, for editors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.console.writing import write_or_fail


def schema(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write to this file instead; folders are made.")
    ] = None,
) -> None:
    """Print the JSON Schema of room.yaml, for editors.

    Example: cleanroom schema -o room.schema.json, then put this line first in room.yaml:
    # yaml-language-server: $schema=room.schema.json
    """
    import json

    from declarations.schema import room_schema

    text = json.dumps(room_schema(), indent=2) + "\n"
    if output is None:
        typer.echo(text, nl=False)
        return
    write_or_fail(output, text, "--output")
