"""Analysis templates as seen by the other members, who have to approve them.

Source: API GetCollaborationAnalysisTemplate and its kin.
"""

from __future__ import annotations

from simulator.api.calls import Answer, Call
from simulator.api.cleanrooms.analysis_template import KIND, summary
from simulator.api.cleanrooms.lookup import shared, shared_one


def get_collaboration_analysis_template(call: Call) -> Answer:
    """Show one template, named by its ARN."""
    return {"collaborationAnalysisTemplate": shared_one(call, KIND, "analysisTemplateArn").body}


def list_collaboration_analysis_templates(call: Call) -> Answer:
    """List the templates of all members."""
    return {"collaborationAnalysisTemplateSummaries": [summary(each) for each in shared(call, KIND)]}


def batch_get_collaboration_analysis_template(call: Call) -> Answer:
    """Show several templates; each unknown ARN gives an entry in `errors`."""
    held = {each.arn: each for each in shared(call, KIND)}
    arns = list(dict.fromkeys(call.asked["analysisTemplateArns"]))
    return {
        "collaborationAnalysisTemplates": [held[arn].body for arn in arns if arn in held],
        "errors": [
            {"arn": arn, "code": "RESOURCE_NOT_FOUND", "message": f"analysis template {arn} does not exist"}
            for arn in arns
            if arn not in held
        ],
    }
