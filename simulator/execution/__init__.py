"""Running an accepted query with everything the rules enforce.

`accepting` is the gate before every run; `running`, and `views.running` for rooms of BigQuery, are the ways in. Beside
them stands what both sorts of rooms share. The folders, in the order in which one knows another:

* `engines`: what runs SQL, within limits, and tells its plan before it reads a row;
* `loading`: rows from files or memory into an engine, checked against their declared types;
* `one_row_oracles`: everything that keeps a run from telling of one row otherwise than by its answer;
* `translation`: the clouds' SQL as SQL of the engine that means the same;
* `private`: queries under AWS's differential privacy;
* `views`: queries on BigQuery's protected views.
"""
