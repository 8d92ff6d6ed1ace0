"""What viewers watched, for an audience model to learn from."""

from components import sdk

viewing = sdk.TrainingDataset(
    "viewing",
    name="viewing",
    role_arn="arn:aws:iam::222222222222:role/clean-room-training",
    training_data=[
        {
            "type": "INTERACTIONS",
            "input_config": {
                "data_source": {"glue_data_source": {"database_name": "media", "table_name": "viewing"}},
                "schema": [
                    {"column_name": "viewer", "column_types": ["USER_ID"]},
                    {"column_name": "title", "column_types": ["ITEM_ID"]},
                    {"column_name": "watched_at", "column_types": ["TIMESTAMP"]},
                ],
            },
        }
    ],
)
