"""The joined stylesheet."""

import re

from app.static_files import StaticFiles


def test_every_address_in_the_stylesheet_leads_to_a_file() -> None:
    files = StaticFiles()
    addresses = re.findall(r'url\("([^"]+)"\)', files._bundle())
    assert addresses
    assert set(addresses) <= {files.url(name) for name in files._files}
