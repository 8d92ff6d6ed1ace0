"""The analysis rules: each kind an ordered tuple of checks."""

from simulator.analysis_rules.judging import asked_checks, judge, judge_context

__all__ = ["asked_checks", "judge", "judge_context"]
