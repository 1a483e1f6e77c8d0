"""Who may sign in, and who may do what: Django's rights, plus the grants for languages."""

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.db.models import Q

from wir.accounts.models import LanguageGrant
from wir.languages.registry import Language


class PortalBackend(AuthenticationBackend):
    """Name or mail address with a password. Demo accounts work only while DEMO=1; language rights name a language."""

    def user_can_authenticate(self, user):
        return super().user_can_authenticate(user) and (settings.DEMO or not user.is_demo)

    def get_user(self, user_id):
        user = super().get_user(user_id)
        return user if user and self.user_can_authenticate(user) else None

    def has_perm(self, user_obj, perm, obj=None):
        """`languages.translate` and `languages.review` are asked for one Language, all others without an object."""
        if isinstance(obj, Language):
            app, _, right = perm.partition(".")
            return app == "languages" and may_work_on(user_obj, obj, right)
        return super().has_perm(user_obj, perm, obj)


def may_work_on(user, language, right):
    return user.is_active and (language.code, right) in grants_of(user)


def grants_of(user):
    """{(language, right)}, read once for each user object, as Django does with rights."""
    if not hasattr(user, "_grant_cache"):
        rows = LanguageGrant.objects.filter(Q(user=user) | Q(group__user=user))
        user._grant_cache = set(rows.values_list("language", "right"))
    return user._grant_cache
