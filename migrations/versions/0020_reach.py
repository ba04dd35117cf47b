"""Row-level security: a transaction reaches the rows of the organisations that it named.

PostgreSQL only. The setting `kinderwerk.organisations` is a list of ids, or `*` for the system
itself; nothing named, nothing reached. Owners of tables are held to it too.
"""

from alembic import op

revision = "0020_reach"
down_revision = "0019_trail_seal"

#: Asked once per statement, not once per row.
REACHED = """(
    (SELECT current_setting('kinderwerk.organisations', true)) = '*'
    OR organisation_id = ANY ((
        SELECT string_to_array(
            nullif(nullif(current_setting('kinderwerk.organisations', true), ''), '*'), ','
        )::uuid[]
    )::uuid[])
)"""
SELF = "(SELECT nullif(current_setting('kinderwerk.person', true), '')::uuid)"
#: What nobody reads or writes but for those organisations.
CLOSED = (
    "family", "carer", "child", "care", "residence", "consent",
    "signup", "signup_step", "cancellation",
    "register", "attendance", "tally", "presence",
    "signal", "signal_note", "signal_share",
    "support_contact", "support_trajectory", "support_aim", "support_note", "support_share",
    "referral", "referral_step", "referral_share",
    "partner", "message", "activity",
)  # fmt: skip
#: What the public programme, the municipality and the goal reports read; written from within.
READABLE = ("occurrence", "venue", "theme", "goal", "subsidy", "cell")
#: What more may be done, by whom.
MORE = {
    "carer": f"FOR SELECT USING (user_id = {SELF})",
    "activity": "FOR SELECT USING (state = 'published')",
    "message": "FOR INSERT WITH CHECK (true)",
} | dict.fromkeys(READABLE, "FOR SELECT USING (true)")
#: One statement per transaction says who acts; a parent reaches where their own children are.
REACH = """CREATE FUNCTION kinderwerk_reach(organisations text, person text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    cared_for text;
BEGIN
    PERFORM set_config('kinderwerk.person', person, true);
    IF person <> '' AND organisations <> '*' THEN
        SELECT string_agg(DISTINCT organisation_id::text, ',') INTO cared_for
        FROM carer WHERE user_id = person::uuid;
    END IF;
    PERFORM set_config(
        'kinderwerk.organisations', concat_ws(',', nullif(organisations, ''), cared_for), true
    );
END $$"""


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in CLOSED + READABLE:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reached ON {table} USING {REACHED}")
    for table, more in MORE.items():
        op.execute(f"CREATE POLICY open ON {table} {more}")
    op.execute(REACH)


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("DROP FUNCTION kinderwerk_reach(text, text)")
    for table in MORE:
        op.execute(f"DROP POLICY open ON {table}")
    for table in CLOSED + READABLE:
        op.execute(f"DROP POLICY reached ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
