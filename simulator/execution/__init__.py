"""Running an accepted query with everything the rules enforce.

`accepting` is the gate before every run. The entry points are `running` for AWS and `views.running` for BigQuery; the
modules beside them are shared by both. The folders, lowest layer first:

* `engines`: runs SQL within limits, and shows the plan before any row is read;
* `loading`: rows from files or memory into an engine, checked against their declared types;
* `one_row_oracles`: keeps a run from revealing a single row through anything but its answer, such as an error;
* `translation`: translates each cloud's SQL into equivalent SQL of the engine;
* `private`: queries under AWS's differential privacy;
* `views`: queries on BigQuery's protected views.
"""
