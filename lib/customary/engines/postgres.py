"""PostgreSQL as an engine: tables in a schema of their own, written by COPY, asked by the rules of `postgres_sql`."""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import ibis
import ibis.expr.types as ir
import psycopg
import pyarrow as pa
from pyarrow import csv

from customary.engines.arrow import as_table
from customary.engines.postgres_sql import LEVENSHTEIN, PostgresBackend
from customary.errors import Refused

PATIENCE = 600  # seconds that a single question may take
PER_PART = 50_000  # rows that travel together
# Its planner guesses a row or two behind every step of a long question, and then compares all rows with all; compiling
# one to machine code takes longer than running it.
_SETTINGS = (
    *("timezone to 'UTC'", f"statement_timeout to '{PATIENCE}s'", "client_min_messages to warning"),
    *("enable_nestloop to off", "jit to off", "work_mem to '64MB'"),
)


class Postgres:
    """A schema of a PostgreSQL database; it is made where it is not there yet."""

    name = "postgres"

    def __init__(self, address: str, place: str) -> None:
        self._address, self._place, self._guard = address, place, threading.Lock()
        with self._answers():
            self._con = psycopg.connect(address, autocommit=True, connect_timeout=10)
            self._con.execute(f'create schema if not exists "{place}"')
            self._con.execute(f'set search_path to "{place}"')
            for setting in _SETTINGS:
                self._con.execute(f"set {setting}")
            self._con.execute(LEVENSHTEIN)
        self._backend = PostgresBackend.from_connection(self._con)
        self.version = f"PostgreSQL {self._con.info.server_version // 10_000}"

    @contextmanager
    def _answers(self) -> Iterator[None]:
        """What goes wrong with the server itself, in words; what is wrong with a question stays as it is."""
        try:
            yield
        except psycopg.errors.QueryCanceled as error:
            raise Refused("{place} took longer than {seconds} s", place=self._place_text(), seconds=PATIENCE) from error
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            told = " ".join(str(error).split())
            raise Refused(
                "the engine at {place} does not answer: {error}", place=self._place_text(), error=told
            ) from error

    def _place_text(self) -> str:
        """The address without what is secret in it."""
        known = psycopg.conninfo.conninfo_to_dict(self._address)
        return f"{known.get('host', 'localhost')}:{known.get('port', 5432)}"

    def load(self, name: str, rows: pa.Table) -> None:
        """A new table with these rows."""
        kinds = ibis.Schema.from_pyarrow(rows.schema).items()
        columns = ", ".join(
            f'"{column}" {PostgresBackend.compiler.type_mapper.to_string(kind)}' for column, kind in kinds
        )
        with self._answers(), self._guard:
            self._con.execute(f'create table "{name}" ({columns})')
            with self._con.cursor() as cursor, cursor.copy(f'copy "{name}" from stdin (format csv)') as copy:
                for part in rows.to_batches(max_chunksize=PER_PART):
                    copy.write(_as_csv(part))
            self._con.execute(f'analyze "{name}"')

    def keep(self, name: str, expression: ir.Table) -> None:
        """A new table with the rows of an expression, computed there."""
        with self._answers():
            sql = self._question_of(expression)
            with self._guard:
                self._con.execute(f'create table "{name}" as {sql}')
                self._con.execute(f'analyze "{name}"')

    def table(self, name: str) -> ir.Table:
        """A table by name; that it is of this schema stands in every question."""
        with self._answers(), self._guard:
            return self._backend.table(name, database=self._place)

    def sql(self, expression: ir.Table) -> str:
        """The query of an expression."""
        return self._backend.compile(expression)

    def _question_of(self, expression: ir.Table) -> str:
        """The query of an expression, after rows that it brings along were put there."""
        with self._guard:
            self._backend._run_pre_execute_hooks(expression)
        return self.sql(expression)

    def fetch(self, expression: ir.Table) -> pa.Table:
        """The rows of an expression as Arrow."""
        with self._answers():
            sql = self._question_of(expression)
            with self._guard, self._con.cursor() as cursor:
                rows = cursor.execute(sql).fetchall()
        return as_table(rows, expression.schema().to_pyarrow())

    def drop(self) -> None:
        """Remove the schema with all its tables."""
        with self._answers(), self._guard:
            self._con.execute(f'drop schema if exists "{self._place}" cascade')

    def close(self) -> None:
        """Let go of the connection; tables stay."""
        self._con.close()


def _as_csv(part: pa.RecordBatch) -> bytes:
    """Rows as PostgreSQL reads them: an empty text stands in quotes, what is unknown does not."""
    written = io.BytesIO()
    csv.write_csv(part, written, csv.WriteOptions(include_header=False))
    return written.getvalue()
