"""Load Macie evidence from files written by `cleanroom evidence pull`, each for one account and region."""

from __future__ import annotations

from pathlib import Path

from declarations.loading.json_values import MAX_WRITTEN_BYTES, read_json_values
from declarations.loading.problems import FileProblem, LoadingError
from declarations.loading.text import read_text, refuse_absent
from declarations.loading.validation import validate
from declarations.macie_evidence import MacieEvidence


def evidence_files(path: Path) -> tuple[Path, ...]:
    """Return the evidence files: *path* itself, or every `.json` file in it if it is a folder.

    Raises:
        LoadingError: There is nothing at *path*, or the folder holds no such file.
    """
    refuse_absent(path)
    if not path.is_dir():
        return (path,)
    files = tuple(sorted(path.glob("*.json")))
    if not files:
        raise LoadingError([FileProblem(str(path), "the folder holds no evidence: no file that ends in '.json'")])
    return files


def load_evidence(path: Path) -> tuple[MacieEvidence, ...]:
    """Read what Macie knew about the members' buckets when the evidence was pulled.

    Args:
        path: A file, or a folder with one file per account.

    Raises:
        LoadingError: A file is not valid evidence, or two files are about the same account.
    """
    found: dict[str, Path] = {}
    read = []
    for file in evidence_files(path):
        evidence = validate(MacieEvidence, read_json_values(read_text(file, MAX_WRITTEN_BYTES), str(file)))
        if other := found.get(evidence.account):
            message = f"account {evidence.account!r} is also in {str(other)!r}; keep the newer of the two"
            raise LoadingError([FileProblem(str(file), message)])
        found[evidence.account] = file
        read.append(evidence)
    return tuple(read)
