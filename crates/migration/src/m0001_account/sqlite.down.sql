DROP TABLE sign_in_attempts;
DROP TABLE user_tokens;
DROP TABLE sessions;
DROP TABLE user_providers;
DROP TABLE users;
