"""Exceptions from the rules, each with its reason. One that is no longer needed fails its test: it has to go."""

# Files that may act on every business at once.
EVERYWHERE = {
    "core/context.py": "defines it",
    "core/health.py": "tells how far the feeds of all businesses lag",
    "core/jobs.py": "one worker runs the jobs and numbers the feeds of all businesses",
}

# URL patterns that answer without a login.
PUBLIC_URLS: dict[str, str] = {
    "login/": "the login itself",
    "login/inactive/": "says that an account is closed",
    "password/reset/": "asks for a link by mail",
    "password/reset/sent/": "says that a mail is on its way",
    "password/reset/done/": "says that the new password counts",
    r"^password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "the link from that mail",
    "health": "for monitoring: says no more than which part fails",
    "health/live": "for load balancers: the process answers",
}

# Models of ours whose `business` may be empty.
NO_BUSINESS = {
    "accounts.User": "a platform operator belongs to no business",
}

# Viewsets that list something else than records with owners.
UNSCOPED_VIEWSETS: dict[str, str] = {
    "UserViewSet": "every member sees colleagues' names",
    "BranchViewSet": "set-up: every member sees it",
    "RoleViewSet": "set-up: every member sees it",
    "PipelineViewSet": "set-up: every member sees it",
    "LookupValueViewSet": "set-up: every member sees it",
    "TagViewSet": "set-up: every member sees it",
}

# Templates that a package loads by a name of its own, by the start of their path.
LOADED_BY_PACKAGES = {
    "account/": "allauth's pages and mails",
    "allauth/": "allauth's layouts and elements",
    "admin/": "Django's admin",
    "registration/": "Django's admin: logout and password change",
    "django/": "Django's forms: fields and widgets",
    "400.html": "Django's error page",
    "403.html": "Django's error page",
    "403_csrf.html": "Django's error page",
    "404.html": "Django's error page",
    "429.html": "allauth's answer to too many attempts",
    "500.html": "Django's error page",
}
