"""Bodies, their names, seats and who holds them."""

from django.contrib import admin

from strategy.models import Body, BodyName


class BodyNameInline(admin.StackedInline):
    model = BodyName
    extra = 0


@admin.register(Body)
class BodyAdmin(admin.ModelAdmin):
    list_display = ["__str__", "kind", "key"]
    list_filter = ["kind"]
    search_fields = ["key", "names__name"]
    inlines = [BodyNameInline]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("names")
