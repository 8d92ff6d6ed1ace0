"""Queries under differential privacy before they run: their cost and their guarantee."""

from __future__ import annotations

from fractions import Fraction

from simulator.checks.private_relations import private_tables
from simulator.execution.engines.engine import Engine
from simulator.execution.private.payers import require_payers
from simulator.execution.private.privacy_settings import PrivacySettings, most_restrictive
from simulator.execution.private.query import PrivateAggregate, private_query
from simulator.execution.private.releases import USERS
from simulator.execution.private.row_numbers import with_row_numbers
from simulator.execution.private.row_types import RowTypes, row_types
from simulator.execution.results import Guarantee
from simulator.execution.scanned import scanned
from simulator.execution.translation.to_duckdb import to_duckdb
from simulator.execution.working_copy import WorkingCopy
from simulator.privacy.accountant import Conversion, PrivacyLoss
from simulator.privacy.accounts import Account
from simulator.privacy.rng import RandomSource
from simulator.table_rules import user_identifier


class PrivateRun:
    """A query under differential privacy, ready to run once its budgets are reserved and its tables are loaded.

    Args:
        copy: The working copy; its tree is not changed.
        payers: The budget templates, with the choices of the simulation; one for each owner of a protected table that
            the query reads. Others are not charged.

    Attributes:
        settings: The settings of the run: the most restrictive of all payers'.

    Raises:
        NotEnforceableError: Privacy cannot be guaranteed for a query of this shape, or a budget is missing.
        NotTranslatableError: Something in the query has no equivalent in the engine.
    """

    def __init__(self, copy: WorkingCopy, *payers: PrivacySettings) -> None:
        self.payers = require_payers(copy, payers)
        self.settings = most_restrictive(self.payers)
        self.query = private_query(copy)
        self.dialect = copy.script.dialect
        self.identifiers = [f"{table.name}.{user_identifier(table)}" for table in private_tables(copy.script)]
        self.rows_sql = to_duckdb(self.query.rows, self.dialect, copy.schema(), is_private=True)
        numbered = with_row_numbers(self.query.rows, copy)
        self.numbered_sql = to_duckdb(numbered, self.dialect, copy.schema()) if numbered else None
        self.rows_scans = scanned(self.query.rows)
        self.rest_sql = to_duckdb(self.query.rest, self.dialect, copy.schema())
        self.rest_scans = scanned(self.query.rest)
        self.exact_sql = to_duckdb(copy.tree, self.dialect, copy.schema(), is_private=True)
        self.exact_scans = scanned(copy.tree)

    @property
    def counts_users_apart(self) -> bool:
        """True when the threshold on groups needs user counts that the query does not release anyway."""
        asked = bool(self.query.groups) and self.settings.protect_groups
        return asked and not any(map(_counts_all_users, self.query.aggregates))

    @property
    def counted_for_threshold(self) -> str | None:
        """Name of the user count that is compared with the threshold on groups; None without a threshold."""
        if not self.query.groups or not self.settings.protect_groups:
            return None
        return next((each.name for each in self.query.aggregates if _counts_all_users(each)), USERS)

    @property
    def units(self) -> int:
        """Budget units that each owner is charged for the run."""
        extra = self.counts_users_apart and self.settings.charge_group_threshold
        return self.settings.model.cost(aggregate.function for aggregate in self.query.aggregates) + int(extra)

    @property
    def charges(self) -> tuple[tuple[Account, Fraction], ...]:
        """What each budget is charged: the published price under its own template.

        The noise is the largest of all templates, so each price covers the loss; only user counts that are drawn for
        the threshold alone exceed it, unless `charge_group_threshold` charges them as well.
        """
        return tuple(
            (each.account, self.units * each.model.unit_rho(each.users_noise_per_query)) for each in self.payers
        )

    @property
    def loss(self) -> PrivacyLoss:
        """The loss of every release of the run, charged or not."""
        settings = self.settings
        apart = self.counts_users_apart and not settings.charge_group_threshold
        rho = (self.units + int(apart)) * settings.model.unit_rho(settings.users_noise_per_query)
        hidden = bool(self.query.groups) and settings.protect_groups
        return PrivacyLoss(rho, settings.group_delta if hidden else 0.0)

    def guarantee(self, source: RandomSource) -> Guarantee:
        """Return the privacy guarantee of a run with noise from *source*."""
        loss, protected = self.loss, self.settings.protect_groups or not self.query.groups
        delta = loss.delta + self.settings.model.delta
        return Guarantee(
            unit=f"one value of {' = '.join(self.identifiers)}",
            neighbours="data sets that differ in one user, added or removed with all rows",
            rho=loss.rho,
            delta=delta,
            epsilon=loss.epsilon(delta) if protected else None,
            accountant=f"sum of rho (zCDP), converted once ({Conversion.CANONNE_KAMATH_STEINKE.value})",
            randomness=source.description,
            is_release=source.is_secure,
        )

    def types(self, engine: Engine) -> RowTypes:
        """Return the types of keys and values, or refuse the query because of them; see `row_types`."""
        return row_types(engine, self.query, self.rows_sql, self.rows_scans, self.settings.float_step)


def _counts_all_users(aggregate: PrivateAggregate) -> bool:
    return aggregate.users and aggregate.value is None
