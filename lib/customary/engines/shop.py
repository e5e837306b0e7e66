"""A shop whose frames stand on another engine: the same questions, put there."""

from collections.abc import Mapping
from dataclasses import replace

import ibis.expr.types as ir
import pyarrow as pa

from customary.cache import shared
from customary.engines import Engine
from customary.rules.book import RuleBook
from customary.shop import Shop


class EngineShop(Shop):
    """A shop as an analyst sees it, over frames and books on an engine; what is not about rows is the snapshot's."""

    def __init__(self, shop: Shop, engine: Engine, rows: Mapping[str, int]) -> None:
        self.__dict__.update(vars(shop))
        elsewhere = shop.snapshot.path.with_name(f"shop.{engine.name}")  # nothing is there: it names the answers
        self.snapshot = replace(shop.snapshot, path=elsewhere, rows=dict(rows))
        self._keeps_shapes = False  # what is kept is in DuckDB's words
        self._of, self._engine, self._frames = shop, engine, {}

    @property
    def rules(self) -> RuleBook:
        """The rules of the shop."""
        return self._of.rules

    def frame(self, name: str) -> ir.Table:
        """The frame or book called `name`, on the engine."""
        if name not in self._frames:
            self._frames[name] = self._engine.table(name)
        return self._frames[name]

    def _sql(self, expression: ir.Table) -> str:
        return self._engine.sql(expression)

    def fetch(self, expression: ir.Table) -> pa.Table:
        """The rows of an expression; equal questions are asked once per process."""
        key = str(self.snapshot.path), self._sql(expression)
        found: pa.Table = shared.answer(key, lambda: self._engine.fetch(expression))
        return found
