"""Who pays: set by the creator in the collaboration, accepted by each member in the membership.

Source: API PaymentConfiguration, MembershipPaymentConfiguration.
"""

from __future__ import annotations

from collections.abc import Iterator

from declarations.base import Declaration, Flag


class Responsibility(Declaration):
    """Whether a member pays for one kind of cost. Source: API QueryComputePaymentConfig and its kin."""

    is_responsible: Flag
    """In a collaboration: the member is a payer candidate. In a membership: the member accepts to pay."""


class MachineLearningPayment(Declaration):
    """Who pays for machine learning. Source: API MLPaymentConfig, MembershipMLPaymentConfig."""

    model_training: Responsibility | None = None
    """Model training."""
    model_inference: Responsibility | None = None
    """Model inference."""
    synthetic_data_generation: Responsibility | None = None
    """Generation of synthetic data."""


class PaymentConfiguration(Declaration):
    """The payment responsibilities of one member. Source: API PaymentConfiguration, MembershipPaymentConfiguration."""

    query_compute: Responsibility
    """SQL queries."""
    machine_learning: MachineLearningPayment | None = None
    """Machine learning."""
    job_compute: Responsibility | None = None
    """PySpark jobs."""

    def responsibilities(self) -> Iterator[tuple[tuple[str, ...], bool]]:
        """Yield the path of each stated responsibility, and whether the member has it."""
        for name in ("query_compute", "job_compute"):
            if (stated := getattr(self, name)) is not None:
                yield (name, "is_responsible"), stated.is_responsible
        for name in MachineLearningPayment.model_fields:
            if (stated := getattr(self.machine_learning, name, None)) is not None:
                yield ("machine_learning", name, "is_responsible"), stated.is_responsible
