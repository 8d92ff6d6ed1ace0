"""The local AWS endpoint: moto's S3, Glue, IAM, STS and KMS, and the services that this package implements.

From request to response
    `registration` registers a `Service` with moto, beside or in place of moto's own backends. The server sends requests
    for these services to them directly (`dispatching`), and all others to moto. `Service.answer` finds the operation by
    the addresses in botocore's model (`routing`), reads the request and validates it against the input shape
    (`reading`, `validation`), calls the operation's function inside a transaction, splits lists into pages
    (`pagination`), and converts the answer to the output shape (`shaping`), which drops members that the shape does not
    have. Errors are raised as `ApiError`; one that the operation does not list becomes the most similar that it lists.

State
    A `Store` holds the resources of all accounts and services in one region, since rooms span accounts. A `Record` is
    one resource: its `body` is what the API shows, under the names of its largest output shape (summaries are the same
    body in a smaller shape); `hidden` is what the API does not show. Times are aware datetimes.

To add a resource
    1. Write `<service>/<resource>.py`: one function per operation, named like the operation in snake_case, from a
       `Call` to a mapping under the names of the output shape. The first line of its docstring says what it does,
       `Source:` where that is documented. ``call.asked`` holds the validated input, ``call.store`` the region,
       ``call.account`` the caller.
    2. Add the module to `RESOURCES` in `<service>/__init__.py`.
    3. Write `tests/simulator/api/<service>/test_<resource>.py`, using boto3 only. The generated test of operations
       finds the new ones by itself.

To add a service
    Create the folder, list its modules in `RESOURCES` and those with background work in `BACKGROUND`, and add
    botocore's name and the package to `services.SERVICES`. Every operation of the model must be implemented by exactly
    one function.
"""
