"""The router: a path answers with and without its last slash, without a redirect, and needs no `put`."""

from rest_framework.routers import SimpleRouter


class Router(SimpleRouter):
    """Registers viewsets under their own `resource`."""

    def __init__(self) -> None:
        super().__init__()
        self.trailing_slash = "/?"

    def add(self, *viewsets: type) -> None:
        """Register viewsets, in the order in which the schema shows them."""
        for viewset in viewsets:
            self.register(viewset.resource, viewset, basename=viewset.resource)  # type: ignore[attr-defined]
