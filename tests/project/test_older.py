"""Names of files that may have account types."""

from __future__ import annotations

import pytest

from manifest_lint.oauth.account_type_file import FOLDERS
from manifest_lint.project.older import is_beside, is_in_folder


@pytest.mark.parametrize("name", FOLDERS)
def test_a_file_in_a_folder_of_account_types_is_found(name: str) -> None:
    for path in (f"{name}/x.json", f"a/{name}/b/x.json"):
        assert is_in_folder(path)
        assert is_beside(path)
    for path in (f"a/my{name}/x.json", f"a/{name}.json/x", name):
        assert not is_in_folder(path)
        assert not is_beside(path)
