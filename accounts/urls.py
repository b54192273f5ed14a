"""One's own settings; signing in and out, and passwords. The latter's names are those that allauth reverses; there is no sign-up, hence no address for it."""

from allauth.account import views
from django.urls import include, path, re_path

from accounts import views as own

OWN = [
    path("settings/", own.profile, name="profile"),
    path("settings/preferences/", own.preferences, name="preferences"),
    path("business/", own.choose_business, name="business"),
]

urlpatterns = [
    path("", include((OWN, "accounts"))),
    path("login/", views.login, name="account_login"),
    path("login/inactive/", views.account_inactive, name="account_inactive"),
    path("logout/", views.logout, name="account_logout"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/sent/", views.password_reset_done, name="account_reset_password_done"),
    path("password/reset/done/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
]
