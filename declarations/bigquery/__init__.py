"""BigQuery: views under analysis rules (`privacy_policy`), the tables behind them, and rooms of both."""
