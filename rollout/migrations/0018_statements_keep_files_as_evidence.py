from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [('rollout', '0017_evidence_files_have_versions')]

    operations = [migrations.RemoveField(model_name="statement", name="file")]
