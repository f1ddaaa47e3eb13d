from io import StringIO

import pytest
from django.core.management import call_command


@pytest.mark.django_db
def test_command_says_what_it_made_and_then_that_nothing_is_to_do():
    out = StringIO()
    call_command("set_up_site", stdout=out)
    assert out.getvalue().startswith("Made: home page, page “Catalog”, page “Guidance”")
    out = StringIO()
    call_command("set_up_site", stdout=out)
    assert out.getvalue() == "The site is set up; nothing to do.\n"


@pytest.mark.django_db
def test_command_is_quiet_when_asked_to_be():
    out = StringIO()
    call_command("set_up_site", stdout=out, verbosity=0)
    assert out.getvalue() == ""
