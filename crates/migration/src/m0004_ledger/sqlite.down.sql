DROP TABLE error_logs;
DROP TABLE audit_log;
DROP TABLE event_logs;
DROP TABLE ledger_heads;
