"""What can be searched for, in the order in which results are shown."""

KINDS = {"courses": "Courses", "articles": "Guidance", "glossary": "Glossary", "programs": "Programs"}
