"""The local AWS endpoint: moto's S3, Glue, IAM, STS and KMS, and beside them the services that this package answers.

From request to response
    `registration` puts a `Service` into moto in place of (or beside) moto's own backends; our server asks it at once
    (`dispatching`), and moto for all other services. `Service.answer` finds an operation by the addresses in botocore's
    model (`routing`), puts the request together and validates it against the input shape (`reading`, `validation`),
    calls the operation's function inside a transaction, cuts lists into pages (`pagination`), and brings the answer
    into the output shape (`shaping`), which leaves out members that the shape does not have. Errors are raised as
    `ApiError`; one that the operation does not list becomes the nearest that it lists.

State
    A `Store` holds the resources of one region, of all accounts and services: rooms span accounts. A `Record` is one
    resource: its `body` is what the API shows of it, in the names of its largest output shape (summaries are the same
    body in a smaller shape), `hidden` is what it does not show. Times are aware datetimes.

To add a resource
    1. Write `<service>/<resource>.py`: one function an operation, of the operation's name in snake_case, from a `Call`
       to a mapping in the names of the output shape. The first line says what it is, `Source:` where it is documented.
       ``call.asked`` holds the validated input, ``call.store`` the region, ``call.account`` the caller.
    2. Add the module to `RESOURCES` in `<service>/__init__.py`.
    3. Write `tests/simulator/api/<service>/test_<resource>.py`, through boto3 only. The generated test of operations
       needs nothing, but a service that is new needs its line in `services.SERVICES`.

To add a service
    Make the folder, list its modules in `RESOURCES` and those that work on after an answer in `BACKGROUND`, and add
    botocore's name and the folder to `services.SERVICES`. Every operation of the model must be answered by exactly one
    function.
"""
