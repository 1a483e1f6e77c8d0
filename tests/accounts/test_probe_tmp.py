import pytest
from tests.accounts.test_sign_in import *
pytestmark = pytest.mark.django_db
def test_x(client, settings):
    settings.DEMO=False
    u=create_user(); sign_in(client)
    r=client.get("/konto/2fa/totp/activate/")
    print(r.status_code, r.headers, r.content[:300])
    r=client.get("/konto/2fa/totp/activate/", follow=True)
    print(r.redirect_chain, r.content.decode()[-1500:])
    for p in ("/konto/2fa/","/konto/2fa/webauthn/","/konto/2fa/webauthn/add/"):
        r=client.get(p); print(p, r.status_code, r.headers.get("Location"))
