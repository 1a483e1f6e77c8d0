"""fonds/ and the questions before the form: the rules in force as sentences, what is open, and who else gives money."""

from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from fund import money
from fund.eligibility import APPLY, judge
from fund.eligibility_form import EligibilityForm
from fund.intake import Opening, opened, openings, published_calls
from fund.models import Call, FundYear, OtherPot, RuleSet
from fund.projects.years import thermometer, year_money
from fund.promise import promise
from fund.sentences import sentences, who_decides
from fund.words import sentence, tier_words
from strategy.views import StrategyPage, readable, shown
from wir.about.models import SiteText, site_text
from wir.languages.page import Page
from wir.languages.text import current, tr
from wir.lib import formats

KEY = "fonds"


def wants_samples(request):
    """The marked examples instead of the real year and calls, never beside them."""
    return request.GET.get("beispiele") == "1"


class Fresh:
    """Calls open and close by themselves, so these pages are made anew each time; the ETag still saves their way."""

    @cached_property
    def now(self):
        return timezone.now()

    @cached_property
    def samples(self):
        return wants_samples(self.request)

    def render_to_response(self, context, **kwargs):
        response = super().render_to_response(context, **kwargs)
        response["Cache-Control"] = "no-cache"
        return response


class FundPage(Fresh, StrategyPage):
    """The fund: its rules, its money, what is open."""

    template_name = "fund/page.html"

    @cached_property
    def text(self):
        return site_text(KEY)

    @cached_property
    def rule_set(self):
        return RuleSet.objects.told().in_force(timezone.localdate(self.now))

    @cached_property
    def year(self):
        years = money.with_told(FundYear.objects.with_rules().with_shares(), timezone.localdate(self.now))
        return years.of(timezone.localdate(self.now).year, self.samples)

    @cached_property
    def calls(self):
        return list(published_calls(self.now, self.samples))

    @cached_property
    def pots(self):
        return list(OtherPot.objects.public().for_list("plain"))

    @property
    def page(self):
        texts = shown([self.text], "title", "plain") + shown(self.pots, "plain")
        return Page(
            title=tr(self.text, "title"),
            required=[SiteText.objects.filter(key=KEY), OtherPot.objects.public()],
            labelled=[Call.objects.filter(pk__in=[call.pk for call in self.calls])] if self.calls else [],
            shown=texts + shown(self.calls, "title", "plain"),
            updated=self.text.updated_at,
            indexed=not self.samples,
        )

    def get_context_data(self, **kwargs):
        found = opened(self.calls, [self.year] if self.year else [], self.rule_set, self.now)
        pots = readable(self.pots, "plain")
        years = [year_money(self.year, timezone.localdate(self.now))] if self.year else []
        return super().get_context_data(**kwargs) | {
            "text": self.text,
            "samples": self.samples,
            "rule_set": self.rule_set,
            "told": sentences(self.rule_set, self.year) if self.rule_set else None,
            "openings": with_words(found),
            "coming": [call for call in self.calls if call.opens_at > self.now],
            "years": years,
            "chart": thermometer(years),
            "pots": [pot for pot in pots if not pot.ended],
            "ended_pots": [pot for pot in pots if pot.ended],
            "left_out": len(self.pots) - len(pots),
            "as_of": formats.month(self.rule_set.valid_from, current().locale) if self.rule_set else "",
        }


def with_words(found):
    """[(Opening, the tiers it is for in words)]."""
    words = tier_words()
    return [(each, current().comma.join(words[key] for key in each.tier_keys)) for each in found]


class Start(Fresh, TemplateView):
    """The five questions, and on the same address the answer to them. Nothing is stored."""

    template_name = "fund/eligibility.html"
    http_method_names = ["get", "head", "options"]

    @cached_property
    def rule_set(self):
        return RuleSet.objects.in_force(timezone.localdate(self.now))

    @cached_property
    def form(self):
        asked = any(name in self.request.GET for name in EligibilityForm.base_fields)
        return EligibilityForm(self.request.GET if asked else None, rule_set=self.rule_set)

    @cached_property
    def verdict(self):
        if not self.form.is_valid():
            return None
        now, pots = self.now, list(OtherPot.objects.running().for_list("plain"))
        found = openings(now, samples=self.samples, rule_set=self.rule_set)
        return judge(self.form.answers, self.rule_set, found, now, pots=pots)

    @property
    def page(self):
        pots = self.verdict.pots if self.verdict else []
        errors = bool(self.form.errors)
        title = _("Does your idea fit the fund?")
        return Page(
            title=_("Error: %(title)s") % {"title": title} if errors else title,
            required=[OtherPot.objects.filter(pk__in=[pot.pk for pot in pots])] if pots else [],
            shown=shown(pots, "plain"),
            indexed=not (self.form.is_bound or self.samples),
        )

    def get(self, request, *args, **kwargs):
        context = self.get_context_data(**kwargs)
        response = self.render_to_response(context, status=422 if self.form.errors else 200)
        if self.verdict is not None and self.verdict.kind == APPLY:
            response["Cache-Control"] = "no-store"  # each reader gets a token of her own (fund/views/begin.py)
        return response

    def get_context_data(self, **kwargs):
        verdict = self.verdict
        context = super().get_context_data(**kwargs) | {
            "page": self.page,
            "form": self.form,
            "samples": self.samples,
            "verdict": verdict,
        }
        if verdict is not None and verdict.tier is not None:
            text, values = who_decides(verdict.tier)
            context["decides"] = sentence(text, **values)
            context["openings"] = with_words(verdict.openings)
            context["promise"] = promise(verdict.tier, rules_of(verdict, self.rule_set), self.now, samples=self.samples)
        if verdict is not None:
            context["pots"] = readable(verdict.pots, "plain")
            context["given"] = [(name, self.form.data[name]) for name in self.form.fields]
        return context


def rules_of(verdict, in_force):
    """The rules of the first opening, else those in force."""
    opening = next((each for each in verdict.openings if isinstance(each, Opening)), None)
    return opening.rule_set if opening else in_force
