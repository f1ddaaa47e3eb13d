"""The upload of a people file."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from people.queries.people_file import MAX_BYTES, too_large


class PeopleFileForm(forms.Form):
    """One CSV file of at most 10 MB. What is inside is judged by the plan, not here."""

    file = forms.FileField(
        label="People file",
        help_text="CSV in UTF-8 with a first line that names the columns. At most 10 MB.",
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={
            "required": "Choose a file first.",
            "empty": "The file is empty. Its first line must name the columns.",
            "missing": "Choose a file first.",
            "invalid": "Choose a file first.",
        },
    )

    def clean_file(self) -> Any:
        """Refuse a file that is too large before it is read."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(too_large(file.size or 0))
        return file
