"""What we remember: models, migrations, repositories and read queries. SQL lives nowhere else."""
