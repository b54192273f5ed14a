"""Walls 1, 2, 5 and 6: whatever the code above does wrong, rows of different businesses stay apart."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.models import User
from core import context, walls
from core.context import in_business
from core.errors import NoBusiness
from core.tenants import TenantManager
from pipelines.models import LookupValue, Pipeline, Stage, Tag
from tests.factories.people import World


def raw(sql: str, *params: Any) -> Any:
    """The first value of the first row."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone()[0] if cursor.description else cursor.rowcount


def refused_by_key() -> Any:
    """A block in which the database must refuse a foreign key, whether at once or at the end."""
    return pytest.raises(IntegrityError)


def test_reading_without_a_business_raises(world: World) -> None:
    with pytest.raises(NoBusiness):
        Tag.objects.count()
    with pytest.raises(NoBusiness):
        Tag(name="x")


def test_a_business_sees_its_own_rows_alone(world: World) -> None:
    with in_business(world.business):
        Tag.objects.create(name="ours")
    with in_business(world.other):
        assert list(Tag.objects.values_list("name", flat=True)) == []
    with in_business(world.business):
        assert list(Tag.objects.values_list("name", flat=True)) == ["ours"]


def test_a_row_cannot_be_written_into_another_business(world: World) -> None:
    with in_business(world.business):
        ours = Tag.objects.create(name="ours")
        with pytest.raises(NoBusiness), transaction.atomic():
            Tag(name="x", business=world.other).save()
        with pytest.raises(NoBusiness), transaction.atomic():
            Tag.objects.bulk_create([Tag(name="x", business=world.other)])
        with pytest.raises(NoBusiness):
            Tag.objects.update(business=world.other)
    with in_business(world.other):
        ours.business_id = world.other.pk
        with pytest.raises(DatabaseError), transaction.atomic():
            ours.save()
        with pytest.raises(NoBusiness):
            Tag.objects.bulk_create([ours], update_conflicts=True, update_fields=["name"], unique_fields=["id"])
        assert Tag.objects.filter(pk=ours.pk).update(name="stolen") == 0
        assert Tag.objects.filter(pk=ours.pk).delete()[0] == 0
        with pytest.raises(Tag.DoesNotExist):
            ours.refresh_from_db()
    with in_business(world.business):
        assert Tag.objects.get(pk=ours.pk).name == "ours"


def test_relations_do_not_leave_the_business(world: World) -> None:
    with in_business(world.business):
        pipeline = Pipeline.objects.create(key="wall", name="Wall")
    with in_business(world.other):
        stage = Stage(pipeline_id=pipeline.pk, key="a", name="A")
        with pytest.raises(Pipeline.DoesNotExist):
            _ = stage.pipeline


def test_the_database_refuses_a_foreign_key_into_another_business(world: World) -> None:
    with in_business(world.business):
        pipeline = Pipeline.objects.create(key="wall", name="Wall")
    with in_business(world.other), refused_by_key(), transaction.atomic():
        Stage.objects.create(pipeline_id=pipeline.pk, key="a", name="A")
        connection.check_constraints()


def test_the_database_keeps_a_persons_branch_in_their_business(world: World) -> None:
    with refused_by_key(), transaction.atomic():
        User.objects.filter(pk=world.owner.pk).update(branch_id=world.outsider.branch_id)
        connection.check_constraints()


def test_every_tenant_model_reads_through_the_default_deny_manager() -> None:
    for model in walls.tenant_models():
        assert isinstance(model._base_manager, TenantManager), model
        assert isinstance(model._default_manager, TenantManager), model


def test_the_installer_has_nothing_left_to_do(db: None) -> None:
    assert walls.after_migrate(None, "default") == []


def test_a_context_survives_an_error_inside_a_savepoint(world: World) -> None:
    with in_business(world.business):
        Tag.objects.create(name="ours")
        with pytest.raises(DatabaseError), transaction.atomic(), in_business(world.other):
            raw("select * from nowhere")
        assert Tag.objects.count() == 1


def test_nothing_in_the_search_table_is_read_by_a_manager_of_another_business(world: World) -> None:
    assert {m._meta.label for m in apps.get_models() if m.__name__ == "SearchEntry"} == {"core.SearchEntry"}


DOOR_TABLES = {
    "accounts_apitoken",
    "accounts_branch",
    "accounts_business",
    "accounts_role",
    "accounts_role_permissions",
    "accounts_user",
    "accounts_user_groups",
    "accounts_user_user_permissions",
    "core_cache",
    "core_job",
    "core_searchentry",
}
DJANGO_TABLES = ("account_", "auth_", "django_", "guardian_")


@pytest.mark.postgresql
def test_every_other_table_has_a_forced_policy(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """select relname from pg_class where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p')
               and not (relrowsecurity and relforcerowsecurity and exists (select 1 from pg_policy where polrelid = pg_class.oid))"""
        )
        open_tables = {name for (name,) in cursor.fetchall() if not name.startswith(DJANGO_TABLES)}
    assert open_tables == DOOR_TABLES


@pytest.mark.postgresql
def test_the_role_that_serves_is_bound(db: None) -> None:
    assert raw("select rolsuper or rolbypassrls from pg_roles where rolname = current_user") is False


@pytest.mark.postgresql
def test_raw_sql_sees_and_writes_only_the_business_served(world: World) -> None:
    with in_business(world.business):
        ours = Tag.objects.create(name="ours")
        assert raw("select count(*) from pipelines_tag") == 1
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            raw("insert into pipelines_tag (business_id, name, color) values (%s, 'x', 'gray')", world.other.pk)
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            raw("update pipelines_tag set business_id = %s where id = %s", world.other.pk, ours.pk)
    assert raw("select count(*) from pipelines_tag") == 0
    with in_business(world.other):
        assert raw("select count(*) from pipelines_tag") == 0
    with context.everywhere("test"):
        assert raw("select count(*) from pipelines_tag") == 1
    assert raw("select count(*) from pipelines_tag") == 0


def test_names_are_unique_per_business_and_tell_nothing_of_another(world: World) -> None:
    for business in (world.business, world.other):
        with in_business(business):
            LookupValue.objects.create(list="industry", key="beer", name="Beer")
            assert LookupValue.objects.filter(list="industry", key="beer").count() == 1
