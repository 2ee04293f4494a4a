"""Tables of a database, read in one snapshot into files that then enter like any delivered file."""

from jicha.warehouse.database.tables import (
    database_url,
    delivered_tables,
    export_table,
    names_database,
)

__all__ = ["database_url", "delivered_tables", "export_table", "names_database"]
