"""Databases on a server (PostgreSQL, MySQL): their tables, read in one consistent look and never written to."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from customary.errors import Refused

BATCH = 10_000
Table = tuple[str, str, Sequence[str], Iterator[Sequence[object]]]  # database, table, columns, rows


def tables(address: str) -> Iterator[Table]:
    """Each table of the database at an address such as postgres://name:password@host:5432/shop?schema=public.

    All are read in one transaction that may not write, so that orders and their lines belong together.
    """
    yield from READERS[urlsplit(address).scheme](address)


def _parts(address: str, port: int) -> dict[str, Any]:
    told = urlsplit(address)
    database = told.path.strip("/")
    if not database:
        raise Refused(
            "{scheme}://{host} names no database: write {scheme}://host/database",
            scheme=told.scheme,
            host=told.hostname,
        )
    return {
        "host": told.hostname or "127.0.0.1",
        "port": told.port or port,
        "user": unquote(told.username or ""),
        "password": unquote(told.password or ""),
        "database": unquote(database),
    }


def _schema(address: str, usual: str) -> str:
    """The schema that an address asks for with ?schema=…, else the usual one."""
    asked = dict(part.split("=", 1) for part in urlsplit(address).query.split("&") if "=" in part)
    return unquote(asked.get("schema", usual))


def _refusal(told: Mapping[str, Any], error: Exception) -> Refused:
    """The error of a server that did not let us in, without the password."""
    said = str(error).splitlines()[0] if str(error) else type(error).__name__
    said = said.replace(told["password"], "…") if told["password"] else said
    return Refused(
        "the database {database} on {host}:{port} cannot be read: {said}",
        database=told["database"],
        host=told["host"],
        port=told["port"],
        said=said,
    )


def _postgres(address: str) -> Iterator[Table]:
    import psycopg
    from psycopg import sql

    told = _parts(address, 5432)
    schema = _schema(address, "public")
    try:
        with psycopg.connect(
            host=told["host"],
            port=told["port"],
            user=told["user"] or None,
            password=told["password"] or None,
            dbname=told["database"],
            connect_timeout=10,
        ) as con:
            con.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            con.read_only = True
            found = con.execute(
                "select table_name from information_schema.tables where table_schema = %s "
                "and table_type = 'BASE TABLE' order by table_name",
                [schema],
            ).fetchall()
            for (name,) in _some(found, told, schema):
                with con.cursor(name="rows") as rows:
                    rows.itersize = BATCH
                    rows.execute(sql.SQL("select * from {}").format(sql.Identifier(schema, name)))
                    yield told["database"], name, [column.name for column in rows.description or ()], rows
    except psycopg.Error as error:
        raise _refusal(told, error) from error


def _mysql(address: str) -> Iterator[Table]:
    import pymysql
    from pymysql.cursors import SSCursor

    told = _parts(address, 3306)
    own = Path.home() / ".my.cnf"  # where MySQL's own programs look for a password
    given = {name: value for name, value in told.items() if value or name not in ("user", "password")}
    if own.is_file():
        given["read_default_file"] = str(own)
    try:
        con = pymysql.connect(**given, connect_timeout=10, cursorclass=SSCursor, charset="utf8mb4")
        with con, con.cursor() as rows:
            rows.execute("start transaction with consistent snapshot, read only")
            rows.execute("show full tables where table_type = 'BASE TABLE'")
            for name, _ in _some(list(rows.fetchall()), told, told["database"]):
                rows.execute(f"select * from `{name.replace('`', '``')}`")
                columns = [column[0] for column in rows.description or ()]
                yield told["database"], name, columns, iter(rows.fetchone, None)
    except pymysql.Error as error:
        raise _refusal(told, error) from error


def _some(found: Sequence[Any], told: Mapping[str, Any], schema: str) -> Sequence[Any]:
    if not found:
        raise Refused(
            "the database {database} has no table in schema {schema}: add ?schema=… to its address",
            database=told["database"],
            schema=schema,
        )
    return found


READERS: Mapping[str, Callable[[str], Iterator[Table]]] = {
    "postgres": _postgres,
    "postgresql": _postgres,
    "mysql": _mysql,
}
