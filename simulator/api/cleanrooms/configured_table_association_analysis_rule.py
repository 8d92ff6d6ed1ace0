"""The collaboration analysis rule: who may receive results of an association, and which analyses may use them.

Source: API CreateConfiguredTableAssociationAnalysisRule and its kin; userguide/add-collaboration-analysis-rule.
"""

from __future__ import annotations

from simulator.api.calls import Answer, Call
from simulator.api.cleanrooms.analysis_rules import add_rule, change_rule, rule_of
from simulator.api.cleanrooms.configured_table_association import own_association
from simulator.api.cleanrooms.records import checked


def create_configured_table_association_analysis_rule(call: Call) -> Answer:
    """Create the rule of an association, also before the table's rule; the schema reports types that differ."""
    checked("create_configured_table_association_analysis_rule", call.asked)
    association = own_association(call)
    names = {
        "membershipIdentifier": association.parent,
        "configuredTableAssociationId": association.id,
        "configuredTableAssociationArn": association.arn,
    }
    return {"analysisRule": add_rule(call, association, names).body}


def get_configured_table_association_analysis_rule(call: Call) -> Answer:
    """Show the rule to the association's owner."""
    return {"analysisRule": rule_of(call, own_association(call)).body}


def update_configured_table_association_analysis_rule(call: Call) -> Answer:
    """Replace the policy; the type stays."""
    association = own_association(call)
    rule_of(call, association)
    checked("create_configured_table_association_analysis_rule", call.asked)
    return {"analysisRule": change_rule(call, association).body}


def delete_configured_table_association_analysis_rule(call: Call) -> Answer:
    """Delete the rule."""
    call.store.remove(rule_of(call, own_association(call)))
    return {}
