"""Macie's evidence of two states compared: a newer word of Macie is no decision, anything else has to be looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from declarations.macie_evidence import MacieEvidence
from policies.changes.comparing import Change
from policies.changes.effects import Effect


def evidence_between(
    target: str, old: Mapping[str, MacieEvidence], new: Mapping[str, MacieEvidence]
) -> Iterator[Change]:
    """Yield what differs in what Macie knows, account by account.

    Args:
        target: What the evidence is called.
        old: The evidence as it was, by account.
        new: As it is to be.
    """
    for account in dict.fromkeys((*old, *new)):
        was, becomes = old.get(account), new.get(account)
        if was is None or becomes is None:
            message = "is gone: findings are not known" if was else "is new: policies that asked for it can pass"
            yield Change(Effect.LOOSENS, f"{target}/{account}", message)
        elif was != becomes:
            yield from _told(f"{target}/{account}", was, becomes)


def _told(target: str, old: MacieEvidence, new: MacieEvidence) -> Iterator[Change]:
    """Yield what an account's evidence says otherwise than before."""
    later = new.pulled_at > old.pulled_at
    message = f"was pulled at {old.pulled_at}, is pulled at {new.pulled_at}"
    yield Change(Effect.LEAVES if later else Effect.LOOSENS, target, message + ("" if later else ": no newer word"))
    before, after = ({finding.id for finding in one.findings} for one in (old, new))
    yield from (Change(Effect.LOOSENS, f"{target}/findings/{one}", "is gone") for one in sorted(before - after))
    yield from (Change(Effect.TIGHTENS, f"{target}/findings/{one}", "is new") for one in sorted(after - before))
