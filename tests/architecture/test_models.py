"""Tables: every record lies behind its business's wall, and the migrations make what the models say."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.questioner import NonInteractiveMigrationQuestioner
from django.db.migrations.state import ModelState, ProjectState
from django.test.utils import isolate_apps

from core.record import Record
from core.tenants import BusinessKey, TenantModel
from tests.architecture import allowed
from tests.architecture.tree import ROOT, packages

Model = type[models.Model]


def our_models() -> list[Model]:
    """Return every model of our packages, made-up ones in tests left out."""
    labels = set(packages(ROOT))
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in labels]


def is_tenant(model: Any) -> bool:
    """Tell whether a model's rows lie behind the wall of one business."""
    return isinstance(model, type) and issubclass(model, TenantModel)


def nullable_businesses(found: Iterable[Model]) -> list[str]:
    """Return every model whose rows could belong to no business, where no exception explains it."""
    loose = [
        model._meta.label
        for model in found
        for field in model._meta.local_concrete_fields
        if field.name == "business" and field.null and model._meta.label not in allowed.NO_BUSINESS
    ]
    return sorted(loose)


def unwalled_businesses(found: Iterable[Model]) -> list[str]:
    """Return every tenant model whose `business` is not the key that stamps and checks itself."""
    return sorted(
        model._meta.label for model in found if is_tenant(model) and not isinstance(model._meta.get_field("business"), BusinessKey)
    )


def unwalled_records(found: Iterable[Model]) -> list[str]:
    """Return every model that points at a record and is not itself behind the wall."""
    pointing = {
        model._meta.label
        for model in found
        for field in model._meta.local_concrete_fields
        if not is_tenant(model) and field.is_relation and is_tenant(field.related_model)
    }
    return sorted(pointing)


def automatic_tables(found: Iterable[Model]) -> list[str]:
    """Return every many-to-many between tenant models whose table Django makes: it would have no business and no wall."""
    automatic = [
        f"{model._meta.label}.{field.name}"
        for model in found
        for field in model._meta.local_many_to_many
        if is_tenant(model) and is_tenant(field.related_model) and field.remote_field.through._meta.auto_created
    ]
    return sorted(automatic)


def missing_migrations(state: ProjectState) -> dict[str, list[str]]:
    """Return app → changes that the models have and the migrations do not."""
    detector = MigrationAutodetector(MigrationLoader(None).project_state(), state, NonInteractiveMigrationQuestioner(dry_run=True))
    changes = detector._detect_changes()
    return {
        app: [operation.describe() for migration in migrations for operation in migration.operations]
        for app, migrations in changes.items()
        if app in packages(ROOT)
    }


def test_every_tenant_row_has_a_business() -> None:
    assert nullable_businesses(our_models()) == []
    assert unwalled_businesses(our_models()) == []


def test_what_points_at_a_record_is_behind_the_same_wall() -> None:
    assert unwalled_records(our_models()) == []


def test_no_table_between_records_is_made_automatically() -> None:
    assert automatic_tables(our_models()) == []


def test_no_migration_is_missing() -> None:
    assert missing_migrations(ProjectState.from_apps(apps)) == {}


def test_no_exception_for_a_business_is_stale() -> None:
    nullable = {
        model._meta.label
        for model in our_models()
        for field in model._meta.local_concrete_fields
        if field.name == "business" and field.null
    }
    assert set(allowed.NO_BUSINESS) - nullable == set()


@isolate_apps("core")
def test_planted_tables_without_walls_are_found() -> None:
    class Kept(TenantModel):
        class Meta:
            app_label = "core"

    class Loose(models.Model):
        business = models.ForeignKey("accounts.Business", models.PROTECT, null=True)
        kept = models.ForeignKey(Kept, models.CASCADE)

        class Meta:
            app_label = "core"

    class Linked(TenantModel):
        others = models.ManyToManyField(Kept)

        class Meta:
            app_label = "core"

    planted: list[Model] = [Kept, Loose, Linked]
    assert nullable_businesses(planted) == ["core.Loose"]
    assert unwalled_records(planted) == ["core.Loose"]
    assert automatic_tables(planted) == ["core.Linked.others"]
    assert unwalled_businesses(planted) == []


def test_a_planted_model_without_migration_is_found() -> None:
    state = ProjectState.from_apps(apps)
    state.add_model(ModelState("core", "Planted", [("id", models.BigAutoField(primary_key=True))]))
    assert missing_migrations(state)["core"] == ["Create model Planted"]


def test_every_record_is_a_tenant_model() -> None:
    assert issubclass(Record, TenantModel)
