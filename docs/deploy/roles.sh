#!/bin/sh
# Run once by the database's image: who owns the tables, and who serves and owns nothing.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
  --set owner="$(cat /run/secrets/owner)" --set serves="$(cat /run/secrets/serves)" <<'SQL'
CREATE ROLE kinderwerk_owner LOGIN PASSWORD :'owner';
CREATE ROLE kinderwerk LOGIN PASSWORD :'serves';
CREATE DATABASE kinderwerk OWNER kinderwerk_owner;
SQL
