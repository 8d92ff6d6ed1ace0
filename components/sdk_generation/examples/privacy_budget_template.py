"""A differential privacy budget that is renewed every month."""

import pulumi

from components import sdk

config = pulumi.Config()
budget = sdk.PrivacyBudgetTemplate(
    "monthly",
    membership_identifier=config.require("membershipIdentifier"),
    privacy_budget_type="DIFFERENTIAL_PRIVACY",
    auto_refresh="CALENDAR_MONTH",
    parameters={"differential_privacy": {"epsilon": 3, "users_noise_per_query": 40}},
)
