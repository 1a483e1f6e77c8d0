import time, pytest
from measures.importers import *
from measures.models import *
from wir.lib.spreadsheets import read_table
from measures.table_export import export_table
pytestmark = pytest.mark.django_db
def test_x():
    head="nummer;titel;kurz;zweck;was;feld;prioritaeten;leitlinien;art;stelle;bezirke;gebiet;beginn_geplant;ende_geplant;herkunft;quelle;thema_1;thema_2;thema_3;zielgruppen\n"
    def rows(tag, nums):
        return head+"".join(f"{n};Titel der Maßnahme Nummer {tag} {i};Kurz gesagt passiert hier etwas für alle Menschen in der Stadt {tag} {i}.;Zweck {tag} {i};Was {tag} {i} getan wird;{i%6+1};1, 2;1, 3;open;56.10;1, {i%13+1};districts;20{27+i%9}-0{i%9+1};20{40+i%9};attested;Bericht;Antwort {i} {tag};nicht belegt;nicht belegt;kultur\n" for i,n in enumerate(nums))
    def go(text):
        t=time.time(); tab=read_table(text.encode()); a=time.time(); p=plan(tab); assert not p.faults, p.faults[:3]; b=time.time()
        run=keep(tab,"x",by=None); apply(run,by=None); c=time.time()
        print("read %.1f plan %.1f apply %.1f"%(a-t,b-a,c-b), p); return run
    import cProfile,pstats
    run1=go(rows("A",[""]*1000))
    first=Measure.objects.get(title_de="Titel der Maßnahme Nummer A 0").number
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    pr=cProfile.Profile(); pr.enable()
    run2=go(rows("B",range(first,first+1000)))
    pr.disable(); pstats.Stats(pr).sort_stats("cumtime").print_stats(r"measures/|wir/|execute\b|query.py.*(update|bulk_update|bulk_create|_fetch_all|get|delete)",45)
