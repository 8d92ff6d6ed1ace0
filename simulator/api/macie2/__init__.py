"""Amazon Macie: sessions, classification jobs that read the objects in S3, identifiers, lists, filters and findings.

The docstring of each module says which operations only store settings, and which are refused. Data is recognised in
`detection`, which is independent of S3 and of this API.
"""

from __future__ import annotations

from simulator.api.macie2 import (
    allow_list,
    bucket,
    classification_job,
    configuration,
    custom_data_identifier,
    finding,
    findings_filter,
    invitation,
    job_running,
    managed_data_identifier,
    member,
    organization,
    refused,
    session,
    tagging,
)

RESOURCES = (
    session,
    invitation,
    member,
    organization,
    classification_job,
    managed_data_identifier,
    custom_data_identifier,
    allow_list,
    finding,
    findings_filter,
    bucket,
    configuration,
    tagging,
    refused,
)
"""The modules with the operations."""

BACKGROUND = (job_running,)
"""The modules whose work continues after an answer."""
