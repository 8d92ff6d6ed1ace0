"""Runs queries of BigQuery rooms: computes the views as tables, and enforces every SELECT with a privacy clause."""
