"""Plans of queries on BigQuery's protected views: the width of their noise, advice on ε, and privacy losses."""
