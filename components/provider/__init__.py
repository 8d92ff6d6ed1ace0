"""The Pulumi provider `cleanrooms`: a plugin that speaks the provider protocol.

From the wire inwards
    `protocol` is the process (`server`), its gRPC service (`servicer`), and the protocol's messages as calls of our
    functions (`operations`). `codec` turns property values into `values`: plain Python, unknowns, and where the secrets
    stand.

One generic engine
    `lifecycle` does what the protocol asks for any resource type, one module a verb, from the type's descriptor in
    `components.resources` and botocore's service model; `change_requests` are what members must agree to. `guards`
    refuse: what ends only when it is named (`dependents`, `access_budgets`), and what is not made twice (`doubles`).
    `engine` is what all of them work with; `declared` is what the program has under another name.

Property values
    `properties` tells where they stand, without telling secrets (`places`), whether they fit (`validation`), when two
    mean the same (`equality`, `differences`), and what a service shows as inputs (`reconciled`).

Towards AWS
    `configuration`, and `aws`: clients (`sessions`), one call (`calls`), refusals that pass (`retries`), and those that
    do not, as one sentence (`refusals`).
"""
