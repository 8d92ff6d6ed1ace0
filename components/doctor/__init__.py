"""Find what keeps `pulumi up` from working here, for `cleanroom doctor`.

for finding in examine(Case(project=Path(), account="111111111111")):
    print(finding.level, finding.found, finding.fix)
"""

from components.doctor.case import Case, Finding, Level
from components.doctor.checks import CHECKS, examine

__all__ = ["CHECKS", "Case", "Finding", "Level", "examine"]
