"""Translation for rules, which know nothing of Django: `from core.words import _` marks a sentence for both languages."""

from django.utils.translation import gettext_lazy

_ = gettext_lazy
