-- Takes away what is made from the policy; who reads for whom stays. Row-level security stays on: nobody sees more.
DO $$
DECLARE
    found record;
BEGIN
    FOR found IN SELECT tablename FROM pg_policies WHERE schemaname = current_schema() AND policyname = 'readers_see' LOOP
        EXECUTE format('DROP POLICY readers_see ON %I', found.tablename);
    END LOOP;
    FOR found IN
        SELECT oid::regprocedure AS function
        FROM pg_proc
        WHERE pronamespace = current_schema()::regnamespace AND proname LIKE 'reader\_%'
    LOOP
        EXECUTE format('DROP FUNCTION %s', found.function);
    END LOOP;
END
$$;
