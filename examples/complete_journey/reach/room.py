# ruff: noqa: INP001 - a room is run by its path, not imported
"""The room of `room.yaml`, written in Python: what repeats there is said once here.

`cleanroom check examples/complete_journey/reach/room.py` reads this file; the folder alone means `room.yaml`.
"""

from __future__ import annotations

from declarations.analysis_rules import (
    AggregateColumn,
    AggregationConstraint,
    AnalysisRuleAggregation,
    AnalysisRuleList,
    AnalysisRulePolicy,
    AssociationAnalysisRule,
)
from declarations.association import AssociationAnalysisRulePolicy, ConfiguredTableAssociation
from declarations.clean_room import CleanRoom, RoomCollaboration, RoomMembership
from declarations.collaboration import MemberSpecification
from declarations.configured_table import Column, ConfiguredTable
from declarations.table_references import GlueTableReference, TableReference

RETAILER, BRAND = "111111111111", "222222222222"

SCALAR_FUNCTIONS = ("COALESCE", "EXTRACT", "LOWER", "UPPER")

HOUSEHOLD = Column(type="string", pii="customer_id", description="Keyed pseudonym of the household")
CAMPAIGN = Column(type="int", description="Number of the campaign")
COUPON = Column(type="bigint", description="Code printed on the coupon")


def money(what: str) -> Column:
    """Declare a column of US dollars."""
    return Column(type="decimal(10,2)", description=f"US dollars {what}")


def aggregates(**columns: tuple[str, ...]) -> tuple[AggregateColumn, ...]:
    """Declare which function may be computed over which columns."""
    return tuple(AggregateColumn(function=name, column_names=names) for name, names in columns.items())


def statistics(
    columns: tuple[AggregateColumn, ...], dimensions: tuple[str, ...], households: int, *, joined: bool
) -> AnalysisRulePolicy:
    """Rule of a table about households: statistics over at least so many of them.

    Args:
        columns: What may be computed.
        dimensions: What may be grouped and filtered by.
        households: Fewest households behind a row of a result.
        joined: Whether the table must be joined with one of the query runner.
    """
    rule = AnalysisRuleAggregation(
        aggregate_columns=columns,
        join_columns=("household_id",),
        join_required="QUERY_RUNNER" if joined else None,
        dimension_columns=dimensions,
        scalar_functions=SCALAR_FUNCTIONS,
        output_constraints=(
            AggregationConstraint(column_name="household_id", minimum=households, type="COUNT_DISTINCT"),
        ),
        additional_analyses="NOT_ALLOWED",
    )
    return AnalysisRulePolicy(aggregation=rule)


def overlap(columns: tuple[str, ...]) -> AnalysisRulePolicy:
    """Rule of a table about products: its rows, where they meet the other party's."""
    rule = AnalysisRuleList(join_columns=("product_id",), list_columns=columns, additional_analyses="NOT_ALLOWED")
    return AnalysisRulePolicy(list=rule)


def in_glue(database: str, table: str) -> TableReference:
    """Refer to a table of the Glue Data Catalog."""
    return TableReference(glue=GlueTableReference(database_name=database, table_name=table))


def membership(account: str, *tables: ConfiguredTable) -> RoomMembership:
    """Bring *tables* into the collaboration under their own names; results go to the brand alone."""
    receivers = AssociationAnalysisRule(allowed_result_receivers=(BRAND,))
    return RoomMembership(
        account_id=account,
        query_log_status="ENABLED",
        configured_tables=tables,
        configured_table_associations=tuple(
            ConfiguredTableAssociation(
                name=table.name,
                configured_table=table.name,
                role_arn=f"arn:aws:iam::{account}:role/clean-rooms",
                analysis_rule=AssociationAnalysisRulePolicy(**{table.analysis_rule.kind: receivers}),
            )
            for table in tables
            if table.analysis_rule
        ),
    )


transactions = ConfiguredTable(
    name="transactions",
    description="One row for each product in a basket, with what was paid for it",
    table_reference=in_glue("complete_journey", "transactions"),
    columns={
        "household_id": HOUSEHOLD,
        "basket_id": Column(type="bigint", description="One visit to a till"),
        "store_id": Column(type="int", description="Where the basket was bought"),
        "week": Column(type="int", description="Week of 2017, 1 to 53"),
        "transaction_date": Column(type="date", description="Day of purchase"),
        "transaction_timestamp": Column(type="timestamp", description="Second of purchase; singles out a visit"),
        "department": Column(type="string", description="Department of the product, such as GROCERY"),
        "product_category": Column(type="string", description="Category of the product, such as CHEESE"),
        "brand": Column(type="string", description="National or Private (the retailer's own label)"),
        "quantity": Column(type="int", description="Units bought"),
        "sales_value": money("the retailer received"),
        "retail_disc": money("of discount by loyalty card"),
        "coupon_disc": money("of discount by manufacturer coupon"),
    },
    # store_id and transaction_timestamp stay at home: together they point at one visit.
    allowed_columns=(
        "household_id",
        "basket_id",
        "week",
        "transaction_date",
        "department",
        "product_category",
        "brand",
        "quantity",
        "sales_value",
        "retail_disc",
        "coupon_disc",
    ),
    analysis_method="DIRECT_QUERY",
    analysis_rule=statistics(
        aggregates(
            COUNT_DISTINCT=("household_id", "basket_id"),
            COUNT=("basket_id",),
            SUM=("sales_value", "quantity", "coupon_disc"),
            AVG=("sales_value",),
        ),
        ("week", "transaction_date", "department", "product_category", "brand"),
        households=25,
        joined=True,
    ),
)

coupon_redemptions = ConfiguredTable(
    name="coupon_redemptions",
    description="One row for each coupon handed in at a till",
    table_reference=in_glue("complete_journey", "coupon_redemptions"),
    columns={
        "household_id": HOUSEHOLD,
        "coupon_upc": COUPON,
        "campaign_id": Column(type="int", description="Campaign that the coupon belongs to"),
        "redemption_date": Column(type="date", description="Day of redemption"),
    },
    allowed_columns=("household_id", "coupon_upc", "campaign_id", "redemption_date"),
    analysis_method="DIRECT_QUERY",
    analysis_rule=statistics(
        aggregates(COUNT_DISTINCT=("household_id", "coupon_upc"), COUNT=("coupon_upc",)),
        ("campaign_id", "redemption_date"),
        households=25,
        joined=True,
    ),
)

products = ConfiguredTable(
    name="products",
    description="The retailer's catalogue",
    table_reference=in_glue("complete_journey", "products"),
    columns={
        "product_id": Column(type="bigint", description="Article number"),
        "manufacturer_id": Column(type="int", description="Who makes it; the retailer's purchasing secret"),
        "department": Column(type="string", description="Department, such as GROCERY"),
        "brand": Column(type="string", description="National or Private"),
        "product_category": Column(type="string", description="Category, such as CHEESE"),
        "product_type": Column(type="string", description="Type, such as CHEESE: SHREDDED"),
        "package_size": Column(type="string", description="Size as printed, such as 22 LB"),
    },
    allowed_columns=("product_id", "department", "brand", "product_category", "product_type", "package_size"),
    analysis_method="DIRECT_QUERY",
    analysis_rule=overlap(("department", "brand", "product_category", "product_type", "package_size")),
)

campaign_mailings = ConfiguredTable(
    name="campaign_mailings",
    description="Which household was mailed in which campaign, and when",
    table_reference=in_glue("brand_marketing", "campaign_mailings"),
    columns={
        "household_id": HOUSEHOLD,
        "campaign_id": CAMPAIGN,
        "campaign_type": Column(type="string", description="Type A (personal coupons), Type B or Type C"),
        "start_date": Column(type="date", description="First day of the campaign"),
        "end_date": Column(type="date", description="Last day of the campaign"),
        "baseline_start_date": Column(
            type="date", description="First day of an equally long window just before the campaign"
        ),
    },
    allowed_columns=("household_id", "campaign_id", "campaign_type", "start_date", "end_date", "baseline_start_date"),
    analysis_method="DIRECT_QUERY",
    analysis_rule=statistics(
        aggregates(COUNT_DISTINCT=("household_id",)),
        ("campaign_id", "campaign_type", "start_date", "end_date", "baseline_start_date"),
        households=10,
        joined=False,
    ),
)

promoted_products = ConfiguredTable(
    name="promoted_products",
    description="Which product each campaign's coupons are good for",
    table_reference=in_glue("brand_marketing", "promoted_products"),
    columns={
        "product_id": Column(type="bigint", description="Article number at the retailer"),
        "campaign_id": CAMPAIGN,
        "coupon_upc": COUPON,
    },
    allowed_columns=("product_id", "campaign_id", "coupon_upc"),
    analysis_method="DIRECT_QUERY",
    analysis_rule=overlap(("campaign_id", "coupon_upc")),
)

room = CleanRoom(
    region="us-east-1",
    collaboration=RoomCollaboration(
        name="complete-journey-reach",
        description="Reach and sales of mailed campaigns, as statistics over households",
        creator_account_id=RETAILER,
        creator_display_name="Retailer",
        creator_member_abilities=(),
        members=(
            MemberSpecification(
                account_id=BRAND, display_name="Brand", member_abilities=("CAN_QUERY", "CAN_RECEIVE_RESULTS")
            ),
        ),
        query_log_status="ENABLED",
        analytics_engine="SPARK",
    ),
    memberships=(
        membership(RETAILER, transactions, coupon_redemptions, products),
        membership(BRAND, campaign_mailings, promoted_products),
    ),
)
