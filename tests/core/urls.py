"""Views that do what views must not, to see what the walls make of it. Only tests/core/test_context.py mounts them."""

from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction
from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import path

from core.context import current, in_business
from core.errors import NoBusiness
from pipelines.models import Tag


def raw_count() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pipelines_tag")
        return cursor.fetchone()[0]


def count(request: Any) -> JsonResponse:
    return JsonResponse({"orm": Tag.objects.count(), "raw": raw_count(), "business": current()})


def boom(request: Any) -> HttpResponse:
    Tag.objects.create(name="must not stay")
    raise RuntimeError("boom")


def broken_sql(request: Any) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("select * from nowhere")
    return HttpResponse()


def write(request: Any) -> HttpResponse:
    Tag.objects.create(name="written")
    return HttpResponse("written")


@transaction.non_atomic_requests
def naked(request: Any) -> JsonResponse:
    try:
        without: Any = Tag.objects.count()
    except NoBusiness:
        without = "refused"
    with in_business(request.user.business_id):
        inside = Tag.objects.count()
    return JsonResponse({"without": without, "inside": inside})


def stream(request: Any) -> StreamingHttpResponse:
    business = request.user.business_id

    def rows() -> Iterator[str]:
        try:
            yield f"{Tag.objects.count()} "
        except NoBusiness:
            yield "refused "
        with in_business(business):
            inside = Tag.objects.count()
        yield str(inside)

    return StreamingHttpResponse(rows())


urlpatterns = [
    path("count/", count),
    path("boom/", boom),
    path("broken-sql/", broken_sql),
    path("write/", write),
    path("naked/", naked),
    path("stream/", stream),
]
