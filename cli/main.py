"""Entry point of the `cleanroom` command."""


def main() -> None:
    """Run the command line."""
