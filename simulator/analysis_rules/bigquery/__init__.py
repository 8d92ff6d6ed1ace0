"""BigQuery's analysis rules.

What runs an allowed query, charges for it and plans with it is fed by two values, so that nothing reads a clause or a
policy for a second time:

- `simulator.checks.privacy_units.private_terms(context)`: one frozen `PrivateTerms` for every SELECT with a privacy
  clause, with the threshold, ε, δ and number of groups that hold after the view's policy, and the views it reads;
- `simulator.checks.private_charges.charges(context)`: one frozen `Charge` for every view under differential privacy.

`context.script.bounds(node)` has the contribution bounds of an aggregate; clauses and bounds write themselves back with
`sql()`.

Source: https://docs.cloud.google.com/bigquery/docs/analysis-rules
"""
