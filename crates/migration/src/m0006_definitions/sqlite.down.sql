DROP TABLE metric_definitions;
DROP TABLE equation_modules;
