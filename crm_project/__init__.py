"""The project: settings, the URL map, the one API router and the two ways in (WSGI, ASGI)."""
