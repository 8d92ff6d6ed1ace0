"""The Pulumi provider `cleanrooms`: a plugin that speaks the provider protocol.

From the wire inwards
    `server` is the process, `servicer` the protocol, `operations` its messages as calls of our functions. `codec` turns
    property values into `values`: plain Python, unknowns, and where the secrets stand.

One generic engine
    `checking`, `diffing`, `creating`, `reading`, `updating` and `deleting` do what the protocol asks for any resource
    type, from its descriptor in `components.resources` and botocore's service model. What they share: `comparing` (when
    two values mean the same), `differences`, `reconciling` (what a service shows, as inputs), `requests`, `tagging`,
    `identity`, `places` (messages that tell no secret), `waiting`, `guarding` (what ends only when it is named),
    `doubling` (what is not made twice), `declaring` (what the program has under another name) and `change_requests`
    (what members must agree to).

Towards AWS
    `configuration`, `sessions` (clients), `calling` (one call), `retrying` (refusals that pass), `explaining` (those
    that do not, as one sentence).
"""
