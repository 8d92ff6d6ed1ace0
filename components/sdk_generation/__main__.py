"""Write what is generated: `python -m components.sdk_generation`. The tests fail when any of it is out of date."""

from __future__ import annotations

from pathlib import Path

from components.sdk_generation.files import write

write(Path(__file__).parents[2])
