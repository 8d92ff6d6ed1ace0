"""The SQL of AWS and of BigQuery as SQL of the engine that means the same."""
