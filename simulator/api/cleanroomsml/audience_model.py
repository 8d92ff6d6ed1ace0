"""Audience models: trained on a training data set, and then used for many seeds.

A model is trained when it is first read. The service needs up to a day, and at least 100,000 users with 1,000,000
records; here any number is accepted, so that samples can be used, and `statusDetails` states the numbers.

Source: API CreateAudienceModel and its kin; userguide/ml-training-data-requirements.
"""

from __future__ import annotations

from simulator.api.calls import Answer, Call
from simulator.api.cleanrooms.records import check_quota
from simulator.api.cleanroomsml.files import file_of
from simulator.api.cleanroomsml.lookup import own
from simulator.api.cleanroomsml.records import account_record, check_name, moment
from simulator.api.cleanroomsml.training_rows import TrainingError, train
from simulator.api.errors import conflict, invalid_field
from simulator.api.store import Record
from simulator.api.tagging import show_with_tags

KIND = "audience_model"
"""The kind under which models are kept; the parent is the training data set."""

PENDING = "CREATE_PENDING"
"""Status of a model that was created but not yet read."""

NOT_EMULATED = "the service's neural network: similarity is that of items; the minimum size of training data"
"""Limitations, shown in `IMPLEMENTATION_COVERAGE.md`."""


def create_audience_model(call: Call) -> Answer:
    """Create a model of a training data set."""
    dataset = own(call, "training_dataset", call.asked["trainingDatasetArn"])
    start, end = moment(call, "trainingDataStartTime"), moment(call, "trainingDataEndTime")
    if start and end and start >= end:
        raise invalid_field("trainingDataEndTime", f"Member must be after trainingDataStartTime; found {end}")
    check_name(call, KIND)
    pending = [each for each in call.store.of(KIND, account=call.account) if each.body["status"] == PENDING]
    check_quota("pending_audience_models", len(pending) + 1)
    body = {
        "status": PENDING,
        "trainingDataStartTime": start,
        "trainingDataEndTime": end,
        **call.chosen("name", "description", "trainingDatasetArn", "kmsKeyArn"),
    }
    stated = {name: value for name, value in body.items() if value is not None}
    made = account_record(call, KIND, stated)
    return call.store.put(Record(KIND, made.id, made.account, made.body, dataset.id, made.tags)).body


def get_audience_model(call: Call) -> Answer:
    """Show a model to its owner, after training it if necessary."""
    return show_with_tags(_trained(call, own(call, KIND)))


def list_audience_models(call: Call) -> Answer:
    """List the caller's models, after training them if necessary."""
    return {"audienceModels": [_trained(call, each).body for each in call.store.of(KIND, account=call.account)]}


def delete_audience_model(call: Call) -> Answer:
    """Delete a model that no configured audience model uses."""
    gone = own(call, KIND)
    for configured in call.store.of("configured_audience_model", parent=gone.id):
        message = f"configured audience model {configured.arn} depends on audience model {gone.arn}"
        raise conflict(message, "SUBRESOURCES_EXIST")
    file_of(gone.id).unlink(missing_ok=True)
    call.store.remove(gone)
    return {}


def _trained(call: Call, model: Record) -> Record:
    """Train a model that was not read before; return it as ready or failed."""
    if model.body["status"] != PENDING:
        return model
    dataset = call.store.get("training_dataset", model.parent)
    if dataset is None:
        raise LookupError(model.parent)
    start, end = model.body.get("trainingDataStartTime"), model.body.get("trainingDataEndTime")
    try:
        trained = train(dataset, call.store.region, start, end, model.id)
    except TrainingError as error:
        details = {"statusCode": error.code, "message": str(error)}
        return call.store.put(model.showing(status="CREATE_FAILED", statusDetails=details, updateTime=call.now))
    message = f"trained with {trained.interactions} interactions of {trained.users} users"
    details = {"statusCode": "TRAINED", "message": message}
    return call.store.put(model.showing(status="ACTIVE", statusDetails=details, updateTime=call.now))
