"""Runs queries on rooms of BigQuery: views become tables, and every SELECT with a privacy clause is enforced."""
