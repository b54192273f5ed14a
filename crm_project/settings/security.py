"""Who gets in and over which wire: users, login, hosts, cookies, and what production refuses."""

from crm_project.production import check_settings
from crm_project.settings.environment import DEBUG, PRODUCTION, SECRET_KEY, env

# --- hosts and transport

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[]) if PRODUCTION else ["localhost", "127.0.0.1", "[::1]", "testserver"]
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_ENGINE = "core.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"

if PRODUCTION:
    check_settings(secret=SECRET_KEY, debug=DEBUG, allowed_hosts=ALLOWED_HOSTS)
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    # The load balancer asks over plain HTTP and must get an answer, not a redirect.
    SECURE_REDIRECT_EXEMPT = [r"^health(/live)?$"]
    # How many proxies of our own stand in front: only then is what they say about the client believed.
    ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)
    if ALLAUTH_TRUSTED_PROXY_COUNT:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- users and passwords

AUTH_USER_MODEL = "accounts.User"
# Django's way to check a password does for allauth's pages too. A second backend that takes passwords would let in whom
# the first refuses, and ask for permissions of its own.
AUTHENTICATION_BACKENDS = ["accounts.backends.RoleBackend", "accounts.backends.TokenBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login/"

# --- allauth: e-mail and password, no sign-up, no username

ACCOUNT_ADAPTER = "core.login.LoginAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# An unknown address gets the same answer as a known one.
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False

# --- guardian: only its direct foreign key tables are used, for shares of single records

ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_MONKEY_PATCH_GROUP = False
SILENCED_SYSTEM_CHECKS = [
    # It wants guardian's own backend, which would ask its tables row by row.
    "guardian.W001",
    # SQLite leaves out the extra columns of a covering index; PostgreSQL is what they are for.
    "models.W040",
]
