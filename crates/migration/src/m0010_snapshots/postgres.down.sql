DROP TABLE run_equations;
DROP TABLE notes;
DROP TABLE snapshots;
DROP FUNCTION check_run_equation_module();
DROP FUNCTION check_run_equation_run();
