"""`python -m manifest_lint`, and the installed program."""

from manifest_lint.files.search_path import leave_current_folder_out

leave_current_folder_out()  # before anything is imported that the checked folder could bring

from manifest_lint.cli.main import main  # noqa: E402

__all__ = ["main"]

if __name__ == "__main__":
    main()
