"""Policies that hold what Amazon Macie found against what is declared."""
