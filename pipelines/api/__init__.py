"""The endpoints of the set-up of a business."""

from pipelines.api.lists import LookupValueViewSet, TagViewSet
from pipelines.api.pipelines import PipelineViewSet

__all__ = ["LookupValueViewSet", "PipelineViewSet", "TagViewSet"]
