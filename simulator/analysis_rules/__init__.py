"""The analysis rules: each kind an ordered tuple of checks."""

from simulator.analysis_rules.judging import judge, judge_context

__all__ = ["judge", "judge_context"]
