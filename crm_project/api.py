"""The one API router. Every app's viewsets are registered here, in the order in which the schema shows them."""

from django.contrib.auth.decorators import login_required
from django.urls import path, re_path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

from accounts.api import BranchViewSet, MeViewSet, RoleViewSet, UserViewSet
from activities.api import ActivityViewSet, CallViewSet, NoteViewSet, TaskViewSet
from contacts.api import CompanyViewSet, ContactViewSet
from core.api.routing import Router
from leads.api import LeadViewSet
from opportunities.api import OpportunityViewSet
from pipelines.api import LookupValueViewSet, PipelineViewSet, TagViewSet

router = Router()
router.add(LeadViewSet, OpportunityViewSet, CompanyViewSet, ContactViewSet)
router.add(ActivityViewSet, TaskViewSet, CallViewSet, NoteViewSet)
router.add(PipelineViewSet, LookupValueViewSet, TagViewSet)
router.add(UserViewSet, BranchViewSet, RoleViewSet)

endpoints = [re_path(r"^me/?$", MeViewSet.as_view({"get": "retrieve"}), name="me"), *router.urls]

# Beside the endpoints: what they are, for programs and for people. Swagger UI comes from our own files.
description = [
    path("schema/", SpectacularJSONAPIView.as_view(), name="schema"),
    path("docs/", login_required(SpectacularSwaggerSplitView.as_view(url_name="schema")), name="docs"),
]
