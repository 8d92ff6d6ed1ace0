"""Policies that compare what Amazon Macie found with what is declared."""
