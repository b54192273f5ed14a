"""The bare operations: psycopg and orjson on the same rows, with the query shapes of the benchmark's limits."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import orjson
import psycopg
from psycopg.types.json import Jsonb

PAGE = """
    select o.id, o.reference, o.name, o.amount, o.currency, o.probability, o.expected_close_date, o.closed_at, o.loss_note, o.notes,
           o.next_step, o.next_step_at, o.last_activity_at, o.stage_since, o.created_at, o.updated_at, o.version,
           o.company_id, co.name company_name, o.primary_contact_id, ct.name contact_name, s.key stage, p.key pipeline,
           o.owner_id, u.first_name, u.last_name, o.branch_id, b.name branch_name
    from opportunities_opportunity o
    left join contacts_company co on co.id = o.company_id left join contacts_contact ct on ct.id = o.primary_contact_id
    join pipelines_stage s on s.id = o.stage_id join pipelines_pipeline p on p.id = o.pipeline_id
    join accounts_user u on u.id = o.owner_id join accounts_branch b on b.id = o.branch_id
    where o.business_id = %s and o.deleted_at is null """
ORDER = " order by o.expected_close_date, o.id limit 50"
OWNER_STAGE = " and o.owner_id = %s and o.stage_id = %s "
AFTER = " and (o.expected_close_date, o.id) > (%s, %s) "
SHARED = "o.id = any(array(select content_object_id from opportunities_opportunityusershare where business_id = %s and user_id = %s))"
CARDS = """
    select x.* from unnest(%s::bigint[]) st(id) cross join lateral (
      select o.id, o.reference, o.name, o.company_id, o.stage_id, o.amount, o.currency, o.probability, o.expected_close_date, o.owner_id,
             co.name company_name, u.first_name, u.last_name
      from opportunities_opportunity o left join contacts_company co on co.id = o.company_id join accounts_user u on u.id = o.owner_id
      where o.business_id = %s and o.deleted_at is null {} and o.stage_id = st.id order by o.expected_close_date, o.id limit 20) x"""
TOTALS = """
    select stage_id, currency, count(*) n, sum(amount) amount, sum(amount * probability) by_hand,
           sum(amount) filter (where probability is null) by_stage
    from opportunities_opportunity o where business_id = %s and deleted_at is null {} group by stage_id, currency"""
SEARCH = """
    select o.id, o.name, o.amount, o.stage_id from opportunities_opportunity o
    where o.business_id = %s and o.deleted_at is null and exists (
      select 1 from core_searchentry e where e.kind = 3 and e.object_id = o.id and e.business_id = %s and e.text like %s)
    order by o.expected_close_date, o.id limit 50"""


class Raw:
    """The operations of one business on one connection."""

    def __init__(self, conn: psycopg.Connection[Any], business: int, stages: dict[str, int]) -> None:
        self.conn, self.business, self.stages = conn, business, stages
        self.numbers = itertools.count(1)
        self.templates: dict[str, dict[str, Any]] = {}

    def rows(self, sql: str, *given: Any) -> bytes:
        return orjson.dumps(self.conn.execute(sql, given).fetchall(), default=str)

    def page(self, owner: int, stage: int) -> bytes:
        return self.rows(PAGE + OWNER_STAGE + ORDER, self.business, owner, stage)

    def deep(self, owner: int, stage: int, after: tuple[dt.date, int]) -> bytes:
        return self.rows(PAGE + OWNER_STAGE + AFTER + ORDER, self.business, owner, stage, *after)

    def visible(self, owner: int, branch: int | None) -> bytes:
        """What a person sees: their branch's or their own, and what was shared with them. The rows first, then their names;
        planned anew each time, since the plan that suits most people reads the whole business for who sees little."""
        mine, given = ("o.branch_id = %s or o.owner_id = %s", [branch, owner]) if branch else ("o.owner_id = %s", [owner])
        columns, joins = PAGE.split("from opportunities_opportunity o", 1)
        page = f"select * from opportunities_opportunity o where business_id = %s and deleted_at is null and ({mine} or {SHARED}) {ORDER}"
        late = f"{columns} from ({page}) o {joins.split('where', 1)[0]} order by o.expected_close_date, o.id"
        rows = self.conn.execute(late, [self.business, *given, self.business, owner], prepare=False).fetchall()
        return orjson.dumps(rows, default=str)

    def detail(self, pk: int) -> bytes:
        return self.rows(PAGE + " and o.id = %s", self.business, pk)

    def board(self, condition: str = "", *given: Any) -> bytes:
        """Six columns of 20 cards and their totals."""
        cards = self.conn.execute(CARDS.format(condition), [list(self.stages.values()), self.business, *given]).fetchall()
        totals = self.conn.execute(TOTALS.format(condition), [self.business, *given]).fetchall()
        return orjson.dumps([cards, totals], default=str)

    def search(self, word: str) -> bytes:
        return self.rows(SEARCH, self.business, self.business, f"%{word}%")

    def plan_of_search(self, word: str) -> str:
        rows = self.conn.execute("explain (costs off) " + SEARCH, [self.business, self.business, f"%{word}%"]).fetchall()
        return "\n".join(row["QUERY PLAN"] for row in rows)

    def last_of(self, table: str) -> dict[str, Any]:
        """A row to copy, without its id."""
        if table not in self.templates:
            found = self.conn.execute(f"select * from {table} where business_id = %s order by id desc limit 1", [self.business]).fetchone()
            assert found is not None
            self.templates[table] = {
                name: Jsonb(value) if isinstance(value, dict | list) else value for name, value in found.items() if name != "id"
            }
        return self.templates[table]

    def insert(self, table: str, **other: Any) -> int:
        row = {**self.last_of(table), **other}
        columns, places = ", ".join(f'"{name}"' for name in row), ", ".join(["%s"] * len(row))
        found = self.conn.execute(f"insert into {table} ({columns}) values ({places}) returning id", list(row.values())).fetchone()
        assert found is not None
        return int(found["id"])

    def create_lead(self) -> int:
        """The statements of a creation and nothing else: number, row, search entry, event; durable."""
        with self.conn.transaction():
            row = self.conn.execute(
                "select id, next from core_sequence where business_id = %s and kind = 'lead' for update", [self.business]
            ).fetchone()
            assert row is not None
            self.conn.execute("update core_sequence set next = next + 1 where id = %s", [row["id"]])
            pk = self.insert("leads_lead", reference=f"BENCH-{row['next']}-{next(self.numbers)}")
            self.insert("core_searchentry", object_id=-pk)
            self.insert("core_event", record=pk, position=None)
        return pk

    def move(self, deal: int, stage: int) -> None:
        """The statements of a move and nothing else: lock, row, stage change, event; durable."""
        with self.conn.transaction():
            self.conn.execute(
                "select * from opportunities_opportunity where id = %s and business_id = %s for update", [deal, self.business]
            )
            self.conn.execute(
                "update opportunities_opportunity set stage_id = %s, stage_since = now(), version = version + 1, updated_at = now()"
                " where id = %s and business_id = %s",
                [stage, deal, self.business],
            )
            self.insert("pipelines_stagechange", opportunity_id=deal, to_stage_id=stage)
            self.insert("core_event", record=deal, position=None)

    def clean(self) -> None:
        """Take away what the bare writes left, since they break what the services promise."""
        with self.conn.transaction():
            self.conn.execute("delete from core_searchentry where object_id < 0")
            self.conn.execute("delete from leads_lead where business_id = %s and reference like 'BENCH-%%'", [self.business])
