"""The one API router. Every app's viewsets are registered here, in the order in which the schema shows them."""

from rest_framework.routers import SimpleRouter

router = SimpleRouter()
