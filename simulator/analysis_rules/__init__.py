"""The analysis rules: each kind an ordered tuple of checks."""

from simulator.analysis_rules.judging import asked_rules, judge, judge_context

__all__ = ["asked_rules", "judge", "judge_context"]
