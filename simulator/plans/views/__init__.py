"""Plans of queries on BigQuery's protected views: how wide their noise is, what to ask for, what they lose."""
