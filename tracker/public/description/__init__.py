"""What a program can ask of this site, as one table: the OpenAPI document and the developers' page are made of it."""
