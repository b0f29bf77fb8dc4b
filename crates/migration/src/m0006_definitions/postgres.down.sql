DROP TABLE metric_definitions;
DROP TABLE equation_modules;
DROP FUNCTION keep_metric_definition_scope();
DROP FUNCTION keep_equation_module_scope();
