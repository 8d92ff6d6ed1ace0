"""The only reader of files: rooms (YAML, JSON, Python) and their queries, with errors that carry file, line and path.

    loaded = load_room(Path("examples/complete_journey/reach"))
    queries = load_queries(loaded.folder)

One `LoadingError` reports everything that is wrong with a file; `str()` of it is ready to print.
"""

from declarations.loading.problems import FileProblem, LoadingError, Place, render
from declarations.loading.queries import QueryFile, load_queries, load_query
from declarations.loading.room import ROOM_FILES, LoadedBigQueryRoom, LoadedRoom, load_any_room, load_room

__all__ = [
    "ROOM_FILES",
    "FileProblem",
    "LoadedBigQueryRoom",
    "LoadedRoom",
    "LoadingError",
    "Place",
    "QueryFile",
    "load_any_room",
    "load_queries",
    "load_query",
    "load_room",
    "render",
]
