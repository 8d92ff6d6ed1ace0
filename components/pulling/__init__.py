"""Turn a live collaboration into a declared room, for `cleanroom pull`.

pulled = pull(boto3.client("cleanrooms"), membership_id)
Path("room.yaml").write_text(room_yaml(pulled))
"""

from components.pulling.importing import import_file
from components.pulling.room import PulledRoom, pull
from components.pulling.writing import room_yaml

__all__ = ["PulledRoom", "import_file", "pull", "room_yaml"]
